"""Stand-ins behind real sockets on loopback, for runs on the wall clock.

The same services, conduct and protocols as on the virtual clock; here their time is an event
loop's, and bytes come from TCP. While a service that refuses is down nobody listens at its port.
TLS ends before these sockets: who connects with TLS has to leave it out.

    async with Serving(job.services, job.seed, tell) as ports:
        ...  # ports["smtp"] is where the service of that name listens
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Any

from visualizer.clock import NS
from visualizer.lab.job import Fault, Service
from visualizer.trace.events import Event

from .services import NOBODY, Caller, Outside

READ = 1 << 16
"""Bytes that are read at a time."""


class _LoopWorld:
    """The time of an event loop, as services see it (``world.World``)."""

    def __init__(self, tell: Callable[[Event], None]) -> None:
        self._loop = asyncio.get_running_loop()
        self._start = self._loop.time()
        self._tell = tell
        #: What to call when there is something to read at a connection, by its key.
        self.listeners: dict[str, Callable[[], None]] = {}

    @property
    def now(self) -> int:
        return round((self._loop.time() - self._start) * NS)

    def wake(self, process: str, key: str) -> None:
        if key in self.listeners:
            self.listeners[key]()

    def at(self, when: int, call: Callable[[], None]) -> None:
        self._loop.call_at(self._start + when / NS, call)

    def tell(self, make: Callable[[int], Event], process: str = "") -> None:
        self._tell(make(self.now))


class Serving:
    """``tell`` gets the events of the record, timed from ``begin`` on; ``caller`` says for whom the
    client with that port works, as far as is known."""

    def __init__(
        self,
        services: Sequence[Service],
        seed: int,
        tell: Callable[[Event], None] = lambda event: None,
        caller: Callable[[int], Caller] = lambda port: NOBODY,
        faults: Sequence[Fault] = (),
    ) -> None:
        self._services = services
        self._seed = seed
        self._faults = faults
        self._tell = tell
        self._caller = caller
        self._servers: dict[str, asyncio.Server] = {}
        self._ports: dict[str, int] = {}
        self._open: dict[str, set[asyncio.StreamWriter]] = {}

    async def __aenter__(self) -> dict[str, int]:
        self._world = _LoopWorld(self._tell)
        self.outside = Outside(self._world, self._services, self._seed, self._faults, tls=False)
        for service in self._services:
            await self._listen(service.name, 0)
        return self._ports

    async def __aexit__(self, *exc: object) -> None:
        for name in list(self._servers):
            self._shut(name)

    def begin(self) -> None:
        """Time 0 is now: lanes are told, and services go down when they are to."""
        self._world._start = asyncio.get_running_loop().time()
        self.outside.begin()
        for name, stand_in in self.outside.stand_ins.items():
            for first, last in [] if stand_in.conduct.hangs else stand_in.conduct.downs:
                self._world.at(first, lambda name=name: self._shut(name))  # type: ignore[misc]
                self._world.at(last, lambda name=name: self._reopen(name))  # type: ignore[misc]

    async def _listen(self, name: str, port: int) -> None:
        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await self._serve(name, reader, writer)

        server = await asyncio.start_server(serve, "127.0.0.1", port, reuse_address=True)
        self._servers[name] = server
        self._ports[name] = server.sockets[0].getsockname()[1]

    def _shut(self, name: str) -> None:
        self._servers.pop(name).close()
        for writer in self._open.pop(name, set()):
            transport: Any = writer.transport
            transport.abort()

    def _reopen(self, name: str) -> None:
        self._opening = asyncio.ensure_future(self._listen(name, self._ports[name]))

    async def _serve(
        self, name: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        """Pass bytes between one client and its service."""
        outside, writers = self.outside, self._open.setdefault(name, set())
        client = writer.get_extra_info("peername")[1]
        number = outside.open(str(client), name)
        over = asyncio.Event()

        def deliver() -> None:
            data, hung_up, reset = outside.receive("", number)
            writer.write(data)
            if hung_up or reset:
                over.set()

        key = f"outside {number}"
        self._world.listeners[key] = deliver
        writers.add(writer)
        deliver()
        ending = asyncio.ensure_future(over.wait())
        try:
            while not over.is_set():
                reading = asyncio.ensure_future(reader.read(READ))
                await asyncio.wait({reading, ending}, return_when=asyncio.FIRST_COMPLETED)
                if not reading.done() or not reading.result():
                    reading.cancel()
                    break
                outside.send("", number, reading.result(), self._caller(client))
                deliver()
        except ConnectionError:
            pass  # the client has gone
        finally:
            ending.cancel()
            writers.discard(writer)
            del self._world.listeners[key]
            outside.close("", number)
            writer.close()
