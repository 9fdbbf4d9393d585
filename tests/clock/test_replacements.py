"""Nothing in a warmed process may keep a real lock, sleep or thread start."""

from __future__ import annotations

import json
import subprocess
import sys

_SEARCH = """
import importlib, json, sys, types
from visualizer.lab.stacks import STACKS
from visualizer.lab.warm import WARM
for name in [*WARM, *(name for stack in STACKS for name in stack.warm)]:
    importlib.import_module(name)
from visualizer.clock import patch, virtual
lock = type(virtual._real_lock())
real = {id(f) for f in (virtual._real_lock, patch._real_start, patch._real_sleep)}
real |= {id(patch._real_ident), *(id(f) for f in patch._real_times.values())}
# Reads real time on purpose, and a lock that each run replaces before its first thread.
real_time = {f"visualizer.lab.{name}.{clock}"
             for name in ("coordinator", "realtime", "recorder", "supervisor", "watch")
             for clock in ("real_time", "processor_time")}
known = {*real_time, "threading._active_limbo_lock"}

def is_real(value):
    kind = type(value)
    recursive = (kind.__module__, kind.__name__) == ("_thread", "RLock")
    return kind is lock or recursive or id(value) in real

found = []
for label, module in list(sys.modules.items()):
    if label.startswith("visualizer.clock"):
        continue
    for name, value in list(vars(module).items()):
        # By type(), as isinstance() would ask Flask's proxies who they stand for.
        members = vars(value).items() if issubclass(type(value), type) else ()
        defaults = value.__defaults__ or () if type(value) is types.FunctionType else ()
        if is_real(value) or any(is_real(each) for _, each in members):
            found.append(f"{label}.{name}")
        elif any(map(is_real, defaults)):
            found.append(f"{label}.{name}()")
print(json.dumps(sorted(set(found) - known)))
"""


def test_no_library_keeps_a_real_lock() -> None:
    starter = f"from visualizer.clock import install; install()\n{_SEARCH}"
    done = subprocess.run(
        [sys.executable, "-c", starter], stdout=subprocess.PIPE, text=True, check=True
    )
    assert json.loads(done.stdout) == []
