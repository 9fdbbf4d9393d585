"""The listening socket of the web server, in the coordinator: accept queue and open connections.

Requests wait here until a process of the server has a place for them. Processes share the socket as
the workers of gunicorn do: a worker that dies takes the connections with it that it had accepted,
and the others accept what waits. Where the whole server is gone, waiting connections are reset and
new ones are refused.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import Any

from visualizer.trace.events import RequestArrived

from .exchange import Exchange, Response
from .world import World

RESET = "the connection was reset"
REFUSED = "the connection was refused"


@dataclass(eq=False)
class _Server:
    """A process of the server. ``offered`` has not been accepted by it yet."""

    places: int
    free: int
    offered: list[Exchange] = field(default_factory=list)
    accepted: dict[str, Exchange] = field(default_factory=dict)
    closing: bool = False


class Listener:
    """Methods that take ``process`` first can be called by processes."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._queue: deque[Exchange] = deque()
        self._servers: dict[str, _Server] = {}
        self._listening = True

    # -- for the users --------------------------------------------------------------------------

    def arrive(self, exchange: Exchange) -> None:
        """A request has crossed the network."""
        if not self._listening:
            exchange.failed(exchange, REFUSED)
            return
        self._world.tell(lambda t: RequestArrived(t, exchange.id))
        self._queue.append(exchange)
        self._hand_out()

    # -- for the server's processes -------------------------------------------------------------

    def serve(self, process: str, places: int) -> None:
        """The process accepts so many requests at the same time from now on."""
        self._servers[process] = _Server(places, places)
        self._listening = True
        self._hand_out()

    def accept(self, process: str) -> list[list[Any]]:
        """What was offered to the process, which was woken for it."""
        server = self._servers[process]
        offered, server.offered = server.offered, []
        return [self._accept(server, exchange) for exchange in offered]

    def done(self, process: str) -> list[list[Any]]:
        """The process has a place free again. Answers what it is to do with it, if anything."""
        server = self._servers[process]
        if self._queue and not server.closing:
            return [self._accept(server, self._queue.popleft())]
        server.free += 1
        self._let_leave(process, server)
        return []

    def first_byte(self, process: str, request: str) -> None:
        exchange = self._servers[process].accepted[request]
        exchange.started(exchange)

    def sent(
        self, process: str, request: str, status: int, headers: list[list[str]], body: bytes
    ) -> None:
        exchange = self._servers[process].accepted.pop(request)
        exchange.response = Response(status, [(name, value) for name, value in headers], body)
        exchange.finished(exchange)

    @staticmethod
    def _accept(server: _Server, exchange: Exchange) -> list[Any]:
        server.accepted[exchange.id] = exchange
        return [exchange.id, exchange.method, exchange.path, exchange.headers, exchange.body]

    def _hand_out(self) -> None:
        for process, server in self._servers.items():
            while self._queue and server.free and not server.closing:
                server.free -= 1
                server.offered.append(self._queue.popleft())
                self._world.wake(process, "request")

    # -- beginnings and ends --------------------------------------------------------------------

    def retire(self, process: str) -> None:
        """Give the process no more requests, and tell it to leave when it has answered its own."""
        server = self._servers[process]
        server.closing = True
        self._give_back(server)
        self._let_leave(process, server)

    def _let_leave(self, process: str, server: _Server) -> None:
        if server.closing and server.free == server.places:
            self._world.wake(process, "leave")

    def died(self, process: str) -> None:
        """The process has ended, and with it the connections that it had accepted."""
        server = self._servers.pop(process, None)
        if server is not None:
            self._give_back(server)
            for exchange in server.accepted.values():
                exchange.failed(exchange, RESET)

    def shut(self) -> None:
        """Nobody listens any more, until a process serves again."""
        self._listening = False
        for exchange in self._queue:
            exchange.failed(exchange, RESET)
        self._queue.clear()

    def _give_back(self, server: _Server) -> None:
        self._queue.extendleft(reversed(server.offered))
        server.free += len(server.offered)
        server.offered = []
        self._hand_out()
