"""Real threads, locks and queues, also where eventlet or gevent have put green ones in their place.

The database thread has to be a real one: a disk that takes its time then stops nobody else.
"""

from __future__ import annotations

import _queue
import importlib
import sys
from collections.abc import Callable
from typing import Any, Protocol


class Lock(Protocol):
    """The interpreter's own lock."""

    def acquire(self, blocking: bool = True, timeout: float = -1) -> bool: ...
    def release(self) -> None: ...
    def __enter__(self) -> bool: ...
    def __exit__(self, *_: object) -> None: ...


#: The interpreter's own queue is written in C and never replaced: a queue between real threads.
Queue = _queue.SimpleQueue
Empty = _queue.Empty


def new_lock() -> Lock:
    """A lock that blocks the whole thread, not a green one: hold it for microseconds only."""
    lock: Lock = _original("allocate_lock")()
    return lock


def start_thread(work: Callable[[], None]) -> None:
    """Run ``work`` in a thread of the operating system. It does not hold up the program's end."""
    _original("start_new_thread")(work, ())


def _original(name: str) -> Any:
    """What ``_thread`` had under this name before anything was replaced."""
    eventlet = sys.modules.get("eventlet.patcher")
    if eventlet is not None and eventlet.is_monkey_patched("thread"):
        return getattr(eventlet.original("_thread"), name)
    gevent = sys.modules.get("gevent.monkey")
    if gevent is not None and gevent.is_module_patched("_thread"):
        return gevent.get_original("_thread", name)
    return getattr(importlib.import_module("_thread"), name)
