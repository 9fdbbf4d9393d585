"""The socket events (docs/protocol.md), put before the desk, and its answers sent.

A mistake of the client's is answered with ``{error: {code, message, field}}``; one of ours is
logged and answered so too. Nothing here ends a connection.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import flask
from flask_socketio import SocketIO

from .class_desk import ClassDesk
from .desk import Desk
from .hall import Hall
from .messages import Refusal
from .streams import Streams
from .wire import MALFORMED

log = logging.getLogger(__name__)


def attach(
    socketio: SocketIO, desk: Desk, streams: Streams, class_desk: ClassDesk, hall: Hall
) -> None:
    """Connect the events of the Socket.IO server to the desks: runs to one, classes to another."""
    server = socketio.server
    afterwards = _Afterwards()

    def on_open(*arguments: Any) -> Any:
        answer, start = desk.open(_connection(), *arguments)
        if start is not None:
            afterwards.add(start)
        return answer

    def on_close(*arguments: Any) -> Any:
        return desk.close(_connection(), *arguments)

    def on_other(event: str, *_: Any) -> Any:
        raise Refusal("unknown_event", f"There is no event {event[:80]!r}.")

    def on_malformed(*arguments: Any) -> Any:
        reason = str(arguments[0])[:200] if arguments else "This is not an event."
        # What the client wanted is not known, so neither is whether it awaits an answer.
        about = {"run": None, "slot": None, "file": None, "line": None}
        problem = {**about, "code": MALFORMED, "message": reason}
        socketio.emit("problem", problem, to=_connection())
        raise Refusal(MALFORMED, reason)

    def on_connect(_auth: Any = None) -> None:
        streams.connect(_connection())
        hall.connect(_connection())

    def on_disconnect(_reason: Any = None) -> None:
        streams.disconnect(_connection())
        hall.disconnect(_connection())

    handlers = {"open": on_open, "close": on_close, MALFORMED: on_malformed, "*": on_other}
    handlers |= {event: _of_class(handler) for event, handler in class_desk.events.items()}
    for event, handler in handlers.items():
        socketio.on_event(event, _answering(handler))
    socketio.on_event("connect", on_connect)
    socketio.on_event("disconnect", on_disconnect)

    # Handlers run in the thread that reads the connection. What they start begins when the library
    # has put their answer on its way, so that no chunk overtakes it.
    handle = server.eio.handlers["message"]

    def message(session: str, data: Any) -> None:
        try:
            handle(session, data)
        finally:
            afterwards.run()

    server.eio.on("message", message)


class Rooms:
    """How a hall reaches its connections (``live.Line``)."""

    def __init__(self, socketio: SocketIO) -> None:
        self._socketio = socketio

    def emit(self, event: str, data: Any, room: str, skip: str | None = None) -> None:
        # The library takes a bare None for no argument at all.
        argument = (None,) if data is None else data
        self._socketio.emit(event, argument, to=room, skip_sid=skip)

    def join(self, connection: str, room: str) -> None:
        with suppress(KeyError, ValueError):  # it has gone in this moment
            self._socketio.server.enter_room(connection, room)

    def leave(self, connection: str, room: str) -> None:
        with suppress(KeyError, ValueError):
            self._socketio.server.leave_room(connection, room)


class _Afterwards(threading.local):
    """What this thread shall do once the event it handles has been answered."""

    def __init__(self) -> None:
        self._waiting: list[Callable[[], None]] = []

    def add(self, start: Callable[[], None]) -> None:
        self._waiting.append(start)

    def run(self) -> None:
        waiting, self._waiting = self._waiting, []
        for start in waiting:
            start()


def _answering(handler: Callable[..., Any]) -> Callable[..., Any]:
    """The handler with every mistake turned into an answer."""

    def answering(*arguments: Any) -> Any:
        try:
            return handler(*arguments)
        except Refusal as refusal:
            return refusal.answer()
        except Exception:  # the edge: a mistake of ours must not cost the client its connection
            log.exception("a socket event failed")
            return Refusal("internal", "The server made a mistake; it is logged.").answer()

    return answering


def _of_class(handler: Callable[..., Any]) -> Callable[..., Any]:
    def on_event(*arguments: Any) -> Any:
        return handler(_connection(), *arguments)

    return on_event


def address() -> str:
    """Where the connection comes from whose event is being handled."""
    return flask.request.remote_addr or ""


def _connection() -> str:
    """The id of the connection whose event is being handled."""
    sid: str = flask.request.sid  # type: ignore[attr-defined]  # put there by Flask-SocketIO
    return sid
