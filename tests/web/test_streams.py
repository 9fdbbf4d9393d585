"""Who is sent what, and what is bounded, with time and acknowledgements in the test's hands."""

from __future__ import annotations

from typing import Any

import pytest

from visualizer.lab import LabError
from visualizer.trace import records_of
from visualizer.web.chunks import Shelf
from visualizer.web.messages import Refusal
from visualizer.web.real import Real
from visualizer.web.streams import Limits, Streams

from .fakes import FakeLab, Wire, job, trace

#: A trace of three chunks.
THREE = ["x" * 20_000] * 3


class Class:
    """Streams with a fake lab and a fake wire; ``ana`` is connected."""

    def __init__(self, answer: Any = None, capacity: int = 10**8, **limits: Any) -> None:
        self.lab = FakeLab(answer if answer is not None else trace(THREE))
        self.wire = Wire()
        self.shelf = Shelf(self.lab, records_of, breathe=lambda: None, capacity=capacity)
        self.slept: list[float] = []
        self.real = Real(self.lab, records_of, lambda _: ([], ""), breathe=lambda: None)
        self.streams = Streams(
            self.shelf,
            self.real,
            self.wire.send,
            self.wire.spawn,
            self.slept.append,
            Limits(**limits),
            lambda: self.wire.time,
        )
        self.streams.connect("ana")
        self.wire.waiting.clear()  # the sweeping, done by hand here

    def open(self, run: str = "r", seeds: tuple[int, ...] = (0,), **after: int) -> None:
        jobs = {slot: job(seed=seed) for slot, seed in enumerate(seeds)}
        behind = {int(slot[1:]): chunk for slot, chunk in after.items()}
        self.streams.open("ana", run, jobs, behind)()
        self.wire.work()

    def refused(self, *arguments: Any, **fields: Any) -> str:
        with pytest.raises(Refusal) as refusal:
            self.open(*arguments, **fields)
        return refusal.value.code

    def chunks(self) -> list[int]:
        return [message["chunk"] for _, event, message in self.wire.sent if event == "chunk"]


def test_nothing_is_sent_before_the_answer() -> None:
    here = Class()
    start = here.streams.open("ana", "r", {0: job()}, {})
    here.wire.work()
    assert here.wire.sent == []
    assert here.lab.asked == []
    start()
    here.wire.work()
    assert here.wire.events() == ["chunk"]


def test_chunks_go_one_by_one_and_then_the_end() -> None:
    here = Class()
    here.open()
    seen = []
    while here.wire.events()[-1] == "chunk":
        seen.append(here.chunks()[-1])
        assert len(here.wire.sent) == len(seen)
        here.wire.acknowledge()
    assert seen == list(range(len(seen)))
    assert len(seen) >= 3
    assert here.wire.events()[-1] == "end"
    assert here.wire.sent[-1][2]["run"] == "r"
    assert here.streams.count() == (1, 0)


def test_slots_do_not_wait_for_each_other() -> None:
    here = Class()
    here.open(seeds=(0, 1))
    assert [(event, message["slot"]) for _, event, message in here.wire.sent] == [
        ("chunk", 0),
        ("chunk", 1),
    ]
    while here.wire.events()[-1] != "end":
        here.wire.acknowledge()
    assert here.wire.sent[-1][2]["slot"] == 1
    assert here.streams.count() == (1, 1)


def test_a_client_that_does_not_acknowledge_holds_no_trace_and_no_thread() -> None:
    here = Class(capacity=1)
    here.open()
    here.open("other", seeds=(5,))  # takes the place on the shelf
    assert here.shelf.peek(job()) is None
    assert here.wire.waiting == []


def test_a_trace_that_had_to_make_room_is_made_again() -> None:
    here = Class(capacity=1)
    here.open()
    acknowledge = here.wire.callbacks[0]
    assert acknowledge is not None
    here.open("other", seeds=(5,))
    before = len(here.wire.sent)
    acknowledge()
    assert len(here.wire.sent) == before
    here.wire.work()
    assert here.wire.sent[-1][2]["run"] == "r"
    assert here.wire.sent[-1][2]["chunk"] == 1
    assert [each.seed for each in here.lab.asked] == [0, 5, 0]


def test_a_stale_acknowledgement_sends_nothing() -> None:
    here = Class()
    here.open()
    for _ in range(3):
        acknowledge = here.wire.callbacks[0]
        assert acknowledge is not None
        acknowledge()
    assert here.chunks() == [0, 1]


def test_going_on_behind_a_chunk() -> None:
    here = Class()
    here.open(s0=1)
    assert here.chunks() == [2]


def test_going_on_behind_the_last_chunk_and_beyond() -> None:
    here = Class()
    here.open(s0=10**6)
    assert here.wire.events() == ["end"]


