"""The processes of a run on the wall clock, from the first to those that come back or are born.

The troupe starts them, hears what they tell and tells them what to do. It is what the plan of
faults works with (``plan.Conducted``). What it hears it hands on to the conductor.
"""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Literal, Protocol

import msgspec

from visualizer.lab import frames
from visualizer.lab.errors import LabError
from visualizer.lab.job import Job
from visualizer.lab.process import Process, processes_of
from visualizer.lab.stacks import stacks_of
from visualizer.trace.events import Event, IncidentMoment

from . import brokers
from .children import Children, Work
from .control import Order
from .merge import Died, Happened
from .nursery import Nursery, Peer
from .outside import Way
from .process import Role

BACKLOG = 1024
"""Connections that may wait at the server's socket."""

START_SECONDS = 30.0
"""Seconds that all processes together may take to be ready."""

END_SECONDS = 1.0
"""Seconds that they have to tell what is left to tell when all is over."""

SOON = 0.25
"""Seconds within which a process has to tell what has happened before it is killed."""

_encode = msgspec.msgpack.Encoder().encode
_names = msgspec.msgpack.Decoder(list[str]).decode
_number = msgspec.msgpack.Decoder(int).decode

#: What orders things that happen at the same time: users, the server, workers, the program's own.
_RANKS = {"web": 1, "worker": 3, "child": 4}


class Conducting(Protocol):
    """The run, as its troupe sees it."""

    #: Set when it is over.
    over: asyncio.Event

    @property
    def origin(self) -> int:
        """Time 0, on the system's monotonic clock (ns); 0 as long as it is not known."""

    @property
    def now(self) -> int:
        """Nanoseconds since time 0."""

    def take(self, rank: int, process: str, event: Event | Died | Happened) -> None:
        """Something happened in a process, or to it."""

    def fail(self, error: LabError) -> None:
        """There is nothing to record."""

    def stop(self, limit: str, reason: str) -> None:
        """The run is over before its end."""


