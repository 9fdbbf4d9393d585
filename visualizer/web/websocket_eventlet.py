"""eventlet's own WebSocket, with a bound on a message that comes in fragments.

It bounds each frame but lets a message have any number of them. Its parts are made by a class that
is an attribute of the socket's, so that is where the bound is put, once for the process.
"""

from __future__ import annotations

from engineio.async_drivers.eventlet import WebSocketWSGI
from eventlet.websocket import FailedConnectionError, RFC6455WebSocket

__all__ = ["WebSocketWSGI"]

_TOO_BIG = 1009


class _Message(RFC6455WebSocket.Message):  # type: ignore[misc]  # the library has no types
    """A message that is still coming in; ``max_frame_length`` bounds all of it."""

    size = 0

    def push(self, data: bytes, final: bool = False) -> None:
        self.size += len(data)
        if self.size > self.max_frame_length:
            raise FailedConnectionError(_TOO_BIG, "The message is too long.")
        super().push(data, final)


RFC6455WebSocket.Message = _Message
