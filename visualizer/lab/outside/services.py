"""All stand-ins of a run: connections to them, work that they do, and what the record says of it.

Held by whoever holds the time of the run (``world.World``): the coordinator where there are several
processes, so that a rate limit or a capacity is one for all of them. Processes call the methods
without an underscore; the first argument is who calls.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from visualizer.lab.job import Fault, Service
from visualizer.lab.world import World
from visualizer.trace.events import LaneBorn, ServiceAnswered, ServiceCalled, State, ThreadState

from .addresses import Addresses
from .conduct import Conduct
from .http import Canned, Http
from .smtp import Smtp
from .talk import Talk, Verdict, Work

#: ``open`` with the number of the connection, ``refused``, or ``silent`` with the nanoseconds after
#: which it is worth another try, None if it never is.
Connecting: TypeAlias = tuple[Literal["open", "refused", "silent"], int | None]
#: The lane that sends, and the request and the task it works for.
Caller: TypeAlias = tuple[str | None, str | None, str | None]
NOBODY: Caller = (None, None, None)


@dataclass(eq=False)
class Connection:
    """The service's end. ``out`` is what it has said and the client has not taken."""

    number: int
    process: str
    stand_in: StandIn
    talk: Talk
    caller: Caller = NOBODY
    out: bytearray = field(default_factory=bytearray)
    reset: bool = False
    #: What it has to do before it hears more.
    work: Work | None = None

    @property
    def key(self) -> str:
        """What the client's process waits for."""
        return f"outside {self.number}"


@dataclass(eq=False)
class Job:
    """A piece of work that a service has taken. ``caller`` is who waits for it."""

    connection: Connection
    work: Work
    caller: Caller
    cancelled: bool = False


class StandIn:
    """One service: what it works on, and what waits for a place."""

    def __init__(
        self, service: Service, lane: str, world: World, conduct: Conduct, tls: bool
    ) -> None:
        self.service = service
        self.lane = lane
        self.conduct = conduct
        self.origin: int | None = None
        self.connections: dict[int, Connection] = {}
        self._world = world
        self._tls = tls
        self._at_work: list[Job] = []
        self._line: deque[Job] = deque()

    @property
    def now(self) -> int:
        """Nanoseconds since the record began; negative before."""
        return self._world.now - self.origin if self.origin is not None else -1

    def talk(self) -> Talk:
        service = self.service
        if service.protocol() == "smtp":
            return Smtp(service.name, self._tls)
        return Http(service.name, Canned(service.status, service.json, service.text))

    def begin(self, origin: int) -> None:
        """Time 0 is then: the service has a lane, and goes down when it is to."""
        self.origin = origin
        self._world.tell(lambda t: LaneBorn(t, self.lane, "service", self.service.name))
        for first, last in self.conduct.downs:
            self._world.at(self.origin + first, self._goes_down)
            self._world.at(self.origin + last, self._show)

    # -- work ---------------------------------------------------------------------------------

    def take(self, connection: Connection, work: Work) -> None:
        """A client wants something done."""
        caller = connection.caller
        lane, request, task = caller
        connection.work = work
        if lane is not None and self.origin is not None:
            self._world.tell(
                lambda t: ServiceCalled(t, self.lane, lane, request, task, work.label),
                connection.process,
            )
        job = Job(connection, work, caller)
        wait = self.conduct.admit(self._world.now)
        if wait is not None:
            self._answer(job, "limited", wait)
        elif self.conduct.has_place(len(self._at_work)):
            self._start(job)
        else:
            self._line.append(job)
            self._show()

    def _start(self, job: Job) -> None:
        self._at_work.append(job)
        self._show()
        # Where it hangs, what it begins now it begins when it is back.
        wait = self.conduct.back_after(self.now)
        end = self._world.now + wait + self.conduct.latency(self.now + wait)
        self._world.at(end, lambda: self._end(job))

    def _end(self, job: Job) -> None:
        if job.cancelled:
            return
        wait = self.conduct.back_after(self.now)
        if wait:  # it hangs: nobody hears of it before it is back
            self._world.at(self._world.now + wait, lambda: self._end(job))
            return
        self._at_work.remove(job)
        self._answer(job, self.conduct.verdict(), 0.0)
        while self._line and self.conduct.has_place(len(self._at_work)):
            self._start(self._line.popleft())
        self._show()

    def _answer(self, job: Job, verdict: Verdict, wait: float) -> None:
        connection = job.connection
        answer = connection.talk.answer(job.work, verdict, wait)
        lane = job.caller[0]
        if connection.number not in self.connections:
            return  # the client has hung up meanwhile
        if lane is not None and self.origin is not None:
            ok = verdict == "done"
            self._world.tell(lambda t: ServiceAnswered(t, self.lane, lane, answer.label, ok))
        connection.out += answer.data
        connection.work = None
        self.go_on(connection)
        self._world.wake(connection.process, connection.key)

    def go_on(self, connection: Connection) -> None:
        """Do what the client has asked for, up to the next piece of work."""
        while connection.work is None:
            said = connection.talk.next()
            if said is None:
                return
            if isinstance(said, bytes):
                connection.out += said
            else:
                self.take(connection, said)

    # -- being down -----------------------------------------------------------------------------

    def _goes_down(self) -> None:
        if not self.conduct.hangs:
            for job in [*self._at_work, *self._line]:
                job.cancelled = True
            self._at_work.clear()
            self._line.clear()
            for connection in self.connections.values():
                connection.reset = True
                self._world.wake(connection.process, connection.key)
        self._show()

    # -- the record -----------------------------------------------------------------------------

    def _show(self) -> None:
        """Tell what the service does from now on."""
        if self.origin is None:
            return
        state, why, request, task, process = self._state()
        self._world.tell(lambda t: State(t, self.lane, state, why, None, request, task), process)

    def _state(self) -> tuple[ThreadState, str, str | None, str | None, str]:
        if self.conduct.is_down(self.now):
            why = (
                "is down: nobody answers" if self.conduct.hangs else "is down: refuses connections"
            )
            return "blocked", why, None, None, ""
        count, line = len(self._at_work), len(self._line)
        waiting = f", {line} wait{'s' if line == 1 else ''}" if line else ""
        if not count:
            return "idle", "", None, None, ""
        if count > 1:
            return "running", f"works on {count} at a time{waiting}", None, None, ""
        job = self._at_work[0]
        _, request, task = job.caller
        return "running", job.work.label + waiting, request, task, job.connection.process


