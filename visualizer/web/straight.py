"""Writing to a WebSocket past the library's queue and thread, for a client that waits for nothing.

It uses two parts of eventlet's WebSocket that are not public: the lock that a writer holds, and the
method that frames a message. Where they are not as expected, everything goes through the queue.
"""

from __future__ import annotations

import logging
from typing import Any

log = logging.getLogger(__name__)


class Rest:
    """The bytes of a frame that the line did not take at once: a packet in the queue, and the first
    there, since it is put only into an empty one."""

    def __init__(self, data: bytes) -> None:
        self.data = data

    def encode(self, b64: bool = False) -> Rest:
        """What the library asks of a packet when it sends it; the guard knows what to do."""
        return self


class Straight:
    """The line of one WebSocket. Only for green threads: nothing here is safe for others."""

    def __init__(self, websocket: Any) -> None:
        """Raises AttributeError where eventlet's WebSocket is not as expected."""
        self._websocket = websocket
        self._lock = websocket._sendlock
        self._is_locked = self._lock.locked
        self._frame = websocket._pack_message
        self._send = websocket.socket.fd.send

    def is_idle(self) -> bool:
        """Whether nobody is writing, nor has begun to close it."""
        return not self._is_locked() and not self._websocket.websocket_closed

    def framed(self, text: str) -> bytes:
        """The text as a frame. The gate has declined compression, so it is one for all clients."""
        frame: bytes = self._frame(text)
        return frame

    def write(self, frame: bytes) -> bytes:
        """Write without waiting; what the line did not take."""
        try:
            return frame[self._send(frame) :]
        except BlockingIOError:
            return frame
        except OSError:  # it has gone, which whoever reads from it is about to learn
            return b""

    def write_all(self, rest: Rest) -> None:
        """Write the rest of a frame, waiting like any writer. Raises OSError."""
        with self._lock:
            self._websocket.socket.sendall(rest.data)


_told: list[str] = []


def straight_to(websocket: Any) -> Straight | None:
    """The line of a WebSocket of eventlet's; None for others."""
    if type(websocket).__module__ != "eventlet.websocket":
        return None
    try:
        return Straight(websocket)
    except AttributeError as error:
        if not _told:
            _told.append(str(error))
            log.warning("broadcasts go the slow way: this eventlet is another (%s)", error)
        return None
