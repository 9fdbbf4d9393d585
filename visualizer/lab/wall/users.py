"""The users' way to a real server: the scripts are those of ``lab.users``, the requests are real.

A request crosses the loopback, which takes next to no time. So that both clocks can be compared, a
user waits the model's network time before it is sent and again before the response counts as
received.
All users share one thread; each request is a connection of its own.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from http.client import HTTPException

from visualizer.clock import NS
from visualizer.lab.exchange import Exchange, Response
from visualizer.lab.listener import REFUSED, RESET
from visualizer.trace.events import Event, RequestArrived

from .http import read_body, read_head, request_bytes
from .streams import Streams

TICK = 1e-7
"""Seconds between two calls for the same time: asyncio does not keep their order."""


class Street:
    """Time and the network as users see them, and the record of what they do.

    ``address`` is the server's; ``tell`` takes events; ``network`` is nanoseconds, each way.
    Everything happens in one asyncio loop.
    """

    def __init__(
        self, address: tuple[str, int], tell: Callable[[Event], None], network: int
    ) -> None:
        self.origin = 0
        self.add = tell
        self.streams = Streams(self, address, network)
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
        stays_open = exchange.id in self.streams
        play = self.streams.play if stays_open else self._exchange
        task = asyncio.get_running_loop().create_task(play(exchange))
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    async def _exchange(self, exchange: Exchange) -> None:
        try:
            reader, writer = await asyncio.open_connection(*self._address)
            self.arrives(exchange)
            writer.write(request_bytes(exchange))
            head = await read_head(exchange.method, reader)
            exchange.started(exchange)
            body = b"".join([piece async for piece in read_body(head, reader)])
            exchange.response = Response(head.status, head.getheaders(), body)
            writer.close()
        except ConnectionRefusedError:
            exchange.failed(exchange, REFUSED)
        except (OSError, EOFError, HTTPException):
            exchange.failed(exchange, RESET)
        else:
            exchange.finished(exchange)

    def arrives(self, exchange: Exchange) -> None:
        """A request reaches the server's socket. To be written down before it is sent: the server
        may have taken it up before the user's end goes on."""
        self.add(RequestArrived(self.now, exchange.id))
