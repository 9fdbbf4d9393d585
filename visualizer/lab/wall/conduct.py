"""Runs a job on the wall clock: starts its processes, lets the users come, makes the trace.

The conductor never runs a line of the program. All processes load the program first; time 0 is when
all are ready. Whatever happens then, none outlives the run: each has a line to here and ends when
that breaks, and in the end all are killed with everything that they started.
"""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from typing import IO, Any

import msgspec
import psutil

from visualizer.clock import NS, nanoseconds
from visualizer.clock.patch import start_unobserved
from visualizer.lab import frames
from visualizer.lab.broker import LANE
from visualizer.lab.errors import LabError
from visualizer.lab.job import Job
from visualizer.lab.process import WEB
from visualizer.lab.sights import Unfolder
from visualizer.lab.stacks import stacks_of
from visualizer.lab.supervisor import about_of
from visualizer.lab.users import Visitors
from visualizer.trace import About, derive, encode
from visualizer.trace.events import Cut, End, Event, LaneBorn

from . import brokers
from .able import unable
from .control import die_with, end_with
from .merge import Died, Told, merged
from .open import OpenWork
from .process import Role, be
from .scribe import Scribe
from .users import Street

START_SECONDS = 30.0
"""Seconds that all processes together may take to be ready."""

MOST_SECONDS = 120.0
"""Seconds that a run may take."""

HEAD_START = 0.05
"""Seconds between telling everybody when time 0 is and time 0."""

QUIET = 0.25
"""Seconds without anything open after which a run is over: events take a while to arrive."""

LEFT_ALONE = 2.0
"""Seconds after which a task that only stands in a queue counts as one that nobody takes."""

LOOK = 0.05
"""Seconds between two looks at whether the run is over."""

_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(list[str]).decode


@dataclass(eq=False)
class Peer:
    """A process of the run. ``rank`` orders what happened at the same time."""

    name: str
    rank: int
    pid: int
    line: socket.socket
    stderr: IO[bytes]
    reader: frames.Reader = field(default_factory=frames.Reader)
    unfolder: Unfolder = field(default_factory=Unfolder)
    ready: int = 0
    done: bool = False
    gone: bool = False


