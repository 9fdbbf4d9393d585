"""Redis clients: the real redis-py, connected to the Redis of the run.

Whatever server a program names, by host, URL or socket, it gets the one of the run; so does what
holds a client for it, such as RQ, Flask-Caching, Flask-Session or Flask-Limiter.
"""

from __future__ import annotations

import asyncio
import re
from contextlib import suppress
from typing import Any

from visualizer.lab.job import Job
from visualizer.trace.events import Redirected

from .base import Observed, Run, Stack
from .belongings import belongings

_NAMED = re.compile("redis", re.IGNORECASE)


class RedisStack(Stack):
    """See the module's docstring."""

    name = "Redis"
    warm = (
        "redis",
        "redis.asyncio",
        "fakeredis",
        "visualizer.lab.redis_session",
        "visualizer.lab.stacks.redis_socket",
        "visualizer.lab.stacks.redis_stream",
    )

    def detect(self, job: Job) -> bool:
        rq = job.queue is not None and job.queue.library == "rq"
        return rq or any(map(_NAMED.search, job.sources.values()))

    def prepare(self, run: Run) -> None:
        import redis.asyncio.connection as with_await
        import redis.connection as plain

        import visualizer.lab.redis_session  # noqa: F401  in a run of one process it works here

        from .redis_socket import Socket
        from .redis_stream import Writer

        told: set[str] = set()

        def tell(connection: Any) -> None:
            address = address_of(connection)
            if address not in told:
                told.add(address)
                run.recorder.add(Redirected(0, "redis", address))

        def connect(self: Any) -> Socket:
            tell(self)
            return Socket(self.socket_timeout)

        async def connect_with_await(self: Any) -> None:
            tell(self)
            self._reader = asyncio.StreamReader()
            self._writer = Writer(self._reader)

        for module, method in ((plain, connect), (with_await, connect_with_await)):
            for kind in ("Connection", "SSLConnection", "UnixDomainSocketConnection"):
                setattr(getattr(module, kind), "_connect", method)  # noqa: B010  untyped

    def observe(self, run: Observed) -> None:
        """Lead the clients of the program to the Redis of the run, which is a real server there."""
        from visualizer.lab.wall.redis_ import redirect

        redirect(run, address_of)

    def loaded(self, run: Observed) -> None:
        """The clients' connections are open before anybody comes, as if they had been used."""
        from redis import Redis, RedisError

        for client in belongings(run, Redis):
            with suppress(RedisError):  # the program meets it again, where it uses the client
                client.value.ping()


def address_of(connection: Any) -> str:
    """Where a connection of redis-py would lead, as a URL without password."""
    if getattr(connection, "path", None):
        return f"unix://{connection.path}"
    scheme = "rediss" if "SSL" in type(connection).__name__ else "redis"
    return f"{scheme}://{connection.host}:{connection.port}/{connection.db}"
