"""Runs a job on the wall clock: starts its processes, lets the users come, makes the trace.

The conductor never runs a line of the program. All processes load the program first; time 0 is when
all are ready. Whatever happens then, none outlives the run: each has a line to here and ends when
that breaks, and in the end all are killed with everything that they started.
"""

from __future__ import annotations

import asyncio
import socket
import time
import traceback
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import Literal

import msgspec

from visualizer.clock import NS, nanoseconds
from visualizer.lab import faults, frames
from visualizer.lab.broker import LANE
from visualizer.lab.errors import LabError
from visualizer.lab.job import Job
from visualizer.lab.process import Process, processes_of
from visualizer.lab.stacks import stacks_of
from visualizer.lab.supervisor import about_of
from visualizer.lab.users import Visitors
from visualizer.trace import About, derive, encode
from visualizer.trace.events import Cut, End, Event, IncidentMoment, LaneBorn

from . import brokers
from .able import MOST_SECONDS, unable
from .children import Children, Work
from .control import Order
from .merge import Died, Happened, Told, merged
from .nursery import Nursery, Peer
from .open import OpenWork
from .outside import stand_ins
from .plan import Plan
from .process import Role
from .rest import Rest
from .scribe import Scribe
from .streams import rehearse
from .users import Street

BACKLOG = 1024
"""Connections that may wait at the server's socket."""

START_SECONDS = 30.0
"""Seconds that all processes together may take to be ready."""

HEAD_START = 0.05
"""Seconds between telling everybody when time 0 is and time 0."""

QUIET = 0.25
"""Seconds without anything open after which a run is over: events take a while to arrive."""

LOOK = 0.05
"""Seconds between two looks at whether the run is over."""

SOON = 0.05
"""Seconds within which a process has to tell what has happened before it is killed."""

_encode = msgspec.msgpack.Encoder().encode
_names = msgspec.msgpack.Decoder(list[str]).decode
_number = msgspec.msgpack.Decoder(int).decode

#: What orders things that happen at the same time: users, the server, workers, the program's own.
_RANKS = {"web": 1, "worker": 3, "child": 4}


def conduct(
    job: Job, client: socket.socket | None = None, fork: bool = True, live: bool = False
) -> bytes:
    """The trace of ``job`` as JSON. ``client`` is who asked: if it hangs up, the run is ended.

    ``live``: it is also told of the run while that goes on. Raises LabError where nothing was
    recorded.
    """
    if not fork:
        raise LabError("lab", "runs on the wall clock need a system whose processes can fork")
    if reason := unable(job):
        raise LabError("lab", reason)
    about = about_of(job)
    conductor = Conductor(job, client, about if live else None)
    try:
        conductor.start()
        asyncio.run(conductor.run())
    finally:
        conductor.end()
    return encode(derive(about, conductor.events()))