@dataclass(frozen=True)
class Helper:
    """A process that is no part of the record. It ends when its line does."""

    pid: int
    line: int


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
        self._peers: list[Peer] = []
        self._told: list[Told] = []
        self._open = OpenWork(job.queue is not None and job.queue.count > 0)
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=1024)
        self._street = Street(self._listener.getsockname(), self._tell)
        self._visitors: Visitors | None = None
        self._failure: LabError | None = None
        self._cut: tuple[str, str] | None = None
        self._places: brokers.Places | None = None
        #: Processes that are no part of the record.
        self._helpers: list[Helper] = []
        self._queues: set[str] = set()
        self._over = asyncio.Event()
        self._last = 0.0
        self._scribe: Scribe | None = None
        if about is not None and client is not None:
            self._scribe = Scribe(about, client, self._listener)

    def events(self) -> list[Event]:
        """What has happened so far, in order."""
        if self._failure is not None:
            raise self._failure
        events = merged(self._told)
        if events and isinstance(events[-1], (Cut, End)):
            return events
        now = events[-1].t if events else 0
        return [*events, End(now) if self._cut is None else Cut(now, *self._cut)]

    # -- processes ------------------------------------------------------------------------------

    def start(self) -> None:
        """Fork the broker, the processes of the server, and those of the queue's workers.

        Raises LabError for a broker that cannot be used.
        """
        job, server = self._job, self._job.server
        places = None
        if job.queue is not None or any(stack.name == "Redis" for stack in stacks_of(job)):
            self._places, store = brokers.prepare(job)
            places = self._places
            if store is not None:
                self._helpers.append(_serve_store(store, self._client))
        if job.queue is not None:
            self._told.append((2, "", LaneBorn(0, LANE, "broker", "broker")))
        for place in range(server.workers if server.kind == "threaded" else 1):
            name = WEB if place == 0 else f"{WEB}-{place + 1}"
            number = 0 if place == 0 else 1000 + place
            role = Role(name, number, self._listener, place * server.threads, places)
            self._fork(role, rank=1)
        for place in range(job.queue.count if job.queue is not None else 0):
            self._fork(Role(f"worker-{place + 1}", place + 1, places=places), rank=3)

    def _fork(self, role: Role, rank: int) -> None:
        stderr = tempfile.TemporaryFile()  # noqa: SIM115  closed by end
        mine, theirs = socket.socketpair()
        parent = os.getpid()
        pid = os.fork()
        if pid == 0:
            mine.close()
            for other in self._peers:
                other.line.close()
            for helper in self._helpers:
                os.close(helper.line)
            if self._scribe is not None:
                self._scribe.close()
            if self._client is not None:
                self._client.close()
            if role.listener is None:
                self._listener.close()
            null = os.open(os.devnull, os.O_RDWR)
            os.dup2(null, 0)
            os.dup2(null, 1)
            os.dup2(stderr.fileno(), 2)
            be(self._job, role, theirs.detach(), parent)
        theirs.close()
        self._peers.append(Peer(role.name, rank, pid, mine, stderr))

    def end(self) -> None:
        """Leave nothing behind: end every process with what it started, wait for it, close all."""
        for peer in self._peers:
            peer.line.close()
            with suppress(ProcessLookupError):
                os.killpg(peer.pid, signal.SIGKILL)
            with suppress(ProcessLookupError):  # it may not have made a group of its own yet
                os.kill(peer.pid, signal.SIGKILL)
            os.waitpid(peer.pid, 0)
            peer.stderr.close()
        for helper in self._helpers:
            os.close(helper.line)
            with suppress(ProcessLookupError):
                os.kill(helper.pid, signal.SIGKILL)
            os.waitpid(helper.pid, 0)
        self._listener.close()
        if self._scribe is not None:
            self._scribe.end()
        if self._places is not None:
            brokers.clean(self._job, self._places, self._queues)

    # -- the run --------------------------------------------------------------------------------

    async def run(self) -> None:
        """From the first process that loads the program to the last that tells something."""
        loop = asyncio.get_running_loop()
        for peer in self._peers:
            peer.line.setblocking(False)
            loop.add_reader(peer.line, self._hear, peer)
        if self._client is not None:
            loop.add_reader(self._client, self._hang_up)
        await self._all_ready(1)
        self._say(time.monotonic_ns() + nanoseconds(HEAD_START))
        await self._all_ready(2)
        if self._over.is_set():
            return
        self._welcome()
        await self._until_over()
        self._say(None)
        end = time.monotonic() + 1
        while time.monotonic() < end and not all(peer.done or peer.gone for peer in self._peers):
            await asyncio.sleep(0.005)

    def _say(self, order: int | None) -> None:
        """Tell every process when time 0 is; None: that it is all over."""
        if order is not None:
            self._street.origin = order
            if self._scribe is not None:
                self._scribe.begins(order)
        for peer in self._peers:
            with suppress(OSError):
                peer.line.send(frames.frame("V", _encode(order)))

    async def _all_ready(self, times: int) -> None:
        end = time.monotonic() + START_SECONDS
        while not self._over.is_set() and any(peer.ready < times for peer in self._peers):
            if time.monotonic() > end:
                late = next(peer.name for peer in self._peers if peer.ready < times)
                text = f"the process '{late}' was not ready after {START_SECONDS:g} s; try again"
                self._failure = LabError("lab", text)
                self._over.set()
            await asyncio.sleep(0.002)

    def _welcome(self) -> None:
        job, street = self._job, self._street
        self._visitors = Visitors(job, street, street.arrive)
        self._visitors.begin(0)
        for fault in job.faults:
            if fault.kill is not None:
                street.at(nanoseconds(fault.at), partial(self._kill, fault.kill))

    def _kill(self, name: str) -> None:
        for peer in self._peers:
            if peer.name == name and not peer.gone:
                os.killpg(peer.pid, signal.SIGKILL)

    async def _until_over(self) -> None:
        """Until nothing is open any more, or a limit is reached."""
        job = self._job
        most = min(job.limits.virtual_seconds, MOST_SECONDS)
        watched = [psutil.Process(peer.pid) for peer in self._peers]
        while not self._over.is_set():
            await asyncio.sleep(LOOK)
            now = self._street.now / NS
            if job.until is not None and now > job.until and self._is_open():
                text = f"the scenario ends at {job.until:g} s, and work was left"
                self._stop("until", text)
            elif now > most:
                self._stop("real_seconds", f"the run was not over after {most:g} s")
            elif any(_memory(process) > job.limits.memory_mb for process in watched):
                text = f"the program used more than {job.limits.memory_mb} MB of memory"
                self._stop("memory_mb", text)
            elif not self._is_open():
                self._over.set()

    def _is_open(self) -> bool:
        if (self._visitors is not None and self._visitors.open) or self._open.busy:
            return True
        quiet = time.monotonic() - self._last
        return quiet < (LEFT_ALONE if self._open.queued else QUIET)

    def _stop(self, limit: str, reason: str) -> None:
        self._cut = self._cut or (limit, reason)
        self._over.set()

    # -- what is told ---------------------------------------------------------------------------

    def _tell(self, event: Event) -> None:
        self._take(0, "", event)

    def _take(self, rank: int, process: str, event: Event | Died) -> None:
        self._told.append((rank, process, event))
        if self._scribe is not None:
            self._scribe.note(rank, process, event)
        self._last = time.monotonic()
        if isinstance(event, Cut):
            self._over.set()
        elif isinstance(event, Died):
            self._open.died(process)
        else:
            self._open.see(process, event)

    def _hear(self, peer: Peer) -> None:
        try:
            data = peer.line.recv(1 << 16)
        except ConnectionError:
            data = b""
        if not data:
            self._lost(peer)
        for kind, body in peer.reader.feed(data):
            if kind == "E":
                for event in peer.unfolder.unfold(frames.read_messages(body)):
                    self._take(peer.rank, peer.name, event)
            elif kind == "F":
                self._failure = self._failure or frames.read_failure(body)
                self._over.set()
            elif kind == "A":
                peer.ready += 1
                self._queues.update(_decode(body))
            else:
                peer.done = True

    def _lost(self, peer: Peer) -> None:
        """The process has ended."""
        asyncio.get_running_loop().remove_reader(peer.line)
        peer.gone = True
        if peer.done:
            return
        if peer.ready < 2:
            text = f"the process '{peer.name}' ended while it started{_last_words(peer)}"
            self._failure = self._failure or LabError("crash", text)
            self._over.set()
        else:
            self._take(peer.rank, peer.name, Died(self._street.now))
            if not any(fault.kill == peer.name for fault in self._job.faults):
                self._stop("crash", f"the process '{peer.name}' ended by itself")

    def _hang_up(self) -> None:
        self._stop("closed", "nobody waits for this run any more")


def _serve_store(listener: socket.socket, client: socket.socket | None) -> Helper:
    """Fork the in-memory Redis. It ends when the pipe does whose other end only this one holds."""
    parent = os.getpid()
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(writing)
        if client is not None:
            client.close()
        try:
            from . import redis_store  # only who needs it loads fakeredis

            die_with(parent)
            start_unobserved(end_with, reading)
            redis_store.serve(listener)
        finally:
            os._exit(0)
    os.close(reading)
    listener.close()
    return Helper(pid, writing)


def _memory(process: psutil.Process) -> float:
    """In use, in megabytes."""
    try:
        return float(process.memory_info().rss) / 2**20
    except psutil.Error:
        return 0.0


def _last_words(peer: Peer) -> str:
    """The last line that it wrote to standard error, after a colon."""
    peer.stderr.seek(0)
    lines: list[Any] = peer.stderr.read().decode(errors="replace").split("\n")
    said = [line.strip() for line in lines if line.strip()]
    return f": {said[-1]}" if said else ""
