"""The port of the loopback at which a stand-in listens for real.

It has the port from the beginning to the end. While it is shut, connections are refused; while it
does not answer, the system drops what would be one, and the client's system tries again.
"""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import Callable
from contextlib import suppress

BACKLOG = 1024
"""Connections that may wait to be taken."""

_RESET_ON_CLOSE = struct.pack("ii", 1, 0)


class Door:
    """See the module's docstring. ``welcome`` is given each connection; it listens at once."""

    def __init__(self, welcome: Callable[[socket.socket], None]) -> None:
        self._welcome = welcome
        #: Keeps the port while nobody listens.
        self._place = _bound(0)
        self.port: int = self._place.getsockname()[1]
        self._listener: socket.socket | None = None
        #: Its own connections, which fill the queue of those that are to be taken.
        self._fillers: list[socket.socket] = []
        self._listen()

    def _listen(self) -> socket.socket:
        listener = self._listener = _bound(self.port)
        listener.listen(BACKLOG)
        listener.setblocking(False)
        return listener

    def open(self) -> None:
        """Take connections from now on, in the running event loop."""
        listener = self._listener or self._listen()
        for filler in self._fillers:
            filler.close()
        self._fillers.clear()
        listener.listen(BACKLOG)
        asyncio.get_running_loop().add_reader(listener, self._take, listener)

    def _take(self, listener: socket.socket) -> None:
        with suppress(BlockingIOError, ConnectionError):  # it may have gone again
            connection, _ = listener.accept()
            self._welcome(connection)

    def shut(self) -> None:
        """Refuse connections until it is opened."""
        listener, self._listener = self._listener, None
        if listener is not None:
            asyncio.get_running_loop().remove_reader(listener)
            _close(listener)

    def fall_silent(self) -> None:
        """Answer nobody who wants to connect, until it is opened."""
        listener = self._listener
        if listener is None:
            return
        asyncio.get_running_loop().remove_reader(listener)
        listener.listen(0)  # one may still wait
        filler = socket.socket()
        filler.setblocking(False)
        filler.connect_ex(("127.0.0.1", self.port))
        self._fillers.append(filler)

    def close(self) -> None:
        """Close what this process has of it."""
        for each in (self._place, self._listener, *self._fillers):
            if each is not None:
                each.close()


def reset(connection: socket.socket) -> None:
    """Let the other end be told that the connection is broken when it is closed."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)


def _bound(port: int) -> socket.socket:
    bound = socket.socket()
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    bound.bind(("127.0.0.1", port))
    return bound


def _close(listener: socket.socket) -> None:
    """Also for processes that have a copy of it."""
    with suppress(OSError):
        listener.shutdown(socket.SHUT_RDWR)
    listener.close()
