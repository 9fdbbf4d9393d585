"""The users' connections that stay open, over real sockets: WebSockets, and server-sent events.

What is said takes the model's network time each way, as requests do. A user who hangs up closes a
WebSocket as the protocol asks for. For server-sent events there is no such way: the connection is
reset, which the server notices when it next sends something. The user's request ends when the
server's record says that it has.
"""

from __future__ import annotations

import asyncio
import codecs
import socket
import struct
from collections.abc import Callable
from functools import partial
from http.client import HTTPException
from typing import TYPE_CHECKING

from wsproto import ConnectionType, WSConnection, events
from wsproto.connection import ConnectionState
from wsproto.frame_protocol import CloseReason
from wsproto.utilities import RemoteProtocolError

from visualizer.lab.exchange import Exchange
from visualizer.lab.listener import REFUSED, RESET
from visualizer.trace.events import Event, RequestReceived, SocketClosed

from .http import MOST_AT_ONCE, NUMBER, read_body, read_head, request_bytes
from .merge import Died, Happened

if TYPE_CHECKING:
    from .users import Street

_RESET = struct.pack("ii", 1, 0)
"""What SO_LINGER takes: closing throws away what is under way, and the other end learns of it."""

_HANDSHAKE = frozenset({"host", "connection", "upgrade"})
"""Headers that come with the WebSocket's handshake, in lower case."""

Hear = Callable[[str], None]


def rehearse() -> None:
    """Let a WebSocket be opened once, in memory: what is prepared for the first one is there then,
    in this process and in those that it forks."""
    user, server = WSConnection(ConnectionType.CLIENT), WSConnection(ConnectionType.SERVER)
    server.receive_data(user.send(events.Request(host="localhost", target="/")))
    list(server.events())
    user.receive_data(server.send(events.AcceptConnection()))
    list(user.events())
    server.receive_data(user.send(events.TextMessage("hello")))
    list(server.events())


class Streams:
    """All of them, by the request that asked for each. ``network`` is nanoseconds, each way."""

    def __init__(self, street: Street, address: tuple[str, int], network: int) -> None:
        self._street = street
        self._address = address
        self._network = network
        self._wanted: dict[str, Hear] = {}
        self._open: dict[str, _Stream] = {}
        #: Which process of the server has which request.
        self._holders: dict[str, str] = {}

    def __contains__(self, request: str) -> bool:
        return request in self._wanted

    # -- for the users, who only speak and hang up while the connection is open -----------------

    def expect(self, request: str, hear: Hear) -> None:
        """A user asks for a connection with that request. ``hear`` takes what the server says."""
        self._wanted[request] = lambda text: self._later(partial(hear, text))

    def send(self, request: str, text: str) -> None:
        """The user says something."""
        self._later(lambda: self._open[request].say(text))

    def close(self, request: str) -> None:
        """The user hangs up."""
        self._later(lambda: self._open[request].hang_up())

    def _later(self, call: Callable[[], None]) -> None:
        self._street.at(self._street.now + self._network, call)

    # -- for the record -------------------------------------------------------------------------

    def see(self, process: str, event: Event | Died | Happened) -> None:
        """A process of the server has told something."""
        match event:
            case RequestReceived() if event.request in self._wanted:
                self._holders[event.request] = process
            case SocketClosed() if event.socket in self._open:
                self._open[event.socket].noticed.set_result(True)
            case Died():
                for request, stream in self._open.items():
                    if self._holders.get(request) == process and not stream.noticed.done():
                        stream.noticed.set_result(False)

    async def play(self, exchange: Exchange) -> None:
        """Ask for the connection, and listen until it is closed."""
        try:
            reader, writer = await asyncio.open_connection(*self._address)
        except OSError:
            exchange.failed(exchange, REFUSED)
            return
        kind = _WebSocket if "Upgrade" in exchange.headers else _EventSource
        stream = kind(reader, writer, self._wanted[exchange.id])
        self._open[exchange.id] = stream
        self._street.arrives(exchange)
        stream.ask(exchange)
        try:
            await stream.listen(exchange)
        except (OSError, EOFError, HTTPException, RemoteProtocolError):
            if not stream.left or not await stream.noticed:
                exchange.failed(exchange, RESET)
                return
        finally:
            writer.close()
        exchange.finished(exchange)


class _Stream:
    """The user's end of a connection. ``left``: the user has hung up.

    ``noticed`` becomes True when the server has noticed that, False when it never will.
    """

    def __init__(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, hear: Hear
    ) -> None:
        self.left = False
        self.noticed: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._reader = reader
        self._writer = writer
        self._hear = hear

    def ask(self, exchange: Exchange) -> None:
        """Send the request."""
        raise NotImplementedError

    async def listen(self, exchange: Exchange) -> None:
        """Hear what comes, until the server ends it. Raises if the connection breaks."""
        raise NotImplementedError

    def say(self, text: str) -> None:
        raise NotImplementedError

    def hang_up(self) -> None:
        raise NotImplementedError


class _EventSource(_Stream):
    """Server-sent events."""

    def ask(self, exchange: Exchange) -> None:
        self._writer.write(request_bytes(exchange))

    async def listen(self, exchange: Exchange) -> None:
        head = await read_head(exchange.method, self._reader)
        exchange.started(exchange)
        decode = codecs.getincrementaldecoder("utf-8")("replace").decode
        async for piece in read_body(head, self._reader):
            self._hear(decode(piece))

    def hang_up(self) -> None:
        if self._writer.is_closing():
            return  # the server was faster
        self.left = True
        connection = self._writer.get_extra_info("socket")
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
        self._writer.transport.abort()


class _WebSocket(_Stream):
    """A WebSocket. The protocol is wsproto's, as in the server with threads."""

    def __init__(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, hear: Hear
    ) -> None:
        super().__init__(reader, writer, hear)
        self._ws = WSConnection(ConnectionType.CLIENT)
        self._heard = ""

    def ask(self, exchange: Exchange) -> None:
        own = {k: v for k, v in exchange.headers.items() if k.lower() not in _HANDSHAKE}
        headers = [(k.encode(), v.encode()) for k, v in {**own, NUMBER: exchange.id}.items()]
        self._send(events.Request(host="localhost", target=exchange.path, extra_headers=headers))

    async def listen(self, exchange: Exchange) -> None:
        over = False
        while not over:
            data = await self._reader.read(MOST_AT_ONCE)
            if not data:
                raise EOFError("the server has closed the connection without a word")
            self._ws.receive_data(data)
            for event in self._ws.events():
                over = self._takes(event, exchange) or over

    def _takes(self, event: events.Event, exchange: Exchange) -> bool:
        """Something has come. Whether it is the end."""
        match event:
            case events.AcceptConnection() | events.RejectConnection():
                exchange.started(exchange)
                return isinstance(event, events.RejectConnection)
            case events.TextMessage():
                self._heard += event.data
                if event.message_finished:
                    self._hear(self._heard)
                    self._heard = ""
            case events.Ping():
                self._send(event.response())
            case events.CloseConnection():
                if self._ws.state is ConnectionState.REMOTE_CLOSING:
                    self._send(event.response())
                return True
        return False

    def say(self, text: str) -> None:
        if self._ws.state is ConnectionState.OPEN:
            self._send(events.TextMessage(text))

    def hang_up(self) -> None:
        self.left = True
        if self._ws.state is ConnectionState.OPEN:
            self._send(events.CloseConnection(CloseReason.NORMAL_CLOSURE))

    def _send(self, event: events.Event) -> None:
        self._writer.write(self._ws.send(event))
