"""What it costs to hand the baton from one virtual thread to another.

Held against the least that two threads of the operating system can do: wake each other in turn by
two bare locks. Both on one processor, as the lab keeps a program. Runs in a process of its own
(`python -m benchmarks.switches`), because the clock replaces locks and threads for good.
"""

from __future__ import annotations

import _thread
import sys
from statistics import median

import msgspec

from visualizer.clock import VirtualClock, install, real_time

from .figures import Figure, in_turn, median_ratio, stay_on_one_processor

SWITCHES = 3_000
"""In one measurement, some 20 ms."""
REPETITIONS = 60

# The real ones: they are replaced when ``main`` installs the clock.
_new_lock = _thread.allocate_lock
_start = _thread.start_new_thread


def bare() -> float:
    """Seconds a switch between two threads with a lock each."""
    mine, other, ended = _new_lock(), _new_lock(), _new_lock()
    for lock in (mine, other, ended):
        lock.acquire()

    def answer() -> None:
        for _ in range(SWITCHES // 2):
            other.acquire()
            mine.release()
        ended.release()

    _start(answer, ())
    began = real_time()
    for _ in range(SWITCHES // 2):
        other.release()
        mine.acquire()
    took = real_time() - began
    ended.acquire()
    return took / SWITCHES


def virtual() -> float:
    """Seconds a switch between two threads of a virtual clock."""
    clock = VirtualClock()
    took: list[float] = []

    def answer() -> None:
        for _ in range(SWITCHES // 2):
            clock.yield_()

    def ask() -> None:
        clock.spawn(answer, "answer")
        began = real_time()
        for _ in range(SWITCHES // 2):
            clock.yield_()
        took.append(real_time() - began)

    clock.run(ask)
    return took[0] / SWITCHES


def measure() -> list[Figure]:
    """The figures of this process, in which the clock is installed."""
    least, ours = in_turn(REPETITIONS, bare, virtual)
    return [
        Figure(
            what="Baton switches, against two bare threads that hand each other a lock",
            value=median_ratio(least, ours),
            unit="x",
            bound="at least",
            target=0.8,
            made_of=f"{1 / median(ours):,.0f} against {1 / median(least):,.0f} switches a second",
        )
    ]


def main() -> None:
    stay_on_one_processor()
    install()
    sys.stdout.buffer.write(msgspec.json.encode(measure()))


if __name__ == "__main__":
    main()
