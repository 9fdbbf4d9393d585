"""How requests come into a process of the web server that is one of several.

Users and accept queue are with the coordinator (``listener``); here is the process's end. A server
does not know the difference: requests arrive, and what it answers goes back.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .exchange import Exchange
from .link import Link
from .recorder import Recorder

if TYPE_CHECKING:
    from .stacks import WebServer


class Entrance:
    """Opens when it is made: ``server`` must be ready for requests."""

    def __init__(self, server: WebServer, line: Link, recorder: Recorder) -> None:
        self._server = server
        self._line = line
        self._unanswered: set[str] = set()
        recorder.users_wait = lambda: bool(self._unanswered)
        server.free = self._next
        line.watch("request", self._accept)
        line.call("listener", "serve", server.places)

    def _accept(self) -> None:
        self._take(self._line.call("listener", "accept"))

    def _next(self) -> None:
        self._take(self._line.call("listener", "done"))

    def _take(self, requests: list[list[Any]]) -> None:
        for identity, method, path, headers, body in requests:
            self._unanswered.add(identity)
            self._server.arrive(
                Exchange(
                    identity, method, path, headers, body, self._started, self._sent, _cannot_fail
                )
            )

    def _started(self, exchange: Exchange) -> None:
        self._line.call("listener", "first_byte", exchange.id)

    def _sent(self, exchange: Exchange) -> None:
        self._unanswered.discard(exchange.id)
        response = exchange.response
        self._line.call(
            "listener", "sent", exchange.id, response.status, response.headers, response.body
        )


def _cannot_fail(exchange: Exchange, why: str) -> None:
    raise AssertionError("only the coordinator sees connections break")
