"""Runs on the wall clock: sent as they grow, few at a time, ended when nobody wants them."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from tests.support.shipped import SHIPPED
from visualizer.lab import LabError
from visualizer.lab.wall.able import MOST_SECONDS
from visualizer.trace.growing import Grown
from visualizer.web.chunks import ROOM
from visualizer.web.messages import Refusal
from visualizer.web.real import why_not

from .fakes import job, trace
from .test_streams import Class


def grown(seconds: float, *keys: str, anew: bool = False, size: int = 0) -> Grown:
    """So many records, each of which names its key."""
    pad = "x" * size
    records = [(key, json.dumps({"id": key, "at": seconds, "pad": pad}).encode()) for key in keys]
    return Grown(anew, seconds, records)


class Live(Class):
    """``told`` is what the run tells while it goes on; ``then`` is done after each."""

    def __init__(self, *told: Grown | None, **limits: Any) -> None:
        super().__init__(**limits)
        self.lab.grown = list(told)

    def open_real(self, run: str = "r", then: Callable[[], None] | None = None) -> None:
        self.lab.then = then or (lambda: None)
        self.streams.open("ana", run, {0: job(clock="wall")}, {})()
        self.wire.work()

    def acknowledge(self) -> None:
        if self.wire.events() and self.wire.events()[-1] == "chunk":
            self.wire.acknowledge()

    def finish(self) -> None:
        while self.wire.events()[-1] == "chunk":
            self.wire.acknowledge()

    def told(self) -> list[dict[str, Any]]:
        """The chunks, records as data."""
        return [
            {**message, "records": json.loads(msgspec.json.encode(message["records"]))}
            for _, event, message in self.wire.sent
            if event == "chunk"
        ]


def test_it_is_sent_while_it_grows_and_then_whole() -> None:
    here = Live(grown(0.2, "a"), grown(0.4, "a", "b"))
    here.open_real(then=here.acknowledge)
    here.finish()
    told = here.told()
    assert [message["chunk"] for message in told] == list(range(len(told)))
    progress = [message["progress"] for message in told if "progress" in message]
    assert [each["seconds"] for each in progress] == [0.0, 0.2, 0.4]
    assert {each["expected"] for each in progress} == {trace().duration}
    growing = [record for message in told[:3] for record in message["records"]]
    assert [(each["id"], each["at"]) for each in growing] == [("a", 0.2), ("a", 0.4), ("b", 0.4)]
    assert next(message.get("anew", False) for message in told[3:]), "the whole comes anew"
    assert here.wire.events()[-1] == "end"
    end = here.wire.sent[-1][2]
    assert end["agreement"]["differences"] == []
    assert end["agreement"]["requests"] == 1


def test_who_is_slow_gets_the_last_of_what_changed_meanwhile() -> None:
    """What waits for an acknowledgement does not grow with every look."""
    here = Live(*(grown(number / 5, "a", "b") for number in range(1, 50)))
    here.open_real()
    assert len(here.told()) == 1, "nothing was acknowledged"
    here.lab.grown = []
    here.wire.acknowledge()
    assert here.told()[1].get("anew"), "it is over meanwhile: only the whole is sent"


def test_a_message_of_a_growing_run_is_small() -> None:
    many = [f"k{number}" for number in range(12)]
    here = Live(grown(0.2, *many, size=ROOM // 4), grown(0.4, "long", size=2 * ROOM))
    messages: list[dict[str, Any]] = []

    def acknowledge_all() -> None:
        while len(here.told()) > len(messages):
            messages.append(here.told()[-1])
            here.acknowledge()

    here.open_real(then=acknowledge_all)
    growing = [message for message in messages if "progress" in message]
    assert len(growing) >= 4
    assert all(len(json.dumps(message["records"])) <= ROOM + 100 for message in growing)
    ids = [record["id"] for message in growing for record in message["records"]]
    assert ids == many, "what fits no message comes with the whole"


def test_a_picture_that_begins_anew_says_so_once() -> None:
    here = Live(grown(0.2, "a"), grown(0.4, "b", anew=True), grown(0.6, "c"))
    here.open_real(then=here.acknowledge)
    flags = [message.get("anew", False) for message in here.told() if "progress" in message]
    assert flags == [False, False, True, False]


@pytest.mark.parametrize("leave", ["close", "disconnect"])
def test_it_is_ended_when_nobody_wants_it_any_more(leave: str) -> None:
    here = Live(None, grown(0.2, "a"), None)

    def gone() -> None:
        if leave == "close" and here.streams.count() == (1, 1):
            here.streams.close("ana", "r")
        elif leave == "disconnect":
            here.streams.disconnect("ana")

    here.open_real(then=gone)
    assert "end" not in here.wire.events() and "problem" not in here.wire.events()
    assert places(here) == 2, "its place is free again"


def places(here: Live) -> int:
    """How many more runs the server takes."""
    count = 0
    try:
        while True:
            here.real.reserve(1)
            count += 1
    except Refusal:
        for _ in range(count):
            here.real.give_back()
        return count


def test_there_are_few_at_a_time() -> None:
    here = Live(None)
    starts = [
        here.streams.open("ana", run, {0: job(clock="wall", seed=seed)}, {})
        for seed, run in enumerate(("one", "two"))
    ]
    with pytest.raises(Refusal) as refusal:
        here.streams.open("ana", "three", {0: job(clock="wall", seed=3)}, {})
    assert refusal.value.code == "no_place"
    assert "2 programs for real" in refusal.value.message
    here.open("virtual", seeds=(7,))  # has nothing to do with them
    for start in starts:
        start()
    here.wire.work()
    here.streams.open("ana", "three", {0: job(clock="wall", seed=3)}, {})


def test_a_run_that_was_closed_before_it_began_takes_no_place() -> None:
    here = Live(None)
    start = here.streams.open("ana", "r", {0: job(clock="wall")}, {})
    here.streams.close("ana", "r")
    start()
    here.wire.work()
    assert here.lab.asked == []
    assert places(here) == 2


def test_what_fails_is_told_and_gives_its_place_back() -> None:
    here = Live()
    here.lab.answer = LabError("import", "nowhere", "app.py", 3)
    here.open_real()
    assert here.wire.events() == ["problem"]
    assert here.wire.sent[0][2]["message"] == "nowhere"
    assert places(here) == 2


def test_what_would_take_too_long_is_not_begun() -> None:
    here = Live()
    long = trace()
    long.duration = MOST_SECONDS + 60
    here.lab.answer = long
    here.open_real()
    assert here.wire.events() == ["problem"]
    assert "180 s" in here.wire.sent[0][2]["message"]
    assert [each.clock for each in here.lab.asked] == ["virtual"]


def test_the_clocks_are_kept_apart() -> None:
    here = Live()
    here.open_real()
    assert here.shelf.peek(job(clock="wall")) is None
    assert here.shelf.peek(job()) is None
    assert [each.clock for each in here.lab.asked] == ["virtual", "wall"]


def test_why_not_is_one_sentence() -> None:
    catalogue = SHIPPED
    found = {
        why_not(lesson, lesson.job(variant.id))
        for lesson in catalogue.lessons.values()
        for variant in lesson.variants
    }
    assert None in found, "most lessons run for real"
    for reason in found - {None}:
        assert reason is not None and reason[0].isupper() and reason.endswith(".")
        assert "\n" not in reason and ". " not in reason
