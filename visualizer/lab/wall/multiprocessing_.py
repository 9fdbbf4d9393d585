"""multiprocessing on the wall clock: its own pipes, locks and pools, and real processes.

They are started as by its method ``spawn``: a child loads the program for itself. But it is the
conductor who forks it, so that it is recorded and ends with the run (``children``).
"""

from __future__ import annotations

import multiprocessing.context
import multiprocessing.forkserver
import multiprocessing.popen_forkserver
import multiprocessing.process
import os
import pickle
import threading
from typing import Any

from visualizer.clock import replace
from visualizer.lab import link, sandbox
from visualizer.lab.recorder import Recorder
from visualizer.lab.stacks.base import Observed
from visualizer.lab.stacks.multiprocessing_parts import no_fork

from . import children, keeper


def install(run: Observed) -> None:
    """Let multiprocessing of this process ask for its children."""
    assert run.starts is not None
    keeper.tell(run.starts.tells)
    server: Any = multiprocessing.forkserver
    replace(server, connect_to_new_process=_connect(run.recorder, run.starts.asks))
    context: Any = multiprocessing.context
    context.SpawnProcess._Popen = staticmethod(multiprocessing.popen_forkserver.Popen)
    context.ForkProcess._Popen = staticmethod(no_fork)
    multiprocessing.set_start_method("spawn", force=True)
    replace(threading, _shutdown=sandbox.leave)
    if link.process().role == "child":
        # As in CPython: while its program is loaded, a child may not start others.
        vars(multiprocessing.process.current_process())["_inheriting"] = True


def _connect(recorder: Recorder, asks: Any) -> Any:
    def connect_to_new_process(files: list[int]) -> tuple[int, int]:
        """As ``multiprocessing.forkserver``'s: where its status can be read, and its work goes."""
        if len(files) + 2 > children.MOST_FILES:
            raise ValueError("too many fds")
        lane = recorder.lane()
        status_read, status_write = os.pipe()
        data_read, data_write = os.pipe()
        try:
            parent = lane.id if lane is not None and lane.id else None
            children.ask(asks, parent, [data_read, status_write, *files])
        finally:
            os.close(data_read)
            os.close(status_write)
        return status_read, data_write

    return connect_to_new_process


def unpack(work: children.Work) -> tuple[Any, int]:
    """The process object that a child was started for, and what tells when its parent has ended."""
    server: Any = multiprocessing.forkserver
    server._forkserver._inherited_fds = work.inherited
    sentinel = os.dup(work.data)
    current = multiprocessing.process.current_process()
    with open(work.data, "rb") as source:
        prepared = pickle.load(source)
        current.authkey = prepared["authkey"]
        own = pickle.load(source)
    del vars(current)["_inheriting"]
    return own, sentinel
