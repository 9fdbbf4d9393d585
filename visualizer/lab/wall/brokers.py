"""The broker and the store of results of a run on the wall clock.

Without a URL it is an in-memory Redis that speaks the real protocol on a port of the loopback, in a
process of its own. With one it is that Redis or RabbitMQ, which may be in use: on Redis all keys of
a run have a prefix of their own, and are deleted afterwards; on RabbitMQ a queue that somebody uses
is refused.
"""

from __future__ import annotations

import secrets
import socket
import sys
from collections.abc import Iterable
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

import msgspec

from visualizer.lab.errors import LabError
from visualizer.lab.job import Job

REDIS = ("redis", "rediss")
AMQP = ("amqp", "amqps", "pyamqp")

PATIENCE = 3.0
"""Seconds for a broker to answer."""


class Places(msgspec.Struct):
    """Where messages go and where results are kept; all keys on Redis begin with ``prefix``."""

    broker: str
    results: str
    prefix: str


def check(url: str) -> None:
    """Raises LabError, in one line with a remedy, for a broker that cannot be used."""
    scheme = urlsplit(url).scheme
    if scheme not in (*REDIS, *AMQP):
        known = "redis://HOST:PORT/DB or amqp://USER:PASSWORD@HOST:PORT/VHOST"
        raise LabError("parameter", f"no broker is known for {without_password(url)}: use {known}")
    try:
        _connect(url)
    except Exception as error:  # each driver has its own
        reason = " ".join(str(error).split()) or type(error).__name__
        text = f"the broker {without_password(url)} does not answer ({reason}): start it, or leave"
        raise LabError("parameter", f"{text} --broker out") from error


def _connect(url: str) -> None:
    if urlsplit(url).scheme in REDIS:
        with _redis(url) as client:
            client.ping()
        return
    from kombu import Connection

    with Connection(url, connect_timeout=PATIENCE) as connection:
        connection.connect()


def _redis(url: str) -> Any:
    import redis

    return redis.Redis.from_url(
        url, socket_connect_timeout=PATIENCE, socket_timeout=PATIENCE, retry=None
    )


def without_password(url: str) -> str:
    """The URL as it may be shown."""
    with suppress(ValueError):
        parts = urlsplit(url)
        if parts.password is not None:
            return url.replace(f":{parts.password}@", ":***@")
    return url


def prepare(job: Job) -> tuple[Places, socket.socket | None]:
    """Where the run's messages go, and the socket of the embedded server if one is needed.

    Raises LabError for a broker that cannot be used.
    """
    prefix = f"meanwhile-{secrets.token_hex(4)}-"
    if job.broker is not None:
        check(job.broker)
        if urlsplit(job.broker).scheme in REDIS:
            return Places(job.broker, job.broker, prefix), None
    listener = socket.create_server(("127.0.0.1", 0))
    own = f"redis://127.0.0.1:{listener.getsockname()[1]}/0"
    return Places(job.broker or own, own, prefix), listener


def kept_by(process: str) -> dict[str, str]:
    """Options of kombu with which what that worker has not confirmed has keys of its own."""
    names = ("unacked", "unacked_index", "unacked_mutex")
    return {f"{name}_key": f"{name}-{process}" for name in names}


def give_back(places: Places, process: str) -> None:
    """Put back into their queues what a worker that has ended had, and had not confirmed.

    RabbitMQ does so when a connection breaks; Redis does not, and stands in for it where the
    program names it. Nothing is done for a worker whose program names Redis (``kept_by``).
    """
    if urlsplit(places.broker).scheme in AMQP:
        return
    from kombu import Connection

    options = {"global_keyprefix": places.prefix, **kept_by(process)}
    with _redis(places.broker) as client:
        tags = client.zrevrange(places.prefix + options["unacked_index_key"], 0, -1)
    if tags:
        with Connection(places.broker, transport_options=options) as connection:
            for tag in tags:
                connection.default_channel.qos.restore_by_tag(tag.decode())


def clean(job: Job, places: Places, queues: Iterable[str]) -> None:
    """Delete what the run left with a broker that was there before. ``queues`` are its own.

    If the broker has gone meanwhile, that is told on standard error; the run counts all the same.
    """
    if job.broker is None:
        return
    try:
        _clean(places, queues)
    except Exception as error:  # each driver has its own
        what = f"what a run left on {without_password(places.broker)} could not be deleted"
        print(f"meanwhile: {what}: {error}", file=sys.stderr)


def _clean(places: Places, queues: Iterable[str]) -> None:
    if places.broker == places.results:
        with _redis(places.broker) as client:
            for key in client.scan_iter(match=f"{places.prefix}*", count=1000):
                client.delete(key)
        return
    from kombu import Connection

    with Connection(places.broker, connect_timeout=PATIENCE) as connection:
        for queue in queues:
            with suppress(*connection.channel_errors):
                connection.channel().queue_delete(queue)
