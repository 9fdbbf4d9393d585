"""WebSockets with bounds, in each way of running.

The libraries underneath leave three gaps, closed here. A message in many fragments, or one long
frame, may grow without end. A client that sends faster than it is served starves everybody else. A
frame that is no Engine.IO packet raises through the server and leaves the session behind.
"""

from __future__ import annotations

import importlib
import time
from collections.abc import Callable
from types import MethodType
from typing import Any

from .launch import AsyncMode

#: Bytes of one incoming message.
MAX_MESSAGE = 64 * 1024
#: Messages a second that a client may send for long, and how many at once before that counts.
PACE = 200.0
BURST = 400
#: Messages that may wait for a client that does not read, before it is cut off.
MOST_WAITING = 256
_PACKETS = frozenset("0123456")


class Guard:
    """Stands before one WebSocket. Everything but ``wait`` goes to the socket itself."""

    def __init__(
        self,
        socket: Any,
        waiting: Callable[[], int],
        sleep: Callable[[float], None],
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._socket = socket
        self._waiting = waiting
        self._sleep = sleep
        self._now = now
        #: The time up to which this client has used up its share.
        self._used = now()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._socket, name)

    def wait(self) -> str | bytes | None:
        """The next message; None if the client has gone, or has to."""
        message: str | bytes | None = self._socket.wait()
        now = self._now()
        self._used = max(self._used, now - BURST / PACE) + 1 / PACE
        # Even in its share a client lets the others go first: green threads do not interrupt.
        self._sleep(max(0.0, self._used - now))
        if not message or len(message) > MAX_MESSAGE or self._waiting() > MOST_WAITING:
            return None
        return message if isinstance(message, bytes) or message[0] in _PACKETS else None


def bounded(async_mode: AsyncMode, sleep: Callable[[float], None]) -> type:
    """The class by which an Engine.IO server of this mode opens its WebSockets."""
    base = _eventlet() if async_mode == "eventlet" else _simple()

    class Bounded(base):  # type: ignore[misc]  # the library has no types
        def __init__(self, handler: MethodType, server: Any) -> None:
            # The handler is a method of the session whose messages are to come.
            session: Any = handler.__self__
            super().__init__(lambda socket: handler(Guard(socket, session.queue.qsize, sleep)), server)

    return Bounded


def _eventlet() -> Any:
    """eventlet's own WebSocket. It bounds a frame but not the fragments of a message."""
    driver = importlib.import_module("engineio.async_drivers.eventlet")
    module = importlib.import_module("eventlet.websocket")
    whole = module.RFC6455WebSocket.Message
    if not getattr(whole, "bounded", False):

        class Message(whole):  # type: ignore[misc]  # the library has no types
            bounded = True

            def push(self, data: bytes, final: bool = False) -> None:
                self.size = getattr(self, "size", 0) + len(data)
                if self.size > MAX_MESSAGE:
                    raise module.FailedConnectionError(1009, "message too long")
                super().push(data, final)

        module.RFC6455WebSocket.Message = Message
    return driver.WebSocketWSGI


def _simple() -> Any:
    """simple-websocket, for gevent and threads alike, whichever other library is installed."""
    driver = importlib.import_module("engineio.async_drivers._websocket_wsgi")
    library = importlib.import_module("simple_websocket")

    class Socket:
        """Sends a frame whole, and does not read ahead of a server that is busy."""

        def __init__(self, socket: Any, behind: Callable[[], int]) -> None:
            self._socket = socket
            self._behind = behind
            self.send = socket.sendall

        def __getattr__(self, name: str) -> Any:
            return getattr(self._socket, name)

        def recv(self, size: int) -> bytes:
            while self._behind() > BURST:
                time.sleep(0.01)
            data: bytes = self._socket.recv(size)
            return data

    class Server(library.Server):  # type: ignore[misc]  # the library has no types
        @property
        def sock(self) -> Any:
            return self._sock

        @sock.setter
        def sock(self, socket: Any) -> None:
            self._sock = Socket(socket, lambda: len(self.input_buffer))

    class Simple(driver.SimpleWebSocketWSGI):  # type: ignore[misc]  # the library has no types
        def __init__(self, handler: Callable[[Any], Any], server: Any) -> None:
            super().__init__(handler, server, max_message_size=MAX_MESSAGE)

        def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
            self.ws = Server(environ, **self.server_args)
            result = self.app(self)
            if self.ws.mode == "werkzeug":
                raise ConnectionError  # tells Werkzeug that the connection is spent
            return result

    return Simple
