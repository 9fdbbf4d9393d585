"""Redis clients of a program on the wall clock: they reach the Redis of the run, over a socket."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from visualizer.lab.stacks.base import Observed
from visualizer.trace.events import Redirected


def redirect(run: Observed, address_of: Callable[[Any], str]) -> None:
    """Lead every connection to the run's Redis, whatever it names; its database stays."""
    import redis.asyncio.connection as with_await
    import redis.connection as plain

    assert run.places is not None
    place = urlsplit(run.places.results)
    told: set[str] = set()

    def lead(connection: Any) -> None:
        here = connection.host == place.hostname and connection.port == place.port
        if not here and address_of(connection) not in told:
            told.add(address_of(connection))
            run.recorder.add(Redirected(0, "redis", address_of(connection)))
        connection.host, connection.port = place.hostname, place.port

    for kind in (plain.Connection, with_await.Connection):
        connect = vars(kind)["_connect"]

        def led(self: Any, connect: Callable[[Any], Any] = connect) -> Any:
            lead(self)
            return connect(self)

        setattr(kind, "_connect", led)  # noqa: B010  untyped
