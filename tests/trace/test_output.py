"""What is printed line by line at one moment is one record, however it was handed on."""

from __future__ import annotations

from visualizer.trace import events as ev
from visualizer.trace.lines import output_of
from visualizer.trace.records import OutputRecord


def test_output_that_follows_directly_is_joined() -> None:
    line = ev.Line(0, "a", "app.py", 1, "view")
    events: list[ev.Event] = [
        ev.Output(0, "a", "stdout", "one\n"),
        ev.Output(0, "a", "stdout", "two\n"),
        ev.Output(0, "a", "stderr", "trouble\n"),
        line,
        ev.Output(0, "a", "stderr", "again\n"),
        ev.Output(1_000_000, "a", "stderr", "later\n"),
        ev.Output(1_000_000, "b", "stderr", "elsewhere\n"),
    ]
    assert output_of(events) == [
        OutputRecord(t=0.0, lane="a", stream="stdout", text="one\ntwo\n"),
        OutputRecord(t=0.0, lane="a", stream="stderr", text="trouble\n"),
        OutputRecord(t=0.0, lane="a", stream="stderr", text="again\n"),
        OutputRecord(t=0.001, lane="a", stream="stderr", text="later\n"),
        OutputRecord(t=0.001, lane="b", stream="stderr", text="elsewhere\n"),
    ]
    assert output_of(events[:2]) == output_of(events)[:1]