def test_close_stops_it_before_and_after_it_was_run() -> None:
    here = Class()
    start = here.streams.open("ana", "r", {0: job()}, {})
    here.streams.close("ana", "r")
    start()
    here.wire.work()
    assert here.lab.asked == []
    here.open("s")
    here.streams.close("ana", "s")
    here.wire.acknowledge()
    assert here.chunks() == [0]
    with pytest.raises(Refusal) as refusal:
        here.streams.close("ana", "s")
    assert (refusal.value.code, refusal.value.field) == ("unknown_run", "run")


def test_disconnecting_stops_everything() -> None:
    here = Class()
    here.open()
    start = here.streams.open("ana", "s", {0: job(seed=9)}, {})
    here.streams.disconnect("ana")
    start()
    here.wire.work()
    here.wire.acknowledge()
    assert here.chunks() == [0]
    assert len(here.lab.asked) == 1
    assert here.streams.count() == (0, 0)
    assert here.refused("t") == "closed"
    here.streams.disconnect("ana")  # twice does no harm


def test_another_run_of_the_same_name_takes_its_place() -> None:
    here = Class()
    here.open()
    here.open(s0=0)
    assert here.chunks() == [0, 1]
    stale = here.wire.callbacks[0]
    assert stale is not None
    stale()
    assert here.chunks() == [0, 1]
    assert here.streams.count() == (1, 1)


def test_a_program_that_cannot_run_is_a_problem() -> None:
    here = Class(LabError("syntax", "invalid syntax", "app.py", 3))
    here.open()
    assert here.wire.sent == [
        (
            "ana",
            "problem",
            {
                "run": "r",
                "slot": 0,
                "code": "syntax",
                "message": "invalid syntax",
                "file": "app.py",
                "line": 3,
            },
        )
    ]
    assert here.streams.count() == (1, 0)


def test_a_mistake_of_ours_is_told_and_logged(caplog: pytest.LogCaptureFixture) -> None:
    here = Class(RuntimeError("oops"))
    here.open()
    assert here.wire.sent[0][2]["code"] == "internal"
    assert "oops" not in here.wire.sent[0][2]["message"]
    assert [record.getMessage() for record in caplog.records] == ["run of lesson inline failed"]
    assert here.streams.count() == (1, 0)


def test_runs_are_bounded() -> None:
    here = Class(runs=2)
    here.open("a")
    here.open("b")
    assert here.refused("c") == "too_many_runs"
    here.open("b")  # in its own place
    here.streams.close("ana", "a")
    here.open("c")


def test_work_is_bounded_closed_runs_among_it() -> None:
    here = Class(working=4)
    for run in ("a", "b"):
        here.streams.open("ana", run, {0: job(), 1: job()}, {})()
        here.streams.close("ana", run)
    assert here.refused("c") == "busy"
    here.wire.work()
    here.open("c")


def test_chunks_under_way_are_bounded_those_of_closed_runs_among_them() -> None:
    here = Class(unacknowledged=2)
    for run in ("a", "b"):
        here.open(run)
        here.streams.close("ana", run)
    assert here.refused("c") == "silent"
    here.wire.acknowledge()
    here.open("c")


def test_who_is_silent_for_long_loses_the_run() -> None:
    here = Class(patience=60)
    here.open()
    here.wire.time = 59
    here.streams.sweep()
    assert here.streams.count() == (1, 1)
    here.wire.time = 61
    here.streams.sweep()
    assert here.streams.count() == (1, 0)
    assert here.wire.sent[-1][1:] == (
        "problem",
        {
            "run": "r",
            "slot": 0,
            "code": "silent",
            "message": "No chunk was acknowledged for 60 s; open the run again.",
            "file": None,
            "line": None,
        },
    )
    late = here.wire.callbacks[0]
    assert late is not None
    late()
    assert here.chunks() == [0]


def test_who_acknowledges_keeps_the_run() -> None:
    here = Class(patience=60)
    here.open()
    here.wire.time = 50
    here.wire.acknowledge()
    here.wire.time = 100
    here.streams.sweep()
    assert here.streams.count() == (1, 1)


def test_sweeping_lasts_as_long_as_anybody_is_there() -> None:
    here = Class(sweep=5)
    wire = here.wire
    streams = Streams(
        here.shelf, here.real, wire.send, wire.spawn, here.slept.append, Limits(sweep=5)
    )
    streams.connect("a")
    streams.connect("b")
    assert len(wire.waiting) == 1
    streams.disconnect("a")
    streams.disconnect("b")
    wire.work()
    assert here.slept == [5]
    streams.connect("c")
    assert len(wire.waiting) == 1
