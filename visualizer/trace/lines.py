"""What the tracer saw and what the program said: lines, exceptions and output, as records."""

from __future__ import annotations

from collections.abc import Sequence

from . import events as ev
from .records import LineRecord, OutputRecord, Problem
from .times import seconds


def lines_of(events: Sequence[ev.Event]) -> list[LineRecord]:
    """Every line that began. What a frame changed at its end stands with its lane's next line."""
    lines: list[LineRecord] = []
    left: dict[str, list[ev.Change]] = {}
    for event in events:
        if isinstance(event, ev.Line):
            changed = event.changed
            if event.lane in left:
                changed = left.pop(event.lane) + changed
            lines.append(
                LineRecord(
                    t=seconds(event.t),
                    lane=event.lane,
                    file=event.file,
                    line=event.line,
                    changed=[
                        {"scope": scope, "name": name, "value": value}
                        for scope, name, value in changed
                    ],
                )
            )
        elif isinstance(event, ev.Changed) and event.changed:
            left[event.lane] = left.get(event.lane, []) + event.changed
    return lines


def output_of(events: Sequence[ev.Event]) -> list[OutputRecord]:
    """What the program printed or logged. One record for what follows directly at the same time."""
    output: list[OutputRecord] = []
    before: ev.Event | None = None
    for event in events:
        if isinstance(event, ev.Output):
            if isinstance(before, ev.Output) and _together(before, event):
                output[-1].text += event.text
            else:
                now = seconds(event.t)
                output.append(
                    OutputRecord(t=now, lane=event.lane, stream=event.stream, text=event.text)
                )
        before = event
    return output


def _together(one: ev.Output, other: ev.Output) -> bool:
    return (one.t, one.lane, one.stream) == (other.t, other.lane, other.stream)


def problems_of(events: Sequence[ev.Event]) -> list[Problem]:
    """The exceptions that came up in lines of the listing."""
    return [
        Problem(
            t=seconds(event.t),
            lane=event.lane,
            file=event.file,
            line=event.line,
            error=event.error,
        )
        for event in events
        if isinstance(event, ev.Raised)
    ]
