"""Whatever dies, nothing is left behind and nobody waits for ever."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable

import psutil

from tests.lab.jobs import view
from visualizer.lab import Lab, LabError, Limits


def eventually(what: Callable[[], bool], seconds: float = 15.0) -> bool:
    end = time.monotonic() + seconds
    while not what():
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True


def ended(process: psutil.Process) -> bool:
    try:
        return bool(process.status() == psutil.STATUS_ZOMBIE)  # nobody may be left to wait for it
    except psutil.NoSuchProcess:
        return True


def at_rest(process: psutil.Process) -> bool:
    """Whether it has no child, and does nothing by itself, such as importing what comes later."""
    used = process.cpu_times()
    time.sleep(0.2)
    still = process.cpu_times() == used and process.status() == psutil.STATUS_SLEEPING
    return still and not process.children()


def test_a_supervisor_that_dies_leaves_neither_asker_nor_program() -> None:
    with Lab(cache_dir=None) as lab:
        lab.warm()
        assert lab._warm is not None
        warm = psutil.Process(lab._warm._process.pid)
        errors: list[str] = []

        def ask() -> None:
            try:
                lab.run(view("while True: pass", limits=Limits(real_seconds=1.0)))
            except LabError as error:
                errors.append(error.message)

        asker = threading.Thread(target=ask)
        asker.start()
        assert eventually(lambda: len(warm.children(recursive=True)) == 2)
        supervisor = warm.children()[0]
        (program,) = supervisor.children()
        supervisor.kill()
        asker.join(10)
        assert errors == ["the lab's process ended before it answered; try again"]
        assert eventually(lambda: ended(program), seconds=120)  # of its own processor time: few


def test_runs_leave_no_files_open_and_no_processes() -> None:
    with Lab(cache_dir=None) as lab:
        lab.run(view("return 'first'"))
        assert lab._warm is not None
        warm = psutil.Process(lab._warm._process.pid)
        assert eventually(lambda: at_rest(warm))
        before = len(os.listdir("/proc/self/fd")), warm.num_fds()
        for number in range(10):
            lab.run(view(f"return '{number}'"))
        assert eventually(lambda: at_rest(warm))
        assert (len(os.listdir("/proc/self/fd")), warm.num_fds()) == before
