"""The wall clock keeps the same promises on real time."""

from __future__ import annotations

import threading
import time

from visualizer.clock import WallClock
from visualizer.work import cpu


def test_run_ends_when_every_thread_has_ended() -> None:
    clock, seen = WallClock(), []

    def main() -> None:
        clock.spawn(second, "second")
        seen.append("main")

    def second() -> None:
        clock.sleep(0.02)
        seen.append("second")

    outcome = clock.run(main)
    assert seen == ["main", "second"]
    assert outcome.reason == "quiet"
    assert outcome.now >= 20_000_000


def test_until_leaves_what_still_runs_behind() -> None:
    clock = WallClock()
    assert clock.run(lambda: time.sleep(5), until=0.05).reason == "until"


def test_stop_and_call_later() -> None:
    clock = WallClock()
    release = threading.Event()
    clock.call_later(0.01, clock.stop)
    assert clock.run(release.wait).reason == "done"
    release.set()


def test_a_cancelled_call_is_not_made() -> None:
    clock, seen = WallClock(), []
    clock.call_later(0.01, lambda: seen.append("called")).cancel()
    clock.run(lambda: clock.sleep(0.05))
    assert seen == []


def test_cpu_uses_the_processor_for_so_long() -> None:
    before = time.thread_time()
    cpu(0.02)
    assert time.thread_time() - before >= 0.02
