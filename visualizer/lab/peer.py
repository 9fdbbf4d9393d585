"""A process of a run as the coordinator sees it: when its next event is, and how it is answered."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import Any

import msgspec
import psutil

from visualizer.clock.virtual import NEVER

from . import frames
from .process import Process
from .watch import Program

_encode = msgspec.msgpack.Encoder().encode


@dataclass(eq=False)
class Peer:
    """A process of the run. ``next`` is its next event (ns), ``inbox`` what wakes it before.

    One that is ``retiring`` ends as soon as it has done what it has begun.
    """

    own: Process
    program: Program
    next: int = 0
    quiet: bool = False
    inbox: list[str] = field(default_factory=list)
    woken: int = NEVER
    retiring: bool = False
    greeted: bool = False
    reader: frames.Reader = field(default_factory=frames.Reader)

    def __post_init__(self) -> None:
        self.name = self.own.id
        self.process = psutil.Process(self.program.pid)

    def wake(self, key: str, now: int) -> None:
        self.inbox.append(key)
        self.woken = min(self.woken, now)

    def answer(self, kind: str, limit: int, now: int, value: Any) -> None:
        """Let it go on up to ``limit``; with this it learns what has woken it. See ``link``."""
        keys, self.inbox, self.woken = self.inbox, [], NEVER
        data = memoryview(frames.frame("V", _encode([kind, limit, now, keys, value])))
        try:
            while data:
                data = data[os.write(self.program.output, data) :]
        except BrokenPipeError:
            pass  # it has ended, which reading will tell

    def read(self) -> bytes | None:
        """What it has said, empty if it has ended. None if it says nothing for a while."""
        try:
            return os.read(self.program.output, 1 << 16)
        except BlockingIOError:
            return None  # after ``WATCH``
        except ConnectionResetError:
            return b""


def earliest(peers: list[Peer], but: Peer | None = None) -> tuple[Peer | None, int]:
    """Whose event comes first, of all or of all others, and when (ns)."""
    first, at = None, NEVER
    for peer in peers:
        if peer is not but:
            own = peer.next if peer.next < peer.woken else peer.woken
            if own < at or first is None:
                first, at = peer, own
    return first, at
