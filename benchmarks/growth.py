"""What ten times as many requests cost: time and memory, from a job to its trace as JSON.

Each run is made by a process of its own, forked from this one, which has Flask imported as the
lab's warmed process has. Its peak of memory is that of the process that makes the trace or that of
the program's, whichever is larger. Runs in a process of its own (`python -m benchmarks.growth`),
because the clock replaces locks and threads for good.
"""

from __future__ import annotations

import gc
import importlib
import os
import resource
import sys
from statistics import median
from typing import TYPE_CHECKING

import msgspec

from visualizer.clock import install, real_time

from .figures import Figure

if TYPE_CHECKING:
    from visualizer.lab import Job

FEW = 1_000
MANY = 10_000
REPETITIONS = 3
THREADS = 4


def measure() -> list[Figure]:
    """The figures of this process, in which the clock is installed."""
    from visualizer.lab import Limits, warm
    from visualizer.lessons import Catalogue
    from visualizer.resources import folder

    for name in warm.WARM:
        importlib.import_module(name)
    warm.rehearse()
    gc.freeze()
    lesson = Catalogue([folder("scenarios")]).lessons["long_task"]

    def run(count: int) -> tuple[float, float]:
        job = lesson.job("inline")
        job.users.count, job.server.threads, job.until = count, THREADS, None
        job.limits = Limits(
            virtual_seconds=1e6, lines=10_000_000, real_seconds=600.0, memory_mb=4096
        )
        return _cost(job)

    few = [run(FEW) for _ in range(REPETITIONS)]
    many = [run(MANY) for _ in range(REPETITIONS)]
    times = [median(seconds for seconds, _ in runs) for runs in (few, many)]
    return [
        Figure(
            what=f"{MANY:,} requests, against {FEW:,}: time from the job to the whole trace",
            value=times[1] / times[0],
            unit="x",
            target=12,
            made_of=f"{times[1]:.2f} s against {times[0]:.2f} s, medians of {REPETITIONS} runs",
        ),
        Figure(
            what=f"Peak of memory of a run of {MANY:,} requests",
            value=max(peak for _, peak in many),
            unit="MB",
            target=300,
            made_of=f"the larger of its two processes; {FEW:,} requests need"
            f" {max(peak for _, peak in few):.0f} MB",
        ),
    ]


def _cost(job: Job) -> tuple[float, float]:
    """Seconds that a run takes, and the most memory that one of its processes had (MB)."""
    from visualizer.lab.supervisor import supervise

    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        gc.disable()  # as in the lab
        began = real_time()
        supervise(job)
        took = real_time() - began
        who = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
        peak = max(resource.getrusage(each).ru_maxrss for each in who) / 1024
        os.write(writing, msgspec.json.encode((took, peak)))
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as answer:
        cost = msgspec.json.decode(answer.read(), type=tuple[float, float])
    os.waitpid(pid, 0)
    return cost


def main() -> None:
    install()
    sys.stdout.buffer.write(msgspec.json.encode(measure()))


if __name__ == "__main__":
    main()
