"""The socket events (docs/protocol.md), put before the desk, and its answers sent.

A mistake of the client's is answered with ``{error: {code, message, field}}``; one of ours is
logged and answered so too. Nothing here ends a connection.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import Any

import flask
from flask_socketio import SocketIO

from .desk import Desk
from .messages import Refusal
from .streams import Streams
from .wire import MALFORMED

log = logging.getLogger(__name__)


def attach(socketio: SocketIO, desk: Desk, streams: Streams) -> None:
    """Connect the events of the Socket.IO server to the desk."""
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

    def on_disconnect(_reason: Any = None) -> None:
        streams.disconnect(_connection())

    handlers = {"open": on_open, "close": on_close, MALFORMED: on_malformed, "*": on_other}
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


def _connection() -> str:
    """The id of the connection whose event is being handled."""
    sid: str = flask.request.sid  # type: ignore[attr-defined]  # put there by Flask-SocketIO
    return sid
