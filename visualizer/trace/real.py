"""What took real time in a run, and so may differ in the next one."""

from __future__ import annotations

from collections.abc import Sequence

from . import events as ev
from .facts import Facts
from .records import Unreproducible
from .times import seconds


def unreproducible_of(events: Sequence[ev.Event], facts: Facts) -> list[Unreproducible]:
    """The calls that took real time, each with the line of the program that made it."""
    found = []
    last: dict[str, tuple[str, int]] = {}
    for event in events:
        if isinstance(event, ev.Line):
            last[event.lane] = event.file, event.line
        elif isinstance(event, ev.RealTime):
            file, line = last.get(event.lane, (None, None))
            took = round(event.took / 1e9, 3)
            place = f" in {file}, line {line}" if file is not None else ""
            reason = f"{facts.lanes[event.lane].name} {event.what} for {took:g} s{place}"
            found.append(
                Unreproducible(
                    t=seconds(event.t),
                    lane=event.lane,
                    seconds=took,
                    file=file,
                    line=line,
                    reason=reason,
                )
            )
    return found
