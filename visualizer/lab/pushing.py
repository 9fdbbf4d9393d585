"""What a program sends to users over connections that stay open, as the record tells it, and the
server's side of server-sent events."""

from __future__ import annotations

from typing import TypeAlias

from visualizer.trace.events import Pushed

from . import link
from .exchange import EVENT_STREAM, Exchange
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


def is_stream(exchange: Exchange) -> bool:
    """Whether the answer consists of server-sent events, for a user who listens to them."""
    kind = exchange.response.header("Content-Type") or ""
    return exchange.headers.get("Accept") == EVENT_STREAM and kind.startswith(EVENT_STREAM)


class EventStream:
    """Server-sent events on their way from ``lane`` to one user."""

    def __init__(self, exchange: Exchange, lane: Lane, recorder: Recorder) -> None:
        self._exchange = exchange
        self._lane = lane
        self._recorder = recorder
        self._events = Events()

    def push(self, chunk: bytes) -> bool:
        """Send a piece of it. False if the user has hung up, which a server notices only now."""
        line, request, lane = link.line(), self._exchange.id, self._lane
        text = chunk.decode(errors="replace")
        for name, data in self._events.read(text):
            tell(self._recorder, request, (lane.id, lane.request, lane.task), name, data)
        line.call("websockets", "say", request, text)
        _, closed = line.call("websockets", "take", request)
        return not closed
