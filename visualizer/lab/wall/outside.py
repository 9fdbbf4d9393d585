"""The outside world of a run on the wall clock: stand-ins behind real ports, and the way to them.

``stand_ins`` makes the conductor's part and ``Way``, which each process is given; there ``install``
puts ``sockets`` in the place of the system's, led by ``Directions``.
"""

from __future__ import annotations

import socket
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from visualizer.clock import ObservedClock, replace
from visualizer.lab import link, sandbox
from visualizer.lab.job import Job
from visualizer.lab.outside import names, tls
from visualizer.lab.outside.addresses import plain
from visualizer.lab.outside.hosts import HERE, Hosts
from visualizer.lab.outside.serving import Serving
from visualizer.lab.outside.way_out import caller_of
from visualizer.lab.recorder import Recorder
from visualizer.trace.events import Event

from . import sockets
from .brokers import Places
from .losing import Losing
from .slips import Slips

_real_getaddrinfo = socket.getaddrinfo
_real_gethostname = socket.gethostname

_PORTS = {"redis": 6379, "rediss": 6379, "amqp": 5672, "pyamqp": 5672, "amqps": 5671}


@dataclass(frozen=True)
class Way:
    """How a process reaches stand-ins: the port of each, and where to write who sends. And which
    messages are lost on their way to a broker."""

    ports: dict[str, int]
    slips: Slips
    losing: Losing


def stand_ins(job: Job, tell: Callable[[str, Event], None]) -> tuple[Serving, Way]:
    """The stand-ins of a run, to be entered in an event loop, and the way that leads to them.

    To be made before processes fork.
    """
    slips = Slips()
    serving = Serving(job.services, job.seed, tell, slips.read, job.faults, tls=True)
    return serving, Way(serving.ports, slips, Losing(job))


class Directions(Hosts):
    """Where the addresses lead that the program names. There is one in a process."""

    def __init__(
        self,
        job: Job,
        way: Way,
        places: Places | None,
        clock: ObservedClock,
        recorder: Recorder,
    ) -> None:
        super().__init__(job.services)
        self.clock = clock
        self._way = way
        self._recorder = recorder
        #: Addresses of what the run itself has, which are no stand-ins.
        self._own = {_address(url) for url in (places.broker, places.results)} if places else set()

    def look_up(self, host: object, port: int | None) -> str:
        return HERE if host == _real_gethostname() else super().look_up(host, port)

    def is_own(self, host: object, port: int | None) -> bool:
        """Whether the run itself has something there."""
        return (plain(str(host)), port) in self._own

    def also_own(self, host: str, port: int) -> None:
        """What the run has is at this address, too."""
        self._own.add((plain(host), port))

    def service_at(self, host: object, port: int) -> tuple[str, int] | None:
        """The stand-in there and its port; None for what the run itself has.

        Raises Refused where nobody stands.
        """
        if self.is_own(host, port):
            return None
        name = self.service(self.look_up(host, port), port).name
        return name, self._way.ports[name]

    def sends(self, port: int) -> str | None:
        """The running thread is about to send from that port. The lane that it works for."""
        caller = caller_of(self._recorder)
        self._way.slips.write(port, link.name(), caller)
        return caller[0]


class Names(names.Names):
    """Looks up all names in ``directions``, but really those of the run's own broker."""

    def __init__(self, directions: Directions) -> None:
        super().__init__(directions)
        self._directions = directions

    def getaddrinfo(self, host: Any, port: Any, *args: Any, **settings: Any) -> Any:
        """As ``socket.getaddrinfo``."""
        directions = self._directions
        if not directions.is_own(host, port):
            return super().getaddrinfo(host, port, *args, **settings)
        found = _real_getaddrinfo(host, port, *args, **settings)
        for *_, address in found:
            directions.also_own(str(address[0]), int(address[1]))
        return found


def install(directions: Directions) -> None:
    """Let these be the only ways out of this process, for good."""
    sockets.use(directions)
    replace(socket, socket=sockets.LedSocket)
    names.install(Names(directions))
    tls.install(sockets.leads_out, sockets.SecureSocket)
    sandbox.refuse_drivers()


def _address(url: str) -> tuple[str, int | None]:
    parts = urlsplit(url)
    return plain(parts.hostname or "localhost"), parts.port or _PORTS.get(parts.scheme)
