"""How fast many requests run and are recorded: the program's process, from its fork to its end.

What comes before and after (asking for the run, making the trace of what was recorded) is measured
by ``lab``. Runs in a process of its own (`python -m benchmarks.requests`), which is warmed as the
lab's is, because the clock replaces locks and threads for good.
"""

from __future__ import annotations

import gc
import importlib
import os
import sys
from statistics import median

import msgspec

from visualizer.clock import NS, install, real_time

from .figures import Figure, in_turn

REQUESTS = 200
THREADS = 4
REPETITIONS = 15


def measure() -> list[Figure]:
    """The figures of this process, in which the clock is installed."""
    from visualizer.lab import supervisor, warm
    from visualizer.lessons import Catalogue
    from visualizer.resources import folder

    for name in warm.WARM:
        importlib.import_module(name)
    warm.rehearse()
    gc.freeze()
    lesson = Catalogue([folder("scenarios")]).lessons["long_task"]
    ends: list[int] = []
    processor: dict[str, list[float]] = {"inline": [], "thread": []}

    def seconds(variant: str) -> float:
        job = lesson.job(variant)
        job.users.count = REQUESTS
        job.server.threads = THREADS
        before = os.times()
        began = real_time()
        program = supervisor.start(job)
        record = supervisor.collect(job, program)
        took = real_time() - began
        ends.append(supervisor.events_of(job, [program], program, record)[-1].t)
        after = os.times()
        processor[variant].append(
            after.children_user
            + after.children_system
            - before.children_user
            - before.children_system
        )
        return took

    def share(variant: str) -> str:
        """How much of it the program's process had the processor: other programs took the rest."""
        return f"{median(processor[variant]) * 1e3:.0f} ms of processor time"

    inline, thread = in_turn(REPETITIONS, lambda: seconds("inline"), lambda: seconds("thread"))
    virtual = max(ends) / NS
    return [
        Figure(
            what=f"{REQUESTS} requests on {THREADS} threads, each with a task of 5 s inside it:"
            " virtual seconds in a real second, recording on",
            value=virtual / median(inline),
            bound="at least",
            target=1_000,
            made_of=f"{virtual:.0f} s in {median(inline) * 1e3:.0f} ms, {share('inline')}",
        ),
        Figure(
            what="The same with a background thread for each request: real time a request",
            value=median(thread) / REQUESTS * 1e3,
            unit="ms",
            target=1,
            made_of=f"{median(thread) * 1e3:.0f} ms in all, {share('thread')}",
        ),
    ]


def main() -> None:
    install()
    sys.stdout.buffer.write(msgspec.json.encode(measure()))


if __name__ == "__main__":
    main()
