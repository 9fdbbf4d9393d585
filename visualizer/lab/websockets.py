"""The WebSockets of a run: what users and server say on connections that stay open.

Held by whoever holds the time of the run (``world.World``), between the users, who are there, and
the process that serves the connection, which calls the methods that take ``process`` first.
Whatever is said takes the network's time; texts arrive in the order in which they were sent. A
socket has the id of the request that asked for it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from .world import World


@dataclass(eq=False)
class _WebSocket:
    #: Called with each text that reaches the user.
    hear: Callable[[str], None]
    #: The process that serves it; None until it is accepted.
    process: str | None = None
    inbox: list[str] = field(default_factory=list)
    closed: bool = False


def key_of(request: str) -> str:
    """What the process that serves a socket waits for."""
    return f"websocket {request}"


class WebSockets:
    """``network`` is nanoseconds, each way."""

    def __init__(self, world: World, network: int) -> None:
        self._world = world
        self._network = network
        self._open: dict[str, _WebSocket] = {}

    # -- for the users --------------------------------------------------------------------------

    def expect(self, request: str, hear: Callable[[str], None]) -> None:
        """A user asks for a socket with that request, whose answer ends when it is closed."""
        self._open[request] = _WebSocket(hear)

    def send(self, request: str, text: str) -> None:
        """The user says something."""
        self._after_network(request, lambda socket: socket.inbox.append(text))

    def close(self, request: str) -> None:
        """The user hangs up."""

        def hang_up(socket: _WebSocket) -> None:
            socket.closed = True

        self._after_network(request, hang_up)

    # -- for the process that serves it ---------------------------------------------------------

    def accept(self, process: str, request: str) -> None:
        """The connection is there from now on."""
        self._open[request].process = process

    def say(self, process: str, request: str, text: str) -> None:
        """The server says something."""
        socket = self._open.get(request)
        if socket is not None:
            self._world.at(self._world.now + self._network, lambda: socket.hear(text))

    def take(self, process: str, request: str) -> tuple[list[str], bool]:
        """What the user has said since, and whether the connection is closed."""
        socket = self._open.get(request)
        if socket is None:
            return [], True
        said, socket.inbox = socket.inbox, []
        return said, socket.closed

    def hang_up(self, process: str, request: str) -> None:
        """The server closes the connection."""
        self._open.pop(request, None)

    def died(self, process: str) -> None:
        """A process has ended, and with it its connections."""
        for request, socket in list(self._open.items()):
            if socket.process == process:
                del self._open[request]

    def _after_network(self, request: str, change: Callable[[_WebSocket], None]) -> None:
        def arrive() -> None:
            socket = self._open.get(request)
            if socket is not None:
                change(socket)
                if socket.process is not None:
                    self._world.wake(socket.process, key_of(request))

        self._world.at(self._world.now + self._network, arrive)
