"""What a client may do with its WebSocket: how long a message may be, and how fast they may come.

The libraries underneath leave three gaps, closed here and in the two modules that this one loads. A
message in many fragments, or one long frame, may grow without end. A client that sends faster than
it is served starves everybody else. A frame that is no Engine.IO packet raises through the server
and leaves its session behind.
"""

from __future__ import annotations

import contextlib
import socket
import time
from collections.abc import Callable
from types import MethodType
from typing import Any

from .launch import AsyncMode
from .straight import Rest, straight_to

#: Bytes of one incoming message.
MAX_MESSAGE = 64 * 1024
#: Messages a second that a client may send for long, and how many at once before that counts.
PACE = 200.0
BURST = 400
#: Messages that may wait for a client that does not read, before it is cut off.
MOST_WAITING = 256
#: How an Engine.IO packet begins, as text.
_PACKETS = frozenset("0123456")


class Guard:
    """Stands before one WebSocket. What is not here goes to the socket itself."""

    def __init__(
        self,
        websocket: Any,
        waiting: Callable[[], int],
        sleep: Callable[[float], None],
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._websocket = websocket
        self._waiting = waiting
        self._sleep = sleep
        self._now = now
        #: The line itself, where something may be written past the queue.
        self.straight = straight_to(websocket)
        #: The time up to which this client has used up its share.
        self._used = now() - BURST / PACE

    def __getattr__(self, name: str) -> Any:
        return getattr(self._websocket, name)

    def wait(self) -> str | bytes | None:
        """The next message; None if the client has gone, or has to."""
        message: str | bytes | None = self._websocket.wait()
        now = self._now()
        self._used = max(self._used, now - BURST / PACE) + 1 / PACE
        # Even in its share a client lets the others go first: green threads do not interrupt.
        self._sleep(max(0.0, self._used - now))
        if self._waiting() > MOST_WAITING:
            self.cut()
            return None
        if not message or len(message) > MAX_MESSAGE:
            return None
        return message if isinstance(message, bytes) or message[0] in _PACKETS else None

    def send(self, message: Any) -> None:
        """Send a message. Raises OSError if the client has gone."""
        if isinstance(message, Rest):
            assert self.straight is not None  # whose rest it is
            self.straight.write_all(message)
        else:
            self._websocket.send(message)

    def close(self) -> None:
        """Close the WebSocket, whether or not the client is still there to be told."""
        with contextlib.suppress(OSError):
            self._websocket.close()

    def cut(self) -> None:
        """Close the line, so that what waits to be written to this client waits no longer."""
        with contextlib.suppress(OSError):  # it is closed already
            self._websocket.socket.shutdown(socket.SHUT_RDWR)


def unwaited(queue: Any) -> Any:
    """The queue of messages for a client, made so that nobody waits until it has been emptied.

    The library waits so before it closes a session, for ever if the client fetches nothing.
    """

    class Queue(queue):  # type: ignore[misc]  # a class of the library in use
        def join(self) -> None:
            """Return at once."""

    return Queue


def guarded(async_mode: AsyncMode, sleep: Callable[[float], None]) -> Callable[..., Any]:
    """What an Engine.IO server of this mode shall open its WebSockets with."""
    websocket: Callable[..., Any]
    if async_mode == "eventlet":
        from .websocket_eventlet import WebSocketWSGI as websocket
    else:
        from .websocket_simple import WebSocketWSGI as websocket

    def open_websocket(handler: MethodType, server: object) -> Any:
        # The handler is a method of the session whose answers wait in its queue.
        session: Any = handler.__self__

        def handle(opened: Any) -> Any:
            session.guard = Guard(opened, session.queue.qsize, sleep)
            return handler(session.guard)

        return websocket(handle, server)

    return open_websocket
