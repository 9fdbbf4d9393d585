"""What a program sends to users over connections that stay open, as the record tells it, and the
server's side of server-sent events."""

from __future__ import annotations

from typing import TypeAlias

from visualizer.trace.events import Pushed

from . import link
from .exchange import EVENT_STREAM, Exchange, Response
from .listening import Events
from .recorder import Lane, Recorder
from .values import scrub

SHOWN = 200
"""Characters of an event's data that a trace keeps."""

#: A lane, and the request and the task for which it works.
Emitter: TypeAlias = tuple[str, str | None, str | None]


def tell(recorder: Recorder, socket: str, emitter: Emitter, name: str, data: str) -> None:
    """An event is sent over the connection that the request ``socket`` has opened."""
    text = scrub(data if len(data) <= SHOWN else data[: SHOWN - 1] + "…")
    recorder.add(Pushed(recorder.now, socket, *emitter, name, text))


def is_stream(accept: str | None, response: Response) -> bool:
    """Whether the answer consists of server-sent events, for a user who listens to them: one whose
    browser accepts that."""
    kind = response.header("Content-Type") or ""
    return accept == EVENT_STREAM and kind.startswith(EVENT_STREAM)


class Announced:
    """Tells of each server-sent event in what ``lane`` answers to ``request``."""

    def __init__(self, recorder: Recorder, request: str, lane: Lane) -> None:
        self._recorder = recorder
        self._request = request
        self._lane = lane
        self._events = Events()

    def tell(self, text: str) -> None:
        """This much more is sent."""
        lane = self._lane
        for name, data in self._events.read(text):
            tell(self._recorder, self._request, (lane.id, lane.request, lane.task), name, data)


class EventStream:
    """Server-sent events on their way from ``lane`` to one user."""

    def __init__(self, exchange: Exchange, lane: Lane, recorder: Recorder) -> None:
        self._request = exchange.id
        self._announced = Announced(recorder, exchange.id, lane)

    def push(self, chunk: bytes) -> bool:
        """Send a piece of it. False if the user has hung up, which a server notices only now."""
        line, text = link.line(), chunk.decode(errors="replace")
        self._announced.tell(text)
        line.call("websockets", "say", self._request, text)
        _, closed = line.call("websockets", "take", self._request)
        return not closed
