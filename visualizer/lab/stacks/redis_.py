"""Redis clients: the real redis-py, connected to the Redis of the run.

Whatever server a program names, by host, URL or socket, it gets the one of the run; so does what
holds a client for it, such as RQ, Flask-Caching, Flask-Session or Flask-Limiter.
"""

from __future__ import annotations

import re
from typing import Any

from visualizer.lab.job import Job
from visualizer.trace.events import Redirected

from .base import Run, Stack

_NAMED = re.compile("redis", re.IGNORECASE)


class RedisStack(Stack):
    """See the module's docstring."""

    name = "Redis"
    warm = (
        "redis",
        "fakeredis",
        "visualizer.lab.redis_session",
        "visualizer.lab.stacks.redis_socket",
    )

    def detect(self, job: Job) -> bool:
        rq = job.queue is not None and job.queue.library == "rq"
        return rq or any(map(_NAMED.search, job.sources.values()))

    def prepare(self, run: Run) -> None:
        from redis import connection

        import visualizer.lab.redis_session  # noqa: F401  in a run of one process it works here

        from .redis_socket import Socket

        told: set[str] = set()

        def connect(self: Any) -> Socket:
            address = address_of(self)
            if address not in told:
                told.add(address)
                run.recorder.add(Redirected(0, "redis", address))
            return Socket(self.socket_timeout)

        for kind in (
            connection.Connection,
            connection.SSLConnection,
            connection.UnixDomainSocketConnection,
        ):
            setattr(kind, "_connect", connect)  # noqa: B010  a plain assignment is no method to mypy


def address_of(connection: Any) -> str:
    """Where a connection of redis-py would lead, as a URL without password."""
    if getattr(connection, "path", None):
        return f"unix://{connection.path}"
    scheme = "rediss" if "SSL" in type(connection).__name__ else "redis"
    return f"{scheme}://{connection.host}:{connection.port}/{connection.db}"
