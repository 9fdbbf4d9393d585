"""Lines on their way from the program's process: as little as is needed to tell them.

Most lines change one variable or none, and stand in a place that has been told before. Those that a
function runs on end travel together as a ``Stretch``; the supervisor makes events ``Line`` of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TypeAlias

import msgspec

from visualizer.trace.events import Change, Event, Line

#: A line that begins: the clock's time (ns), the number of its place, and the one variable that has
#: changed, if any, as its name and its value, which is None if it is gone. The value is a text, or
#: a whole number whose text is made by whoever reads it.
Sight: TypeAlias = tuple[int, int, str | None, int | str | None]


class Place(msgspec.Struct, array_like=True, tag="Place", gc=False):
    """A line of a listing. Places are numbered from 0 in the order in which they are told."""

    file: str
    line: int
    function: str
    caption: str | None


class Stretch(msgspec.Struct, array_like=True, tag="Stretch", gc=False):
    """Lines of one frame during which nothing else happened. ``depth`` is that of ``Line``.

    ``origin`` is the clock's time (ns) at which the record begins.
    """

    lane: str
    depth: int
    origin: int
    sights: list[Sight]


Message: TypeAlias = Event | Place | Stretch


class Unfolder:
    """Makes events of messages, which come in the order in which they were told."""

    def __init__(self) -> None:
        self._places: list[Place] = []

    def unfold(self, messages: Iterable[Message]) -> list[Event]:
        """The events that the messages tell of."""
        events: list[Event] = []
        for message in messages:
            if isinstance(message, Stretch):
                events += self._lines(message)
            elif isinstance(message, Place):
                self._places.append(message)
            else:
                events.append(message)
        return events

    def _lines(self, stretch: Stretch) -> Iterator[Line]:
        for t, number, name, value in stretch.sights:
            at = self._places[number]
            changed: list[Change] = []
            if name is not None:
                text = str(value) if isinstance(value, int) else value
                changed.append((at.function, name, text))
            place = (at.file, at.line, at.function)
            yield Line(t - stretch.origin, stretch.lane, *place, changed, at.caption, stretch.depth)
