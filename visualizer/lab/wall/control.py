"""A process's line to its conductor: what happened goes out, and the beginning and the end come in.

The line also is what the process lives by: when its other end closes, however the conductor
died, the process ends at once. It works in a thread of its own that nobody observes, with functions
as they were before any program could replace them.
"""

from __future__ import annotations

import _thread
import ctypes
import os
import select
import signal
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Literal, TypeAlias

import msgspec

from visualizer.lab import frames
from visualizer.lab.errors import LabError
from visualizer.lab.sights import Message

from .recorder import WallRecorder

TELL = 0.05
"""Seconds after which what has happened is told."""

#: What the conductor says. ``begin``: time 0 is then (ns of the system's monotonic clock), and this
#: process takes part from now on. ``tell``: say at once what has happened so far. ``leave``: do
#: what has been begun, and end. ``end``: it is all over.
Order: TypeAlias = tuple[Literal["begin", "tell", "leave", "end"], int]

_exit, _read, _write, _close = os._exit, os.read, os.write, os.close
_select, _real_lock = select.select, _thread.allocate_lock
_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(Order).decode
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


class Flag:
    """Something that happens once, and that any thread can wait for, also along with sockets."""

    def __init__(self) -> None:
        self._reading, self._writing = os.pipe()

    def fileno(self) -> int:
        """Can be read from as soon as it has happened."""
        return self._reading

    def set(self) -> None:
        """It has happened."""
        if self._writing >= 0:
            _close(self._writing)
            self._writing = -1

    def wait(self) -> None:
        """Until it has happened. No instrument is told."""
        _select([self._reading], [], [])


class Control:
    """This process's end of the line, a socket's file descriptor."""

    def __init__(self, line: int) -> None:
        self._line = line
        self._saying = _real_lock()
        #: The process has been told to take part, and to leave.
        self.begun, self.leaving = Flag(), Flag()

    def sink(self, messages: list[Message]) -> None:
        """Tell what happened. Called by one thread at a time."""
        self._say(frames.messages_frame(messages))

    def failed(self, error: LabError) -> None:
        """There is nothing to run."""
        self._say(frames.failure_frame(error))

    def ready(self, queues: list[str] | None = None) -> None:
        """This process has loaded the program, and could serve, or work for those queues."""
        self._say(frames.frame("A", _encode(queues or [])))

    def end(self, recorder: WallRecorder, drain: Callable[[], None], status: int = 0) -> None:
        """Tell what is left to tell, and when (ns) it was over; end this process."""
        drain()
        recorder.flush()
        self._say(frames.frame("D", _encode(recorder.now)))
        _exit(status)

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

    def _follow(self, order: Order, recorder: WallRecorder, drain: Callable[[], None]) -> None:
        what, origin = order
        if what == "begin":
            recorder.begin_at(origin)
            self.ready()
            self.begun.set()
        elif what == "tell":
            recorder.flush()
            self._say(frames.frame("V"))
        elif what == "leave":
            self.leaving.set()
        else:
            self.end(recorder, drain)

    def _say(self, data: bytes) -> None:
        view = memoryview(data)
        try:
            with self._saying:
                while view:
                    view = view[_write(self._line, view) :]
        except OSError:
            _exit(0)  # nobody listens any more


def wait_for_ever() -> None:
    """What the first thread does while others work."""
    while True:
        time.sleep(3600)