class Outside:
    """The stand-ins by name, and the connections to them. ``tls``: mail servers offer STARTTLS."""

    def __init__(
        self,
        world: World,
        services: Iterable[Service],
        seed: int,
        faults: Sequence[Fault] = (),
        tls: bool = True,
    ) -> None:
        services = list(services)
        self._addresses = Addresses(services)
        self.stand_ins = {
            service.name: StandIn(
                service, f"service-{number}", world, Conduct(service, seed, faults), tls
            )
            for number, service in enumerate(services, 1)
        }
        self._connections: dict[int, Connection] = {}
        self._opened = 0

    def begin(self, origin: int) -> None:
        """Time 0 is then (ns of the world), which is now or soon."""
        for stand_in in self.stand_ins.values():
            stand_in.begin(origin)

    @property
    def busy(self) -> bool:
        """Whether a service owes somebody an answer who has not hung up."""
        return any(each.work is not None for each in self._connections.values())

    def connect(self, process: str, host: str, port: int) -> Connecting:
        """Open a connection to that address, where a service has to stand."""
        service = self._addresses.find(host, port)
        assert service is not None
        stand_in = self.stand_ins[service.name]
        if stand_in.conduct.is_down(stand_in.now):
            if not stand_in.conduct.hangs:
                return "refused", None
            return "silent", stand_in.conduct.connects_after(stand_in.now)
        return "open", self.open(process, service.name)

    def open(self, process: str, name: str) -> int:
        """The number of a new connection to the service of that name."""
        stand_in = self.stand_ins[name]
        self._opened += 1
        connection = Connection(self._opened, process, stand_in, stand_in.talk())
        connection.out += connection.talk.greeting()
        self._connections[self._opened] = stand_in.connections[self._opened] = connection
        return self._opened

    def send(self, process: str, number: int, data: bytes, caller: Caller) -> bool:
        """The client has sent ``data``. Whether it is owed an answer that takes time."""
        connection = self._connections.get(number)
        if connection is None or connection.reset:
            return False
        connection.process, connection.caller = process, caller
        connection.talk.hear(data)
        connection.stand_in.go_on(connection)
        return connection.work is not None

    def receive(self, process: str, number: int) -> tuple[bytes, bool, bool]:
        """What the service has said since; whether it has hung up; whether it was cut off."""
        connection = self._connections.get(number)
        if connection is None:
            return b"", True, False
        data, connection.out = bytes(connection.out), bytearray()
        return data, connection.talk.over, connection.reset

    def close(self, process: str, number: int) -> None:
        """The client hangs up. What it has asked for is done all the same."""
        connection = self._connections.pop(number, None)
        if connection is not None:
            del connection.stand_in.connections[number]

    def died(self, process: str) -> None:
        """A process has ended, and with it its connections."""
        for connection in list(self._connections.values()):
            if connection.process == process:
                self.close(process, connection.number)
