"""A trace that grows is told bit by bit, and what was told adds up to it."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.trace.runs import THREAD_APP, about, thread_run
from visualizer.trace import Trace, derive, records_of
from visualizer.trace.events import End
from visualizer.trace.growing import Growth

EVENTS = thread_run()


def until(count: int) -> Trace:
    """The trace of the first so many events."""
    now = EVENTS[count - 1].t
    return derive(about(THREAD_APP), [*EVENTS[:count], End(now)])


class Listener:
    """Puts together what is told, as a page does."""

    def __init__(self) -> None:
        self.records: dict[str, Any] = {}
        self.told = 0

    def hear(self, growth: Growth, trace: Trace) -> bool:
        grown = growth.more(trace, trace.duration)
        if grown.anew:
            self.records = {}
        self.records.update((key, json.loads(text)) for key, text in grown.records)
        self.told = len(grown.records)
        return grown.anew

    def matches(self, trace: Trace) -> bool:
        wanted = [json.dumps(each, sort_keys=True) for each in records_of(trace)]
        found = [json.dumps(each, sort_keys=True) for each in self.records.values()]
        return sorted(wanted) == sorted(found)


@settings(deadline=None)
@given(st.lists(st.integers(1, len(EVENTS)), min_size=1, max_size=8))
def test_what_was_told_adds_up_to_the_trace(counts: list[int]) -> None:
    """Also where the trace has become shorter meanwhile, which begins anew."""
    growth, listener = Growth(), Listener()
    for count in counts:
        trace = until(count)
        listener.hear(growth, trace)
        assert listener.matches(trace)


def test_nothing_is_told_twice() -> None:
    growth, listener = Growth(), Listener()
    listener.hear(growth, until(20))
    listener.hear(growth, until(20))
    assert listener.told == 0
    assert not listener.hear(growth, until(len(EVENTS)))
    assert 0 < listener.told < len(listener.records)


def test_a_line_that_comes_late_begins_anew() -> None:
    """Lines have no id: where one belongs before others that were told, all come again."""
    growth, listener = Growth(), Listener()
    late = next(place for place, event in enumerate(EVENTS) if type(event).__name__ == "Line")
    without = derive(about(THREAD_APP), [*EVENTS[:late], *EVENTS[late + 1 :]])
    assert not listener.hear(growth, without)
    assert listener.hear(growth, until(len(EVENTS)))
    assert listener.matches(until(len(EVENTS)))
