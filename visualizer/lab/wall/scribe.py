"""Tells whoever asked of a run on the wall clock while it goes on.

The conductor lives in the users' time and must not be held up. So it only notes down what it hears,
in a file, which never makes it wait; another process, forked before all others, reads the notes,
makes the trace so far now and then, and sends what has grown. Processes tell what happened a little
late, so the trace so far ends ``BEHIND`` the present.
"""

from __future__ import annotations

import gc
import os
import select
import signal
import socket
import sys
import tempfile
import time
import traceback
from contextlib import suppress

import msgspec

from visualizer.clock import NS
from visualizer.lab import frames
from visualizer.trace import About, EventError, Trace, derive
from visualizer.trace.events import Cut, End, Event
from visualizer.trace.growing import Growth

from .control import die_with
from .merge import Died, Happened, Told, merged

EVERY = 0.2
"""Seconds between two looks at the notes at least."""

SHARE = 4
"""Making the trace so far takes at most one part of so many of the time."""

BEHIND = int(0.1 * NS)
"""Nanoseconds by which the trace so far is behind: what happened has been told by then."""

PATIENCE = 5.0
"""Seconds for which the conductor waits for a message that is being sent."""


class _Note(msgspec.Struct, array_like=True):
    """One thing that was told, an ``event`` or what befell the process itself; or time 0 (ns)."""

    rank: int = 0
    process: str = ""
    event: Event | None = None
    died: Died | None = None
    happened: Happened | None = None
    origin: int | None = None


_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(_Note).decode


class Scribe:
    """The conductor's side. Forks, and so comes before anything that needs a thread.

    ``listener`` is the server's socket, which the other process must not hold open.
    """

    def __init__(self, about: About, client: socket.socket, listener: socket.socket) -> None:
        self._notes = tempfile.TemporaryFile()  # noqa: SIM115  closed by end
        parent = os.getpid()
        reading, self._line = os.pipe()
        self._pid = os.fork()
        if self._pid == 0:
            os.close(self._line)
            listener.close()
            _be(about, self._notes.fileno(), reading, client, parent)
        os.close(reading)

    def begins(self, origin: int) -> None:
        """Time 0 is then, on the system's monotonic clock (ns)."""
        self._write(_Note(origin=origin))

    def note(self, rank: int, process: str, event: Event | Died | Happened) -> None:
        if isinstance(event, Died):
            self._write(_Note(rank, process, died=event))
        elif isinstance(event, Happened):
            self._write(_Note(rank, process, happened=event))
        else:
            self._write(_Note(rank, process, event))

    def end(self) -> None:
        """Let it finish the message that it is sending, and end it. Nothing is sent after this."""
        os.close(self._line)
        end = time.monotonic() + PATIENCE
        while os.waitpid(self._pid, os.WNOHANG) == (0, 0):
            if time.monotonic() > end:  # nobody takes what it sends
                os.kill(self._pid, signal.SIGKILL)
                os.waitpid(self._pid, 0)
                break
            time.sleep(0.002)
        self._notes.close()

    def _write(self, note: _Note) -> None:
        data = frames.frame("E", _encode(note))
        while data:
            data = data[os.write(self._notes.fileno(), data) :]


def _be(about: About, notes: int, line: int, client: socket.socket, parent: int) -> None:
    """Be the scribe, for good: until the conductor closes the line, or nobody listens."""
    try:
        die_with(parent)
        os.nice(10)  # the run comes first
        gc.enable()  # unlike its parent it makes many traces
        with suppress(OSError):  # whoever asked has gone
            _tell(about, notes, line, client)
    except BaseException:
        traceback.print_exc(file=sys.stderr)
    finally:
        os._exit(0)


def _tell(about: About, notes: int, line: int, client: socket.socket) -> None:
    growth, told = Growth(), _Notes(notes)
    pause = EVERY
    while not select.select([line], [], [], pause)[0]:
        began = time.monotonic()
        told.read()
        until = told.now() - BEHIND
        if until > 0 and (trace := told.trace(about, until)) is not None:
            body = growth.more(trace, until / NS)
            client.sendall(frames.frame("G", msgspec.msgpack.encode(body)))
        pause = max(EVERY, (SHARE - 1) * (time.monotonic() - began))


class _Notes:
    """What the conductor has noted so far. ``file`` is shared with it: each has its own place."""

    def __init__(self, file: int) -> None:
        self._file = file
        self._place = 0
        self._reader = frames.Reader()
        self._told: list[Told] = []
        self._origin: int | None = None

    def read(self) -> None:
        while data := os.pread(self._file, 1 << 20, self._place):
            self._place += len(data)
            for _, body in self._reader.feed(data):
                self._take(_decode(body))

    def now(self) -> int:
        """Nanoseconds since time 0; 0 where that is not known yet."""
        return 0 if self._origin is None else time.monotonic_ns() - self._origin

    def trace(self, about: About, until: int) -> Trace | None:
        """The trace until then (ns).

        None for what makes no sense yet, as some process has not told its part: later it will.
        """
        try:
            events = merged([each for each in self._told if each[2].t <= until])
            past = [event for event in events if not isinstance(event, (Cut, End))]
            return derive(about, [*past, End(until)])
        except (EventError, KeyError):
            return None

    def _take(self, note: _Note) -> None:
        if note.origin is not None:
            self._origin = note.origin
        event = note.event or note.died or note.happened
        if event is not None:
            self._told.append((note.rank, note.process, event))
