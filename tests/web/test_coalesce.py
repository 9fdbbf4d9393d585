"""Alarms ring in order; what is paced happens no more often than it may, and never too little."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from itertools import pairwise

import pytest

from visualizer.web.coalesce import Alarms, Paced, Share


class Clock:
    """Alarms whose time is moved by hand."""

    def __init__(self) -> None:
        self.time = 0.0
        self.waiting: list[tuple[float, Callable[[], object]]] = []

    def now(self) -> float:
        return self.time

    def at(self, when: float, function: Callable[[], object]) -> None:
        self.waiting.append((when, function))

    def move(self, seconds: float) -> None:
        """Let so much time pass, in small steps."""
        end = self.time + seconds
        while self.time < end:
            self.time = min(end, self.time + 0.01)
            due = [entry for entry in self.waiting if entry[0] <= self.time]
            self.waiting = [entry for entry in self.waiting if entry[0] > self.time]
            for _, function in due:
                function()


def test_the_first_touch_acts_at_once_and_a_flood_is_thinned() -> None:
    clock = Clock()
    acted: list[float] = []
    paced = Paced(clock, 0.05, lambda: acted.append(clock.time))  # type: ignore[arg-type]  # as much of a clock as is needed
    paced.touch()
    assert acted == [0.0]
    for _ in range(100):
        clock.move(0.01)
        paced.touch()
    clock.move(1)
    assert 10 < len(acted) <= 1 + 1.05 / 0.05
    assert all(after - before >= 0.049 for before, after in pairwise(acted))
    assert acted[-1] >= 1.0  # the last touch is followed by an action


def test_a_touch_after_a_pause_acts_at_once() -> None:
    clock = Clock()
    acted: list[float] = []
    paced = Paced(clock, 1.0, lambda: acted.append(clock.time))  # type: ignore[arg-type]  # as much of a clock as is needed
    paced.touch()
    paced.touch()
    clock.move(5)
    assert len(acted) == 2
    paced.touch()
    assert len(acted) == 3
    clock.move(5)
    assert len(acted) == 3


def test_a_share_lets_a_burst_through_and_then_keeps_the_pace() -> None:
    clock = Clock()
    share = Share(20, 60, clock.now)
    assert [share.take() for _ in range(60)] == [0.0] * 60
    assert share.take() == pytest.approx(0.05)
    assert share.take(2) == pytest.approx(0.15)
    clock.time += 100
    assert share.take(60) == 0.0


def start(work: Callable[[], None]) -> None:
    threading.Thread(target=work, daemon=True).start()


def test_alarms_ring_in_order_whatever_the_order_they_are_set_in() -> None:
    alarms = Alarms(start)
    rung: list[str] = []
    over = threading.Event()
    now = alarms.now()
    alarms.at(now + 0.15, over.set)
    alarms.at(now + 0.1, lambda: rung.append("third"))
    alarms.at(now + 0.05, lambda: rung.append("second"))
    alarms.at(now - 1, lambda: rung.append("first"))
    assert over.wait(10)
    assert rung == ["first", "second", "third"]
    again = threading.Event()  # the task has ended, or is about to
    alarms.at(0, again.set)
    assert again.wait(10)


def test_an_alarm_that_fails_is_told_and_takes_no_other_with_it(
    caplog: pytest.LogCaptureFixture,
) -> None:
    alarms = Alarms(start)
    over = threading.Event()
    with caplog.at_level(logging.ERROR):
        alarms.at(0, lambda: [][1])
        alarms.at(1, over.set)
        assert over.wait(10)
    assert "IndexError" in caplog.text
