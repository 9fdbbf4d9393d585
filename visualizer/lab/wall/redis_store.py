"""The in-memory Redis of a run on the wall clock, which speaks the real protocol on a port.

It is that of the virtual clock (``redis_connections``), behind a socket: one thread that answers
one command after the other, and whoever has waited longest first.
"""

from __future__ import annotations

import asyncio
import secrets
import socket
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from visualizer.lab.redis_connections import Connections

if TYPE_CHECKING:
    from visualizer.lab.redis_session import Session


def serve(listener: socket.socket) -> None:
    """Be the Redis behind that socket, for good."""
    asyncio.run(_Store().serve(listener))


class _Store:
    def __init__(self) -> None:
        self._clients: dict[int, _Client] = {}
        self.connections = Connections(time.time, secrets.randbits(32), self._after, self._pushed)

    async def serve(self, listener: socket.socket) -> None:
        loop = asyncio.get_running_loop()
        server = await loop.create_server(lambda: _Client(self), sock=listener)
        await server.serve_forever()

    def enter(self, client: _Client) -> Session:
        session = self.connections.open("")
        self._clients[session.number] = client
        return session

    def leave(self, session: Session) -> None:
        del self._clients[session.number]
        self.connections.close(session)

    def _after(self, seconds: float, call: Callable[[], None]) -> None:
        asyncio.get_running_loop().call_later(seconds, call)

    def _pushed(self, session: Session, answer: bool) -> None:
        self._clients[session.number].write()


class _Client(asyncio.Protocol):
    """One connection. asyncio sends at once what is written, without waiting for more."""

    _transport: asyncio.Transport
    _session: Session

    def __init__(self, store: _Store) -> None:
        self._store = store

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._session = self._store.enter(self)

    def data_received(self, data: bytes) -> None:
        self._store.connections.feed(self._session, data)
        self.write()

    def connection_lost(self, exc: Exception | None) -> None:
        self._store.leave(self._session)

    def write(self) -> None:
        """Send what there is to send."""
        if data := self._session.take():
            self._transport.write(data)
