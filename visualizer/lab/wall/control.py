"""A process's line to its conductor: what happened goes out, and the beginning and the end come in.

The line also is what the process lives by: when its other end closes, however the conductor
died, the process ends at once. It works in a thread of its own that nobody observes, with functions
as they were before any program could replace them.
"""

from __future__ import annotations

import ctypes
import os
import select
import signal
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import msgspec

from visualizer.lab import frames
from visualizer.lab.errors import LabError
from visualizer.lab.sights import Message

from .recorder import WallRecorder

TELL = 0.05
"""Seconds after which what has happened is told."""

_exit, _read, _write, _select = os._exit, os.read, os.write, select.select
_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder().decode
_PR_SET_PDEATHSIG = 1


def die_with(parent: int) -> None:
    """Let the system end this process when ``parent`` ends, where it can (Linux).

    The line does the same everywhere, if the process gets the interpreter lock.
    """
    if sys.platform == "linux":
        with suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:
            _exit(0)


def end_with(line: int) -> None:
    """End this process when the other end of ``line`` is closed."""
    _read(line, 1)
    _exit(0)


class Control:
    """This process's end of the line, a socket's file descriptor."""

    def __init__(self, line: int) -> None:
        self._line = line

    def sink(self, messages: list[Message]) -> None:
        """Tell what happened. Called by one thread at a time."""
        self._say(frames.messages_frame(messages))

    def failed(self, error: LabError) -> None:
        """There is nothing to run."""
        self._say(frames.failure_frame(error))

    def ready(self, queues: list[str] | None = None) -> None:
        """This process has loaded the program, and could serve, or work for those queues."""
        self._say(frames.frame("A", _encode(queues or [])))

    def listen(self, recorder: WallRecorder, drain: Callable[[], None]) -> None:
        """Follow the conductor until the end. Runs in a thread of its own, and never returns."""
        reader = frames.Reader()
        while True:
            ready, _, _ = _select([self._line], [], [], TELL)
            data = _read(self._line, 1 << 12) if ready else None
            if data == b"":
                _exit(0)
            for _, body in reader.feed(data or b""):
                self._follow(_decode(body), recorder, drain)
            recorder.flush()

    def _follow(self, order: Any, recorder: WallRecorder, drain: Callable[[], None]) -> None:
        if order is not None:
            recorder.begin_at(order)
            self.ready()
            return
        drain()
        recorder.flush()
        self._say(frames.frame("D"))
        _exit(0)

    def _say(self, data: bytes) -> None:
        view = memoryview(data)
        try:
            while view:
                view = view[_write(self._line, view) :]
        except OSError:
            _exit(0)  # nobody listens any more


def wait_for_ever() -> None:
    """What the first thread does while others work."""
    while True:
        time.sleep(3600)
