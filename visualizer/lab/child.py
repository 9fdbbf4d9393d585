"""The program's own process: runs one job, tells its parent what happens, and ends.

Its parent may kill it at any moment; what it has written by then is what is known. A crash in C
code is reported by ``faulthandler`` on standard error, with the line at which it happened.
"""

from __future__ import annotations

import contextlib
import faulthandler
import math
import os
import sys
import traceback

import psutil

from . import frames
from .errors import LabError
from .job import Job, decode_job
from .outbox import Outbox
from .process import Process
from .recorder import DEEP_STACK, DEEP_THREADS, FLAT_STACK
from .runtime import execute
from .sights import Message

ALIVE = 10_000
"""Threads for whose stacks there is room at the same time."""

GRACE = 2
"""Seconds of processor time beyond a run's real seconds after which the system ends it."""

# As it is now: programs replace it, as ``eventlet.monkey_patch`` does.
_exit = os._exit


def run_child(job: Job, output: int, process: Process | None = None) -> None:
    """Run ``job``, write frames to the file descriptor ``output``, end the process.

    ``process`` is what it is among several (``link``).
    """
    try:
        if hasattr(os, "setsid"):
            os.setsid()
        faulthandler.enable(file=2, all_threads=True)
        _bound_memory(job)
        _bound_time(job)
        _run(job, output, process)
    finally:
        _exit(0)


def _run(job: Job, output: int, process: Process | None) -> None:
    outbox = Outbox(output)

    def sink(messages: list[Message]) -> None:
        outbox.send(frames.messages_frame(messages))

    try:
        execute(job, sink, (output, outbox, process) if process is not None else None)
    except LabError as error:
        outbox.send(frames.failure_frame(error))
    except BaseException as error:
        text = "".join(traceback.format_exception(error))
        outbox.send(frames.failure_frame(LabError("lab", f"the lab failed: {text}")))
    else:
        outbox.send(frames.frame("D"))


def _bound_memory(job: Job) -> None:
    """A hard wall well above the limit, which the parent watches: no single line can pass it."""
    try:
        import resource
    except ImportError:
        return  # Windows has no such walls; the parent's watch remains
    stacks = DEEP_THREADS * DEEP_STACK + ALIVE * FLAT_STACK
    wall = psutil.Process().memory_info().vms + 2 * job.limits.memory_mb * 2**20 + stacks
    with contextlib.suppress(ValueError, OSError):  # macOS has the name but not the wall
        resource.setrlimit(resource.RLIMIT_AS, (wall, wall))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _bound_time(job: Job) -> None:
    """A last wall for a program whose parent has died, which would have ended it earlier."""
    try:
        import resource
    except ImportError:
        return
    seconds = math.ceil(job.limits.real_seconds) + GRACE
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))


def main() -> None:
    """Read a job from standard input, run it, write frames to standard output."""
    job = decode_job(sys.stdin.buffer.read())
    output = os.dup(1)
    os.dup2(2, 1)
    run_child(job, output)


if __name__ == "__main__":
    main()
