"""The users' way to a real server: the scripts are those of ``lab.users``, the requests are real.

A request crosses the loopback, which takes next to no time. So that both clocks can be compared, a
user waits the model's network time before it is sent and again before the response counts as
received.
All users share one thread; each request is a connection of its own.
"""

from __future__ import annotations

import asyncio
import io
import time
from collections.abc import Callable
from http.client import HTTPException, HTTPResponse
from typing import Any, cast

from visualizer.clock import NS
from visualizer.lab.exchange import Exchange, Response
from visualizer.lab.listener import REFUSED, RESET
from visualizer.trace.events import Event, RequestArrived

from .server import NUMBER

TICK = 1e-7
"""Seconds between two calls for the same time: asyncio does not keep their order."""


class Street:
    """Time and the network as users see them, and the record of what they do.

    ``address`` is the server's; ``tell`` takes events. Everything happens in one asyncio loop.
    """

    def __init__(self, address: tuple[str, int], tell: Callable[[Event], None]) -> None:
        self.origin = 0
        self.add = tell
        self._address = address
        self._calls = 0
        self._under_way: set[asyncio.Task[None]] = set()

    @property
    def now(self) -> int:
        """Nanoseconds since the beginning."""
        return time.monotonic_ns() - self.origin

    def at(self, when: int, call: Callable[[], None]) -> None:
        """Make the call at that time (ns), or now if that has been; of several in their order."""
        self._calls += 1
        seconds = (self.origin + when) / NS + self._calls * TICK
        asyncio.get_running_loop().call_at(seconds, call)

    def tell(self, make: Callable[[int], Event], process: str = "") -> None:
        self.add(make(self.now))

    def wake(self, process: str, key: str) -> None:
        raise AssertionError("no service wakes anybody on the wall clock")

    def arrive(self, exchange: Exchange) -> None:
        """Send a request to the server."""
        task = asyncio.get_running_loop().create_task(self._exchange(exchange))
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    async def _exchange(self, exchange: Exchange) -> None:
        try:
            reader, writer = await asyncio.open_connection(*self._address)
            # Written down first: the server may have taken it up before this goes on.
            self.add(RequestArrived(self.now, exchange.id))
            writer.write(_request(exchange))
            head = await reader.readuntil(b"\r\n\r\n")
            exchange.started(exchange)
            parsed = _parsed(exchange.method, head)
            # As a browser does: what has come whole has come, whatever the server does next.
            missing = -1 if parsed.chunked or parsed.length is None else parsed.length
            body = await (reader.read() if missing < 0 else reader.readexactly(missing))
            if parsed.chunked:
                parsed = _parsed(exchange.method, head + body)
                body = parsed.read()
            exchange.response = Response(parsed.status, parsed.getheaders(), body)
            writer.close()
        except ConnectionRefusedError:
            exchange.failed(exchange, REFUSED)
        except (OSError, EOFError, HTTPException):
            exchange.failed(exchange, RESET)
        else:
            exchange.finished(exchange)


def _request(exchange: Exchange) -> bytes:
    headers = {
        **exchange.headers,
        NUMBER: exchange.id,
        "Content-Length": str(len(exchange.body)),
        "Connection": "close",
    }
    lines = [f"{exchange.method} {exchange.path} HTTP/1.1"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode() + exchange.body


class _Socket:
    """What ``http.client`` reads a response from: bytes that are here already."""

    def __init__(self, data: bytes) -> None:
        self._data = data

    def makefile(self, *_: Any) -> io.BytesIO:
        return io.BytesIO(self._data)


def _parsed(method: str, data: bytes) -> HTTPResponse:
    """The response that ``data`` begins with. Raises HTTPException for what is none."""
    response = HTTPResponse(cast(Any, _Socket(data)), method=method)
    response.begin()
    return response
