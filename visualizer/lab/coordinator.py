"""Holds the time of a run of several processes, and what lies between them.

Each process has its own memory, its own interpreter lock and its own virtual clock; none shares
anything with another but this coordinator's services (listening socket, broker, store, Redis).
Users and the network are here, too, as timers. It is a conservative
simulation of discrete events: whichever process has the earliest event may run, up to the earliest
event of anybody else. A call of a service may change what comes next, so with its answer the
process learns anew how far it may go. One process runs at a time; so the order of everything
depends on nothing but the job, and a process that is killed simply ends: no ``finally`` of it runs.

Runs in the supervisor, next to no line of the program.
"""

from __future__ import annotations

import os
import select
import signal
import socket
from collections.abc import Callable
from dataclasses import replace
from heapq import heappop, heappush
from typing import Any

import msgspec

from visualizer.clock import nanoseconds, real_time
from visualizer.clock.virtual import NEVER
from visualizer.trace.events import Cut, End, Event, Incident, IncidentMoment, LaneBorn

from . import frames
from .broker import LANE, Broker
from .errors import LabError
from .faults import Faults
from .job import Job
from .listener import Listener
from .merge import Merge
from .outside.services import Outside
from .peer import Peer, earliest
from .pipes import Children, Pipes, Semaphores
from .process import Process, processes_of
from .redis_server import Redis
from .store import Store
from .users import Visitors
from .watch import WATCH, Program, excess
from .websockets import WebSockets

_decode = msgspec.msgpack.Decoder().decode


class _Over(Exception):
    """The run has ended while a process ran: a limit, a crash, or nobody waits for it."""


class _Milestones:
    """How far the processes are, as a service."""

    def __init__(self, coordinator: Coordinator) -> None:
        self.loaded = coordinator.loaded
        self.serving = coordinator.serving
        self.leaving = coordinator.leaving