class Troupe:
    """All processes of ``job`` that there ever were.

    ``start`` forks and so comes before anything that needs a thread; all else is in an event loop.
    """

    def __init__(self, job: Job, run: Conducting) -> None:
        self._job = job
        self._run = run
        self._way: Way | None = None
        self._nursery = Nursery(job)
        self.peers = self._nursery.peers
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=BACKLOG)
        #: Where the server is.
        self.address = self.listener.getsockname()
        self._places: brokers.Places | None = None
        #: The names of the queues from which something is taken.
        self._queues: set[str] = set()
        self._children: Children | None = None
        self._number = 0

    def start(self, way: Way, others: Sequence[str]) -> None:
        """Fork the broker, the processes of the server, those of the queue's workers, ``others``.

        Raises LabError for a broker that cannot be used.
        """
        job, stacks = self._job, [stack.name for stack in stacks_of(self._job)]
        self._way = way
        if job.queue is not None or "Redis" in stacks:
            self._places, store = brokers.prepare(job)
            if store is not None:
                self._nursery.fork_store(store)
        if "multiprocessing" in stacks:
            self._children = Children(self._bear)
        processes = processes_of(job.server, job.queue, others)
        for process in sorted(processes, key=lambda each: each.role != "web"):
            self._fork(process)
        self._number = len(processes) - 1

    def end(self) -> None:
        """Leave nothing behind: end every process with what it started, wait for it, close all."""
        self._nursery.end()
        if self._children is not None:
            self._children.end()
        self.listener.close()
        if self._places is not None:
            brokers.clean(self._job, self._places, self._queues)

    def _fork(self, own: Process, work: Work | None = None) -> Peer:
        assert self._way is not None
        heard = self.listener if own.role == "web" else None
        starts = self._children.starts if self._children is not None else None
        role = Role(own, self._way, heard, self._places, starts, work)
        return self._nursery.fork(role, _RANKS[own.role])

    def _bear(self, own: Process, work: Work) -> Peer:
        """Start a child that the program has asked for. It takes part as soon as it is ready."""
        child = self._fork(own, work)
        self._listen(child)
        return child

    # -- what they are told -----------------------------------------------------------------------

    def listen(self) -> None:
        """From now on hear what they tell."""
        for peer in self.peers:
            self._listen(peer)
        if self._children is not None:
            loop = asyncio.get_running_loop()
            loop.add_reader(self._children.hears, self._children.hear)

    def _listen(self, peer: Peer) -> None:
        peer.line.setblocking(False)
        asyncio.get_running_loop().add_reader(peer.line, self._hear, peer)

    async def take_part(self) -> None:
        """Let all take part from time 0 on, which is known by now, and wait until they know."""
        for peer in self.peers:
            self._take_part(peer, 0)
        await self._are_ready(self.peers, 2)

    def _take_part(self, peer: Peer, since: int) -> None:
        peer.begun, peer.since = True, since
        self._say(peer, "begin")
        for event in peer.early:
            self._hear_of(peer, event)
        peer.early.clear()

    def _say(self, peer: Peer, what: Literal["begin", "tell", "leave", "end"]) -> None:
        if not peer.gone:
            order: Order = (what, self._run.origin)
            with suppress(OSError):
                peer.line.send(frames.frame("V", _encode(order)))

    async def all_ready(self, peers: Sequence[Peer]) -> None:
        await self._are_ready(peers, 1)

    async def _are_ready(self, peers: Sequence[Peer], times: int) -> None:
        end = time.monotonic() + START_SECONDS
        while not self._run.over.is_set() and any(peer.ready < times for peer in peers):
            if time.monotonic() > end:
                late = next(peer.name for peer in peers if peer.ready < times)
                text = f"the process '{late}' was not ready after {START_SECONDS:g} s; try again"
                self._run.fail(LabError("lab", text))
            await asyncio.sleep(0.002)

    async def say_the_end(self) -> None:
        """Tell all that it is over, and hear what is left to tell."""
        for peer in self.peers:
            self._say(peer, "end")
        end = time.monotonic() + END_SECONDS
        while time.monotonic() < end and not all(peer.gone for peer in self.peers if peer.begun):
            await asyncio.sleep(0.005)

    # -- what the plan asks for -------------------------------------------------------------------

    @property
    def now(self) -> int:
        return self._run.now

    @property
    def living(self) -> list[Peer]:
        return [each for each in self.peers if each.begun and not (each.gone or each.retiring)]

    @property
    def retiring(self) -> bool:
        """Whether one is there that was told to leave."""
        return any(each.retiring and not each.gone for each in self.peers)

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
        self.listener.close()

    def follow(self, peer: Peer) -> Peer:
        own = peer.own
        if own.role == "web" and self.listener.fileno() < 0:
            self.listener = socket.socket()
            self.listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            self.listener.bind(self.address)
        self._number += 1
        following = replace(own, number=self._number, life=own.life + 1)
        new = self._fork(following)
        self._listen(new)
        return new

    def begin(self, peer: Peer) -> None:
        if self._run.over.is_set():
            return
        if peer.listener is not None:
            peer.listener.listen(BACKLOG)
        self._take_part(peer, self.now)
        self._run.take(peer.rank, peer.name, Happened(peer.since, "started", peer.own))

    def retire(self, peer: Peer) -> None:
        peer.retiring = True
        self._run.take(peer.rank, peer.name, Happened(self.now, "restarts", peer.own))
        self._say(peer, "leave")

    # -- what is heard ----------------------------------------------------------------------------

    def _hear(self, peer: Peer) -> None:
        try:
            data = peer.line.recv(1 << 16)
        except BlockingIOError:
            if peer.code is None:
                return
            data = b""  # it has ended; whoever else holds its end of the line tells nothing
        except ConnectionError:
            data = b""
        for kind, body in peer.reader.feed(data):
            if kind == "E":
                for event in peer.unfolder.unfold(frames.read_messages(body)):
                    self._hear_of(peer, event)
            elif kind == "F":
                self._run.fail(frames.read_failure(body))
            elif kind == "A":
                peer.ready += 1
                self._queues.update(_names(body))
                if peer.own.role == "child" and peer.ready == 1 and self._run.origin:
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
        self._run.take(peer.rank, peer.name, event)

    def _lost(self, peer: Peer) -> None:
        """The process has ended."""
        asyncio.get_running_loop().remove_reader(peer.line)
        peer.gone = True
        planned = peer.code is not None
        peer.kill()  # what it has started
        if self._children is not None:
            self._children.ended(peer)
        if self._run.over.is_set():
            return
        if peer.own.role == "child":
            self._ended(peer, "killed" if planned else None, peer.done or self.now)
        elif peer.ready < 2:
            text = f"the process '{peer.name}' ended while it started{peer.last_words()}"
            self._run.fail(LabError("crash", text))
        elif peer.done is not None:
            self._ended(peer, "stopped", peer.done)
        elif planned:
            self._ended(peer, "killed", self.now)
        else:
            self._ended(peer, None, self.now)
            self._run.stop("crash", f"the process '{peer.name}' ended by itself")

    def _ended(self, peer: Peer, moment: IncidentMoment | None, t: int) -> None:
        """Tell of the end of a process."""
        if moment is not None:
            self._run.take(peer.rank, peer.name, Happened(t, moment, peer.own))
        self._run.take(peer.rank, peer.name, Died(t))
        queue = self._job.queue
        if peer.own.role == "worker" and queue is not None and queue.library == "celery":
            assert self._places is not None
            brokers.give_back(self._places, peer.name)