class Conductor:
    """One run. ``start`` forks and so comes before anything that needs a thread."""

    def __init__(self, job: Job, client: socket.socket | None, about: About | None = None) -> None:
        """``about``: tell ``client`` of the run while it goes on."""
        self._job = job
        self._client = client
        self._nursery = Nursery(job)
        self._peers = self._nursery.peers
        self._told: list[Told] = []
        self._open = OpenWork(job)
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=BACKLOG)
        self._address = self._listener.getsockname()
        self._street = Street(self._address, self._tell, nanoseconds(job.network))
        self._visitors: Visitors | None = None
        self._plan = Plan(self)
        self._planned: set[asyncio.Task[None]] = set()
        self._failure: LabError | None = None
        self._cut: tuple[str, str] | None = None
        self._places: brokers.Places | None = None
        self._queues: set[str] = set()
        self._over = asyncio.Event()
        self._last = 0.0
        #: Whether a clock starts tasks for ever.
        self._periodic = any(stack.processes(job) for stack in stacks_of(job))
        self._rest = Rest()
        #: When something last happened to a user, so far (ns).
        self._went = 0
        self._number = 0
        self._children: Children | None = None
        self._scribe: Scribe | None = None
        if about is not None and client is not None:
            self._scribe = Scribe(about, client, self._listener)
        self._services, self._way = stand_ins(job, partial(self._take, 2))

    def events(self) -> list[Event]:
        """What has happened so far, in order."""
        if self._failure is not None:
            raise self._failure
        events = merged(self._told)
        if self._periodic and self._cut is None and self._job.until is None:
            rest = self._rest.since(self._went)
            events = [each for each in events if rest is None or each.t <= rest]
        if events and isinstance(events[-1], (Cut, End)):
            return events
        now = events[-1].t if events else 0
        return [*events, End(now) if self._cut is None else Cut(now, *self._cut)]

    # -- processes ------------------------------------------------------------------------------

    def start(self) -> None:
        """Fork the broker, the processes of the server, and those of the queue's workers.

        Raises LabError for a broker that cannot be used.
        """
        job = self._job
        others = [name for stack in stacks_of(job) for name in stack.processes(job)]
        faults.check(job, others)
        if any(request.socket for request in job.requests):
            rehearse()
        if job.queue is not None or any(stack.name == "Redis" for stack in stacks_of(job)):
            self._places, store = brokers.prepare(job)
            if store is not None:
                self._nursery.fork_store(store)
        if any(stack.name == "multiprocessing" for stack in stacks_of(job)):
            self._children = Children(self._bear)
        if job.queue is not None:
            self._take(2, "", LaneBorn(0, LANE, "broker", "broker"))
        processes = processes_of(job.server, job.queue, others)
        for process in sorted(processes, key=lambda each: each.role != "web"):
            self._fork(process, self._listener)
        self._number = len(processes) - 1

    def _fork(self, own: Process, listener: socket.socket) -> Peer:
        heard = listener if own.role == "web" else None
        starts = self._children.starts if self._children is not None else None
        role = Role(own, self._way, heard, self._places, starts)
        return self._nursery.fork(role, _RANKS[own.role])

    def _bear(self, own: Process, work: Work) -> Peer:
        """Start a child that the program has asked for. It takes part as soon as it is ready."""
        assert self._children is not None
        role = Role(own, self._way, None, self._places, self._children.starts, work)
        child = self._nursery.fork(role, _RANKS[own.role])
        self._listen(child)
        return child

    def end(self) -> None:
        """Leave nothing behind: end every process with what it started, wait for it, close all."""
        self._nursery.end()
        if self._children is not None:
            self._children.end()
        self._listener.close()
        if self._scribe is not None:
            self._scribe.end()
        self._services.close()
        self._way.losing.close()
        if self._places is not None:
            brokers.clean(self._job, self._places, self._queues)

    # -- the run --------------------------------------------------------------------------------

    async def run(self) -> None:
        """From the first process that loads the program to the last that tells something."""
        loop = asyncio.get_running_loop()
        peers = self._peers
        for peer in peers:
            self._listen(peer)
        if self._client is not None:
            loop.add_reader(self._client, self._hang_up)
        if self._children is not None:
            loop.add_reader(self._children.hears, self._children.hear)
        async with self._services:
            if await self._act():
                await self._say_the_end()

    async def _act(self) -> bool:
        """From the first process that loads the program to the end of the last request and task.
        False if it did not come to that."""
        peers = self._peers
        await self.all_ready(peers)
        self._street.origin = time.monotonic_ns() + nanoseconds(HEAD_START)
        if self._scribe is not None:
            self._scribe.begins(self._street.origin)
        self._services.begin(self._street.origin)
        for peer in peers:
            self._take_part(peer, 0)
        await self._are_ready(peers, 2)
        if self._over.is_set():
            return False
        self._welcome()
        await self._until_over()
        return True

    async def _say_the_end(self) -> None:
        for task in self._planned:
            task.cancel()
        for peer in self._peers:
            self._say(peer, "end")
        end = time.monotonic() + 1
        while time.monotonic() < end and not all(peer.gone for peer in self._peers if peer.begun):
            await asyncio.sleep(0.005)

    def _listen(self, peer: Peer) -> None:
        peer.line.setblocking(False)
        asyncio.get_running_loop().add_reader(peer.line, self._hear, peer)

    def _take_part(self, peer: Peer, since: int) -> None:
        peer.begun, peer.since = True, since
        self._say(peer, "begin")
        for event in peer.early:
            self._hear_of(peer, event)
        peer.early.clear()

    def _say(self, peer: Peer, what: Literal["begin", "tell", "leave", "end"]) -> None:
        if not peer.gone:
            order: Order = (what, self._street.origin)
            with suppress(OSError):
                peer.line.send(frames.frame("V", _encode(order)))

    async def all_ready(self, peers: Sequence[Peer]) -> None:
        await self._are_ready(peers, 1)

    async def _are_ready(self, peers: Sequence[Peer], times: int) -> None:
        end = time.monotonic() + START_SECONDS
        while not self._over.is_set() and any(peer.ready < times for peer in peers):
            if time.monotonic() > end:
                late = next(peer.name for peer in peers if peer.ready < times)
                text = f"the process '{late}' was not ready after {START_SECONDS:g} s; try again"
                self._failure = LabError("lab", text)
                self._over.set()
            await asyncio.sleep(0.002)

    def _welcome(self) -> None:
        job, street = self._job, self._street
        self._visitors = Visitors(job, street, street.arrive, street.streams)
        self._visitors.begin(0)
        for fault in job.faults:
            task = asyncio.get_running_loop().create_task(self._plan.carry_out(fault))
            self._planned.add(task)
            task.add_done_callback(self._carried_out)

    def _carried_out(self, task: asyncio.Task[None]) -> None:
        """Part of the plan has been carried out. If it could not be, the run fails with it."""
        self._planned.discard(task)
        error = None if task.cancelled() else task.exception()
        if error is not None:
            text = "".join(traceback.format_exception(error))
            self._failure = self._failure or LabError("lab", f"the lab failed: {text}")
            self._over.set()

    # -- what the plan asks for -------------------------------------------------------------------

    @property
    def now(self) -> int:
        return self._street.now

    @property
    def living(self) -> list[Peer]:
        return [each for each in self._peers if each.begun and not (each.gone or each.retiring)]

    async def ask_all(self, peers: Sequence[Peer]) -> None:
        for peer in peers:
            peer.told.clear()
            self._say(peer, "tell")
        answers = [asyncio.ensure_future(peer.told.wait()) for peer in peers]
        if answers:
            await asyncio.wait(answers, timeout=SOON)
            for answer in answers:
                answer.cancel()

    def kill(self, peer: Peer) -> None:
        if not peer.gone:
            peer.kill()
            while not peer.gone:  # its last words are on the line, and then its end
                self._hear(peer)

    def shut(self) -> None:
        self._listener.close()

    def follow(self, peer: Peer) -> Peer:
        own = peer.own
        if own.role == "web" and self._listener.fileno() < 0:
            self._listener = socket.socket()
            self._listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            self._listener.bind(self._address)
        self._number += 1
        following = replace(own, number=self._number, life=own.life + 1)
        new = self._fork(following, self._listener)
        self._listen(new)
        return new

    def begin(self, peer: Peer) -> None:
        if self._over.is_set():
            return
        if peer.listener is not None:
            peer.listener.listen(BACKLOG)
        self._take_part(peer, self.now)
        self._take(peer.rank, peer.name, Happened(peer.since, "started", peer.own))

    def retire(self, peer: Peer) -> None:
        peer.retiring = True
        self._take(peer.rank, peer.name, Happened(self.now, "restarts", peer.own))
        self._say(peer, "leave")

    async def _until_over(self) -> None:
        """Until nothing is open any more, or a limit is reached."""
        job = self._job
        most = min(job.limits.virtual_seconds, MOST_SECONDS)
        while not self._over.is_set():
            await asyncio.sleep(LOOK)
            now = self._street.now / NS
            if job.until is not None and now > job.until and self._is_open():
                text = f"the scenario ends at {job.until:g} s, and work was left"
                self._stop("until", text)
            elif now > most:
                self._stop("real_seconds", f"the run was not over after {most:g} s")
            elif any(each.memory_mb > job.limits.memory_mb for each in self.living):
                text = f"the program used more than {job.limits.memory_mb} MB of memory"
                self._stop("memory_mb", text)
            elif not self._is_open():
                self._over.set()

    def _is_open(self) -> bool:
        if self._visitors is not None and self._visitors.open:
            return True
        if self._services.busy or self._plan.coming:
            return True
        if any(each.retiring and not each.gone for each in self._peers):
            return True
        if self._periodic:
            # With a time to end at more is to come until then.
            rest = None if self._job.until is not None else self._rest.since(self._went)
            return rest is None or self.now - rest < nanoseconds(QUIET)
        if self._open.busy:
            return True
        quiet = time.monotonic() - self._last
        return quiet < (self._open.patience if self._open.queued else QUIET)

    def _stop(self, limit: str, reason: str) -> None:
        self._cut = self._cut or (limit, reason)
        self._over.set()

    # -- what is told ---------------------------------------------------------------------------

    def _tell(self, event: Event) -> None:
        self._take(0, "", event)
        self._went = max(self._went, event.t)

    def _take(self, rank: int, process: str, event: Event | Died | Happened) -> None:
        self._told.append((rank, process, event))
        if self._scribe is not None:
            self._scribe.note(rank, process, event)
        self._last = time.monotonic()
        self._street.streams.see(process, event)
        if isinstance(event, Cut):
            self._over.set()
        elif isinstance(event, Died):
            self._open.died(process)
            self._rest.died(process, event.t)
        elif not isinstance(event, Happened):
            self._open.see(process, event)
            self._rest.see(process, event)

    def _hear(self, peer: Peer) -> None:
        try:
            data = peer.line.recv(1 << 16)
        except BlockingIOError:
            return
        except ConnectionError:
            data = b""
        for kind, body in peer.reader.feed(data):
            if kind == "E":
                for event in peer.unfolder.unfold(frames.read_messages(body)):
                    self._hear_of(peer, event)
            elif kind == "F":
                self._failure = self._failure or frames.read_failure(body)
                self._over.set()
            elif kind == "A":
                peer.ready += 1
                self._queues.update(_names(body))
                if peer.own.role == "child" and peer.ready == 1 and self._street.origin:
                    self._take_part(peer, max(0, self.now))
            elif kind == "V":
                peer.told.set()
            else:
                peer.done = _number(body)
        if not data:
            self._lost(peer)

    def _hear_of(self, peer: Peer, event: Event) -> None:
        """What happened in a process before it took part happened when it began to."""
        if not peer.begun:
            peer.early.append(event)
            return
        event.t = max(event.t, peer.since)
        self._take(peer.rank, peer.name, event)

    def _lost(self, peer: Peer) -> None:
        """The process has ended."""
        asyncio.get_running_loop().remove_reader(peer.line)
        peer.gone = True
        planned = peer.code is not None
        peer.kill()  # what it has started
        if self._children is not None:
            self._children.ended(peer)
        if self._over.is_set():
            return
        if peer.own.role == "child":
            self._ended(peer, "killed" if planned else None, peer.done or self.now)
        elif peer.ready < 2:
            text = f"the process '{peer.name}' ended while it started{peer.last_words()}"
            self._failure = self._failure or LabError("crash", text)
            self._over.set()
        elif peer.done is not None:
            self._ended(peer, "stopped", peer.done)
        elif planned:
            self._ended(peer, "killed", self.now)
        else:
            self._ended(peer, None, self.now)
            self._stop("crash", f"the process '{peer.name}' ended by itself")

    def _ended(self, peer: Peer, moment: IncidentMoment | None, t: int) -> None:
        """Tell of the end of a process."""
        if moment is not None:
            self._take(peer.rank, peer.name, Happened(t, moment, peer.own))
        self._take(peer.rank, peer.name, Died(t))
        queue = self._job.queue
        if peer.own.role == "worker" and queue is not None and queue.library == "celery":
            assert self._places is not None
            brokers.give_back(self._places, peer.name)

    def _hang_up(self) -> None:
        self._stop("closed", "nobody waits for this run any more")
