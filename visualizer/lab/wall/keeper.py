"""Semaphores and shared memory with names, which outlive who made them: somebody has to tidy up.

``multiprocessing`` has a process for that, its resource tracker. A run has one of its own, forked
by the conductor: it hears of each name that is made or given up, and when nobody is left who could
tell it more, however all others have ended, it removes those that are left.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from contextlib import suppress
from multiprocessing import resource_tracker
from typing import Any, Literal

import msgspec

from visualizer.clock import replace

from .files import keep_only

_encode = msgspec.msgpack.Encoder().encode
#: What is told: whether the name is made or given up, the name, and of what kind it is.
_decode = msgspec.msgpack.Decoder(tuple[Literal["made", "gone"], str, str]).decode


class Keeper:
    """The conductor's side. ``tells`` is what all processes have, and tell it with."""

    def __init__(self) -> None:
        self.tells, hears = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._pid = os.fork()
        if self._pid == 0:
            try:
                keep_only([hears.fileno()])
                os.setsid()
                _keep(hears)
            finally:
                os._exit(0)
        hears.close()

    def end(self) -> None:
        """All others have ended: let it tidy up."""
        self.tells.close()
        os.waitpid(self._pid, 0)


def _keep(hears: socket.socket) -> None:
    """Until nobody can tell anything any more."""
    names: set[tuple[str, str]] = set()
    while data := hears.recv(1 << 12):
        what, name, kind = _decode(data)
        (names.add if what == "made" else names.discard)((name, kind))
    removers: dict[str, Callable[[str], None]] = vars(resource_tracker)["_CLEANUP_FUNCS"]
    for name, kind in names:
        with suppress(FileNotFoundError):
            removers[kind](name)


class _Tracker(resource_tracker.ResourceTracker):
    """What ``multiprocessing`` takes for its own."""

    def __init__(self, tells: socket.socket) -> None:
        super().__init__()
        self._tells = tells

    def getfd(self) -> int:
        return self._tells.fileno()

    def ensure_running(self) -> None:
        """It has been since the run began."""

    def register(self, name: Any, rtype: str) -> None:
        self._tells.send(_encode(("made", name, rtype)))

    def unregister(self, name: Any, rtype: str) -> None:
        self._tells.send(_encode(("gone", name, rtype)))


def tell(tells: socket.socket) -> None:
    """Let ``multiprocessing`` of this process tell the run's keeper of its names."""
    own = _Tracker(tells)
    names = ("register", "unregister", "ensure_running", "getfd")
    replace(resource_tracker, _resource_tracker=own, **{name: getattr(own, name) for name in names})
