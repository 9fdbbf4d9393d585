"""Forks the processes of a run on the wall clock, and ends them all.

Whoever forks has one thread. A process gets its own end of a line to the conductor and what its
role needs; whatever else the conductor has open leads nowhere there, so that a connection that
breaks is seen by whoever is at its other end.
"""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import tempfile
from contextlib import suppress
from dataclasses import dataclass, field
from typing import IO

import psutil

from visualizer.clock.patch import start_unobserved
from visualizer.lab import frames
from visualizer.lab.job import Job
from visualizer.lab.process import Process
from visualizer.lab.sights import Unfolder
from visualizer.trace.events import Event

from .control import die_with, end_with
from .files import keep_only
from .process import Role, be


@dataclass(eq=False)
class Peer:
    """A process of the run. ``rank`` orders what happened at the same time.

    Its part of the record begins at ``since`` (ns), when it was told to ``begin``.
    """

    own: Process
    rank: int
    pid: int
    line: socket.socket
    stderr: IO[bytes]
    listener: socket.socket | None
    reader: frames.Reader = field(default_factory=frames.Reader)
    unfolder: Unfolder = field(default_factory=Unfolder)
    #: How often it was: when it had loaded the program, and when it had heard of time 0.
    ready: int = 0
    since: int = 0
    begun: bool = False
    #: Set when it has told everything that had happened when it was asked.
    told: asyncio.Event = field(default_factory=asyncio.Event)
    #: It ends when it has done what it has begun.
    retiring: bool = False
    #: What it told before it took part.
    early: list[Event] = field(default_factory=list)
    #: When (ns) it ended as it was asked to.
    done: int | None = None
    gone: bool = False
    #: What it ended with: a status, or minus a signal. None until it was waited for.
    code: int | None = None

    def __post_init__(self) -> None:
        self._process = psutil.Process(self.pid)

    @property
    def memory_mb(self) -> float:
        """In use, in megabytes."""
        try:
            return float(self._process.memory_info().rss) / 2**20
        except psutil.Error:
            return 0.0

    @property
    def name(self) -> str:
        return self.own.id

    def kill(self) -> None:
        """End it as SIGKILL does, with everything that it started, and wait until it is gone."""
        if self.code is None:
            with suppress(ProcessLookupError):
                os.killpg(self.pid, signal.SIGKILL)
            with suppress(ProcessLookupError):  # it may not have made a group of its own yet
                os.kill(self.pid, signal.SIGKILL)
            self.code = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])

    def last_words(self) -> str:
        """The last line that it wrote to standard error, after a colon."""
        self.stderr.seek(0)
        lines = self.stderr.read().decode(errors="replace").split("\n")
        said = [line.strip() for line in lines if line.strip()]
        return f": {said[-1]}" if said else ""


@dataclass(frozen=True)
class Helper:
    """A process that is no part of the record. It ends when its line does."""

    pid: int
    line: int


class Nursery:
    """All processes of the run of ``job`` that there ever were, in the order of their births."""

    def __init__(self, job: Job) -> None:
        self.peers: list[Peer] = []
        self._job = job
        self._helpers: list[Helper] = []

    def fork(self, role: Role, rank: int) -> Peer:
        """Start a process of the program."""
        stderr = tempfile.TemporaryFile()  # noqa: SIM115  closed by end
        mine, theirs = socket.socketpair()
        parent = os.getpid()
        pid = os.fork()
        if pid == 0:
            with suppress(RuntimeError):
                asyncio._set_running_loop(None)  # the conductor's
            null = os.open(os.devnull, os.O_RDWR)
            os.dup2(null, 0)
            os.dup2(null, 1)
            os.dup2(stderr.fileno(), 2)
            line = theirs.detach()
            keep_only([line, *role.files])
            be(self._job, role, line, parent)
        theirs.close()
        peer = Peer(role.own, rank, pid, mine, stderr, role.listener)
        self.peers.append(peer)
        return peer

    def fork_store(self, listener: socket.socket) -> None:
        """Start the in-memory Redis behind that socket."""
        parent = os.getpid()
        reading, writing = os.pipe()
        pid = os.fork()
        if pid == 0:
            keep_only([2, reading, listener.fileno()])
            try:
                from . import redis_store  # only who needs it loads fakeredis

                die_with(parent)
                start_unobserved(end_with, reading)
                redis_store.serve(listener)
            finally:
                os._exit(0)
        os.close(reading)
        listener.close()
        self._helpers.append(Helper(pid, writing))

    def end(self) -> None:
        """Leave nothing behind: end every process with what it started, wait for it, close all."""
        for peer in self.peers:
            peer.line.close()
            peer.kill()
            peer.stderr.close()
        for helper in self._helpers:
            os.close(helper.line)
            with suppress(ProcessLookupError):
                os.kill(helper.pid, signal.SIGKILL)
            os.waitpid(helper.pid, 0)
