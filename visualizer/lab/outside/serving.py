"""Stand-ins behind real sockets on loopback, for runs on the wall clock.

The same services, conduct and protocols as on the virtual clock; here their time is an event
loop's, and bytes come from TCP. Each has a port from the beginning (``doors``). TLS ends before
these sockets: who connects with TLS has to leave it out, and says so by ``tls``.

    serving = Serving(job.services, job.seed, tell)
    serving.ports["smtp"]  # where the service of that name listens, already
    async with serving:
        serving.begin(time.monotonic_ns())
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from functools import partial
from socket import socket
from typing import Any, TypeAlias

from visualizer.clock import NS
from visualizer.lab.job import Fault, Service
from visualizer.trace.events import Event, ServiceCalled

from .doors import Door, reset
from .services import NOBODY, Caller, Outside

#: The process that calls, for whom it works, and when it has sent (ns of the monotonic clock).
Client: TypeAlias = tuple[str, Caller, int]


class _LoopWorld:
    """The time of an event loop, as services see it (``world.World``)."""

    def __init__(self, tell: Callable[[str, Event], None]) -> None:
        self._start = time.monotonic_ns()
        self._tell = tell
        #: Time 0 of the record.
        self.origin = 0
        #: When what is heard now was sent: whoever sends it may be told to wait before it is heard.
        self.sent: int | None = None
        #: A loop may call a timer a trifle too early: it counts as called in time.
        self._least = 0
        #: What to call when there is something to read at a connection, by its key.
        self.listeners: dict[str, Callable[[], None]] = {}

    @property
    def now(self) -> int:
        return max(self.since_start(time.monotonic_ns()), self._least)

    def since_start(self, moment: int) -> int:
        """The same time (ns of the monotonic clock) as services know it."""
        return moment - self._start

    def wake(self, process: str, key: str) -> None:
        if key in self.listeners:
            self.listeners[key]()

    def at(self, when: int, call: Callable[[], None]) -> None:
        asyncio.get_running_loop().call_at((self._start + when) / NS, self._call, when, call)

    def _call(self, when: int, call: Callable[[], None]) -> None:
        self._least = when
        call()

    def tell(self, make: Callable[[int], Event], process: str = "") -> None:
        event = make(self.now - self.origin)
        if isinstance(event, ServiceCalled) and self.sent is not None:
            event.t = self.sent - self.origin
        self._tell(process, event)


class _Connection(asyncio.Protocol):
    """Passes bytes between one client and its service."""

    def __init__(
        self, outside: Outside, world: _LoopWorld, name: str, caller: Callable[[int], Client]
    ) -> None:
        self._outside = outside
        self._world = world
        self._caller = caller
        self._number = outside.open("", name)
        world.listeners[f"outside {self._number}"] = self._deliver

    def connection_made(self, transport: Any) -> None:
        self._transport: asyncio.Transport = transport
        self._port: int = transport.get_extra_info("peername")[1]
        self._deliver()

    def data_received(self, data: bytes) -> None:
        process, caller, sent = self._caller(self._port)
        self._world.sent = self._world.since_start(sent)
        self._outside.send(process, self._number, data, caller)
        self._world.sent = None
        self._deliver()

    def _deliver(self) -> None:
        data, hung_up, cut = self._outside.receive("", self._number)
        if cut:
            reset(self._transport.get_extra_info("socket"))
            self._transport.abort()
            return
        self._transport.write(data)
        if hung_up:
            self._transport.close()

    def connection_lost(self, exc: Exception | None) -> None:
        del self._world.listeners[f"outside {self._number}"]
        self._outside.close("", self._number)


class Serving:
    """``tell`` gets the events of the record, timed from ``begin`` on, each with the process whose
    names it uses; ``caller`` says who the client with that port is, as far as is known."""

    def __init__(
        self,
        services: Sequence[Service],
        seed: int,
        tell: Callable[[str, Event], None] = lambda process, event: None,
        caller: Callable[[int], Client] = lambda port: ("", NOBODY, time.monotonic_ns()),
        faults: Sequence[Fault] = (),
        tls: bool = False,
    ) -> None:
        self._world = _LoopWorld(tell)
        self._caller = caller
        self._outside = Outside(self._world, services, seed, faults, tls)
        self._doors = {
            service.name: Door(partial(self._welcome, service.name)) for service in services
        }
        self._welcoming: set[asyncio.Task[Any]] = set()

    @property
    def ports(self) -> dict[str, int]:
        """Where each service listens."""
        return {name: door.port for name, door in self._doors.items()}

    @property
    def busy(self) -> bool:
        """Whether a service owes somebody an answer."""
        return self._outside.busy

    async def __aenter__(self) -> dict[str, int]:
        for door in self._doors.values():
            door.open()
        return self.ports

    async def __aexit__(self, *exc: object) -> None:
        for door in self._doors.values():
            door.shut()
        self.close()

    def close(self) -> None:
        """Close what this process has of the ports."""
        for door in self._doors.values():
            door.close()

    def begin(self, origin: int) -> None:
        """Time 0 is then (ns of the monotonic clock): lanes are told, and services go down when
        they are to."""
        world = self._world
        world.origin = world.since_start(origin)
        self._outside.begin(world.origin)
        for name, stand_in in self._outside.stand_ins.items():
            for moment in {moment for down in stand_in.conduct.downs for moment in down}:
                world.at(world.origin + moment, partial(self._turn, name))

    def _turn(self, name: str) -> None:
        """A service may have gone down, or be back."""
        stand_in, door = self._outside.stand_ins[name], self._doors[name]
        if not stand_in.conduct.is_down(stand_in.now):
            door.open()
        elif stand_in.conduct.hangs:
            door.fall_silent()
        else:
            door.shut()

    def _welcome(self, name: str, connection: socket) -> None:
        connection.setblocking(False)
        loop = asyncio.get_running_loop()
        made = partial(_Connection, self._outside, self._world, name, self._caller)
        task = loop.create_task(loop.connect_accepted_socket(made, connection))
        self._welcoming.add(task)
        task.add_done_callback(self._welcoming.discard)
