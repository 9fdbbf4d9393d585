"""simple-websocket, for gevent and threads alike, bounded and sending whole frames.

Engine.IO would take gevent-websocket under gevent where that is installed; it reads frames of any
length and answers a handshake before anybody could refuse it.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import simple_websocket
from engineio.async_drivers._websocket_wsgi import SimpleWebSocketWSGI

from .guard import BURST, MAX_MESSAGE


class _Socket:
    """A socket that sends all it is given, and does not read ahead of a server that is busy."""

    def __init__(self, socket: Any, unread: Callable[[], int]) -> None:
        self._socket = socket
        self._unread = unread
        self.send = socket.sendall

    def __getattr__(self, name: str) -> Any:
        return getattr(self._socket, name)

    def recv(self, size: int) -> bytes:
        while self._unread() > BURST:
            time.sleep(0.01)
        data: bytes = self._socket.recv(size)
        return data


class _Server(simple_websocket.Server):  # type: ignore[misc]  # the library has no types
    @property
    def sock(self) -> _Socket:
        return self._sock

    @sock.setter
    def sock(self, socket: Any) -> None:
        self._sock = _Socket(socket, lambda: len(self.input_buffer))

    def _handle_events(self) -> bool:
        keep_going: bool = super()._handle_events()
        if not keep_going:
            # It has woken who waits for a message before saying that there will be none.
            self.connected = False
            self.event.set()
        return keep_going


class WebSocketWSGI(SimpleWebSocketWSGI):  # type: ignore[misc]  # the library has no types
    """Opens the WebSocket of a request and runs its handler."""

    @property
    def socket(self) -> _Socket:
        """By this name Engine.IO finds it and bounds how long it may block."""
        return self.ws.sock

    def close(self) -> None:
        with suppress(simple_websocket.ConnectionClosed):  # by the client, in this very moment
            super().close()

    def __call__(self, environ: dict[str, Any], start_response: object) -> Any:
        self.ws = _Server(environ, max_message_size=MAX_MESSAGE)
        result = self.app(self)
        if self.ws.mode == "werkzeug":
            raise ConnectionError  # tells Werkzeug that this connection is spent
        return result
