"""Processes that the program itself starts, on the wall clock: the conductor forks them.

To a process of the program it is what the fork server of ``multiprocessing`` is: it gets two pipes
and whatever else the child is to have open, forks the child, and writes into one of the pipes the
child's number and, when it has ended, its status (``multiprocessing_`` is the other side). So
children are processes of the run like all others: recorded, watched, and ended with it.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing import forkserver
from typing import TYPE_CHECKING

import msgspec

from visualizer.lab.process import OTHER, Process

from . import keeper

if TYPE_CHECKING:
    from .nursery import Peer

MOST_FILES = 250
"""Files that a child can be given."""

_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(str | None).decode


@dataclass(frozen=True)
class Starts:
    """How a process starts others: it ``asks`` for them, and ``tells`` the keeper of names."""

    asks: socket.socket
    tells: socket.socket


@dataclass(frozen=True)
class Work:
    """What a child is for: it reads that from ``data``. ``lane`` is where it was asked for.

    ``inherited`` are files that the child gets, as ``multiprocessing`` counts them.
    """

    data: int
    inherited: list[int]
    lane: str | None


class Children:
    """``starts`` is what all processes have. ``start`` forks a child.

    Forks the keeper of names, too, and so comes before anything that needs a thread.
    """

    def __init__(self, start: Callable[[Process, Work], Peer]) -> None:
        asks, self.hears = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._keeper = keeper.Keeper()
        self.starts = Starts(asks, self._keeper.tells)
        self._start = start
        self._count = 0
        #: Where to write with what status each ended.
        self._status: dict[Peer, int] = {}

    def hear(self) -> None:
        """Somebody asks for a child."""
        body, files, _, _ = socket.recv_fds(self.hears, 1 << 12, MOST_FILES)
        data, status, *inherited = files
        self._count += 1
        name = f"process-{self._count}"
        own = Process(name, "child", 2 * OTHER + self._count, self._count)
        peer = self._start(own, Work(data, inherited, _decode(body)))
        for file in (data, *inherited):
            os.close(file)
        self._status[peer] = status
        _write(status, peer.pid)

    def ended(self, peer: Peer) -> None:
        """A process has ended: if it is a child, tell who asked for it."""
        status = self._status.pop(peer, None)
        if status is not None and peer.code is not None:
            _write(status, peer.code)
            os.close(status)

    def end(self) -> None:
        """All others have ended: close everything."""
        for status in self._status.values():
            os.close(status)
        self.starts.asks.close()
        self.hears.close()
        self._keeper.end()


def _write(file: int, number: int) -> None:
    with suppress(BrokenPipeError):  # who asked has gone
        forkserver.write_signed(file, number)


def ask(asks: socket.socket, lane: str | None, files: list[int]) -> None:
    """In a process of the program: ask for a child that is to have those files."""
    socket.send_fds(asks, [_encode(lane)], files)