class Coordinator:
    """Runs ``job`` to its end. See ``run``.

    ``others`` are the names of processes beside the server's and the queue's workers. ``start``
    forks a process; it is told which others there are, whose files are none of its own.
    """

    def __init__(
        self,
        job: Job,
        others: list[str],
        start: Callable[[Process, list[Program]], Program],
        client: socket.socket | None,
    ):
        self.now = 0
        self.merge = Merge()
        #: Why nothing was recorded, if so.
        self.failure: LabError | None = None
        #: Which limit ended the run, and the process that ran then.
        self.cut: tuple[str, str] | None = None
        #: All processes that there ever were.
        self.programs: list[Program] = []
        self._job = job
        self._start = start
        self._client = client
        self._deadline = real_time() + job.limits.real_seconds
        self._look = 0.0
        self._origin: int | None = None
        self._until = NEVER
        self._ending = False
        self._ended_at: int | None = None
        self._timers: list[tuple[int, int, Callable[[], None]]] = []
        self._order = 0
        self.listener, self.broker = Listener(self), Broker(self)
        self._redis = Redis(self, job.seed)
        self._outside = Outside(self, job.services, job.seed, job.faults)
        self._websockets = WebSockets(self, nanoseconds(job.network))
        self._pipes, self._children = Pipes(self), Children(self)
        self._services = {
            "run": _Milestones(self),
            "listener": self.listener,
            "broker": self.broker,
            "store": Store(self),
            "redis": self._redis,
            "outside": self._outside,
            "websockets": self._websockets,
            "pipes": self._pipes,
            "semaphores": Semaphores(self),
            "children": self._children,
        }
        self._visitors = Visitors(job, self, self.listener.arrive, self._websockets)
        self._faults = Faults(job, self)
        if job.queue is not None:
            self.merge.add("", LaneBorn(0, LANE, "broker", "broker"))
        self._peers: list[Peer] = []
        for process in processes_of(job.server, job.queue, others):
            self._fork(process)
        self._number = len(self._peers) - 1
        self._loading = {peer.name for peer in self._peers}
        self._to_serve = {peer.name for peer in self._peers if peer.own.role == "web"}
        self.culprit = self._peers[-1].program

    def _fork(self, process: Process) -> Peer:
        others = [peer.program for peer in self._peers]
        peer = Peer(process, self._start(process, others))
        self.programs.append(peer.program)
        self._peers.append(peer)
        return peer

    @property
    def events(self) -> list[Event]:
        """The record. Its last event is an end, if the run came to one."""
        events = self.merge.events
        if self.merge.cut is not None:
            return [*events, self.merge.cut]
        return [*events, End(self._ended_at)] if self._ended_at is not None else events

    # -- what services see ----------------------------------------------------------------------

    def wake(self, process: str, key: str) -> None:
        peer = self._peer(process)
        if peer is not None:
            peer.wake(key, self.now)

    def at(self, when: int, call: Callable[[], None]) -> None:
        self._order += 1
        heappush(self._timers, (when, self._order, call))

    def tell(self, make: Callable[[int], Event], process: str = "") -> None:
        self.merge.add(process, make(self.now - (self._origin or 0)))

    # -- the run --------------------------------------------------------------------------------

    def run(self) -> None:
        """Let the processes run until the run is over; then end them all."""
        try:
            for peer in list(self._peers):
                self._listen(peer)
            while self._step():
                pass
        except _Over:
            pass
        for peer in list(self._peers):
            self._kill(peer)

    def _step(self) -> bool:
        """Make the earliest event happen. False where there is none any more."""
        peer, at = earliest(self._peers)
        when = min(at, self._timers[0][0] if self._timers else NEVER)
        if self._is_over():
            self._end("done", self.now)
        elif when == NEVER:
            self._end("quiet", self.now)
        elif when >= self._until:
            self._end("until", self._until)
        elif peer is None or when < at:
            self.now = max(self.now, when)
            heappop(self._timers)[2]()
            return True
        else:
            self.now = max(self.now, when)
            peer.next = NEVER  # until it says otherwise
            self._answer(peer, "go", None)
            self._listen(peer)
            return True
        return False

    def _is_over(self) -> bool:
        return (
            self._origin is not None
            and not self._visitors.open
            and not self._faults.coming
            and all(peer.quiet and not peer.inbox and not peer.retiring for peer in self._peers)
            and not self.broker.has_work()
            and not self._redis.has_work()
        )

    def _end(self, reason: str, now: int) -> None:
        """Let every process tell how it ended."""
        self._ending = True
        self._ended_at = now - (self._origin or 0)
        for peer in reversed(self._peers.copy()):
            peer.answer("stop", 0, now, reason)
            self._listen(peer)
        if self._visitors.open and self.merge.cut is None:
            self.merge.cut = self._unserved(reason)

    def _unserved(self, reason: str) -> Cut | None:
        """Users wait, and no process has said why: there is none left that could answer."""
        if reason == "until":
            return None  # which the processes know
        who, at = self._visitors.open, self._ended_at or 0
        wait = "waits" if len(who) == 1 else "wait"
        names = " and ".join(who)
        return Cut(at, "deadlock", f"deadlock: {names} {wait} for a server that is gone")

    # -- talking to one process -----------------------------------------------------------------

    def _answer(self, peer: Peer, kind: str, value: Any) -> None:
        """Let it go on: up to what anybody else does next, or at least through this moment."""
        limit = min(self._until, earliest(self._peers, but=peer)[1])
        if self._timers:
            limit = min(limit, self._timers[0][0])
        peer.answer(kind, max(limit, self.now + 1), self.now, value)

    def _listen(self, peer: Peer) -> None:
        """Serve a process that runs until it asks to go on, or ends."""
        while True:
            data = self._read(peer)
            if not data:
                return self._ended(peer)
            for kind, body in peer.reader.feed(data):
                if kind == "E":
                    messages = frames.read_messages(body)
                    self.merge.take(peer.name, messages, peer.own.role == "web")
                    self._greet(peer)
                    if self.merge.cut is not None:
                        self.culprit = peer.program
                        raise _Over
                elif kind == "C":
                    self._answer(peer, "value", self._call(peer, *_decode(body)))
                elif kind == "P":
                    self._call(peer, *_decode(body))
                elif kind == "A":
                    peer.next, peer.quiet = _decode(body)
                    return None
                elif kind == "F":
                    self.failure = frames.read_failure(body)
                    raise _Over
                else:
                    self._leave(peer)
                    return None

    def _read(self, peer: Peer) -> bytes:
        """What it says next, empty if it has ended. Watches over the limits meanwhile."""
        data = None
        while data is None:
            data = peer.read()
            if real_time() > self._look:
                self._look = real_time() + WATCH
                self._watch(peer)
        return data

    def _watch(self, peer: Peer) -> None:
        """End the run if nobody wants it any more, or the process that runs is at a limit."""
        if self._client is not None and select.select([self._client], [], [], 0)[0]:
            self.cut = ("closed", "nobody waits for this run any more")
        else:
            self.cut = excess(self._job, peer.process, self._deadline)
        if self.cut is not None:
            self.culprit = peer.program
            raise _Over

    def _call(self, peer: Peer, now: int, service: str, method: str, arguments: list[Any]) -> Any:
        self.now = now
        return getattr(self._services[service], method)(peer.name, *arguments)

    # -- beginnings and ends --------------------------------------------------------------------

    def loaded(self, process: str) -> int | None:
        """A process has loaded the program. When all have, time 0 is now.

        Answers when that was, for a process that comes later.
        """
        if self._origin is not None:
            return self._origin
        self._loading.discard(process)
        if not self._loading:
            self.at(self.now, self._begin)
        return None

    def _begin(self) -> None:
        """Time 0 is now."""
        self._origin = self.now
        limit = self._job.limits.virtual_seconds
        self._until = self.now + nanoseconds(min(self._job.until or limit, limit))
        for each in self._peers:
            self.wake(each.name, "begin")
        self._outside.begin(self.now)
        self._visitors.begin(self.now)
        self._faults.begin()

    def serving(self, process: str) -> None:
        """The process of the server has told its lanes. When all have, it is the others' turn."""
        self._to_serve.discard(process)
        if not self._to_serve:
            self.merge.serving()

    def _greet(self, peer: Peer) -> None:
        """Tell that a process which takes the place of another is there, once it has a lane."""
        home = self.merge.home(peer.name)
        if peer.own.life > 1 and home is not None and not peer.greeted:
            peer.greeted = True
            self.merge.add("", Incident(home.t, home.lane, "started", peer.own.subject(home.name)))

    def leaving(self, process: str) -> None:
        """The process ends, as it was asked to."""
        peer = self._peer(process)
        if peer is not None:
            self._tell_incident("stopped", peer)

    @property
    def processes(self) -> list[Process]:
        """Those that are alive and will go on."""
        return [peer.own for peer in self._peers if not peer.retiring]

    def kill(self, process: Process) -> None:
        """End it as SIGKILL does, by plan, if it is still there."""
        peer = self._peer(process.id)
        if peer is not None:
            self._tell_incident("killed", peer)
            self.end(process)

    def end(self, process: Process) -> None:
        """End it as SIGKILL does, as the program wishes."""
        peer = self._peer(process.id)
        if peer is not None:
            os.kill(peer.program.pid, signal.SIGKILL)
            self._leave(peer)

    def retire(self, process: Process) -> None:
        """Let a process of the server end when it has answered what it has accepted."""
        peer = self._peer(process.id)
        assert peer is not None
        peer.retiring = True
        self._tell_incident("restarts", peer)
        self.listener.retire(peer.name)

    def start_again(self, process: Process) -> None:
        """Start another process in the place of one that has ended, or is about to."""
        self._number += 1
        following = replace(process, number=self._number, life=process.life + 1, since=self.now)
        self._listen(self._fork(following))

    def bear(self, place: int) -> Process:
        """Start a child of the program."""
        self._number += 1
        child = Process(f"process-{place}", "child", self._number, place, since=self.now)
        self._listen(self._fork(child))
        return child

    def _peer(self, name: str) -> Peer | None:
        return next((peer for peer in self._peers if peer.name == name), None)

    def _tell_incident(self, moment: IncidentMoment, peer: Peer) -> None:
        home = self.merge.home(peer.name)
        if home is not None:
            name = peer.own.subject(home.name)
            self.tell(lambda t: Incident(t, home.lane, moment, name))

    def _ended(self, peer: Peer) -> None:
        """A process has ended without a word: by itself, or killed."""
        if peer.own.role == "web" or self._origin is None:
            self.culprit = peer.program
            raise _Over
        self._leave(peer)

    def _leave(self, peer: Peer) -> None:
        """The process has ended, and with it all that only it had."""
        if peer in self._peers:
            self._peers.remove(peer)
            if not self._ending:
                self.broker.died(peer.name)
                self._redis.died(peer.name)
                self._outside.died(peer.name)
                self._websockets.died(peer.name)
                self.listener.died(peer.name)
                self._pipes.died(peer.name)
                self._children.died(peer.name)
                self.merge.died(peer.name, self.now - (self._origin or 0))

    def _kill(self, peer: Peer) -> None:
        """End a process that runs on."""
        peer.program.kill()
