"""Who is being sent what: connections, their runs, and the place in each slot's stream.

Nothing waits in line for a client. A slot's next chunk goes out when the one before has been
acknowledged, and until then the slot is only a small record here: no thread, no copy of the trace.
A client that does not acknowledge for long loses the run. A run on the wall clock goes on in the
background as long as somebody wants it, and is sent as it grows. Knows nothing of sockets: what to
send with, and where work runs in the background, is given.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from visualizer.lab.errors import LabError
from visualizer.lab.job import Job

from .chunks import Shelf
from .messages import Refusal
from .real import Growing, Real

log = logging.getLogger(__name__)

#: Sends (connection, event, message); the last argument is called when the client acknowledges.
Send = Callable[[str, str, dict[str, Any], Callable[..., None] | None], None]


@dataclass(frozen=True)
class Limits:
    """Bounds on one connection. ``patience`` and ``sweep`` are seconds.

    ``runs`` may be open at once; ``working`` slots may be with the lab, closed ones among them;
    ``unacknowledged`` chunks may be under way, those of closed runs among them.
    """

    runs: int = 8
    working: int = 32
    unacknowledged: int = 64
    patience: float = 60.0
    sweep: float = 5.0


class Source(Protocol):
    """What a slot is sent: ``chunk(number)`` of it, and ``end`` behind the last. Either may be
    None where it is not there yet."""

    @property
    def end(self) -> dict[str, Any] | None: ...

    def chunk(self, number: int, /) -> dict[str, Any] | None: ...


@dataclass(eq=False)
class Stream:
    """One slot of a run. ``next`` is the chunk to send; ``since`` when the last one was sent.

    ``growing`` is what has come of a run on the wall clock.
    """

    run: Run
    slot: int
    job: Job
    next: int = 0
    since: float | None = None
    growing: Growing | None = None


@dataclass(eq=False)
class Run:
    """A run that is open: its streams are those slots that have not ended."""

    id: str
    connection: Connection
    streams: dict[int, Stream] = field(default_factory=dict)
    open: bool = True


@dataclass(eq=False)
class Connection:
    id: str
    runs: dict[str, Run] = field(default_factory=dict)
    working: int = 0
    unacknowledged: int = 0


class Streams:
    """All connections. Safe for threads; never sends while it holds its lock."""

    def __init__(
        self,
        shelf: Shelf,
        real: Real,
        send: Send,
        spawn: Callable[..., object],
        sleep: Callable[[float], object],
        limits: Limits | None = None,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self.limits = limits or Limits()
        self._shelf = shelf
        self._real = real
        self._send = send
        self._spawn = spawn
        self._sleep = sleep
        self._sweeping = False
        self._now = now
        self._connections: dict[str, Connection] = {}
        self._lock = threading.RLock()

    def connect(self, connection: str) -> None:
        with self._lock:
            self._connections[connection] = Connection(connection)
            first, self._sweeping = not self._sweeping, True
        if first:
            self._spawn(self._keep_sweeping)

    def disconnect(self, connection: str) -> None:
        with self._lock:
            gone = self._connections.pop(connection, None)
            for run in list(gone.runs.values()) if gone else []:
                self._drop(run)

    def open(
        self, connection: str, run: str, jobs: Mapping[int, Job], after: Mapping[int, int]
    ) -> Callable[[], None]:
        """Open a run, in place of one with the same id. Raises ``Refusal``.

        Nothing is sent before the returned function is called, so that the answer goes first.
        """
        with self._lock:
            here = self._connections.get(connection)
            if here is None:
                raise Refusal("closed", "This connection is closed.")
            if run in here.runs:
                self._drop(here.runs[run])
            self._check_bounds(here, len(jobs))
            self._real.reserve(sum(job.clock == "wall" for job in jobs.values()))
            opened = here.runs[run] = Run(run, here)
            for slot, job in jobs.items():
                opened.streams[slot] = Stream(opened, slot, job, after.get(slot, -1) + 1)
            here.working += len(jobs)
            streams = list(opened.streams.values())

        def start() -> None:
            for stream in streams:
                self._spawn(self._work, stream)

        return start

    def close(self, connection: str, run: str) -> None:
        """Stop a run. Raises ``Refusal`` if it is not open."""
        with self._lock:
            here = self._connections.get(connection)
            if here is None or run not in here.runs:
                raise Refusal("unknown_run", "No such run is open on this connection.", "run")
            self._drop(here.runs[run])

    def sweep(self) -> None:
        """Drop runs whose client has been silent for too long."""
        with self._lock:
            limit = self._now() - self.limits.patience
            late = [
                stream
                for connection in self._connections.values()
                for run in connection.runs.values()
                for stream in run.streams.values()
                if stream.since is not None and stream.since < limit
            ]
            for stream in late:
                self._drop(stream.run)
        message = f"No chunk was acknowledged for {self.limits.patience:g} s; open the run again."
        for stream in late:
            self._problem(stream, {"code": "silent", "message": message})

    def count(self) -> tuple[int, int]:
        """How many connections and open runs there are."""
        with self._lock:
            return len(self._connections), sum(len(c.runs) for c in self._connections.values())

    def _keep_sweeping(self) -> None:
        """In the background, as long as anybody is connected."""
        while True:
            self._sleep(self.limits.sweep)
            self.sweep()
            with self._lock:
                if not self._connections:
                    self._sweeping = False
                    return

    def _check_bounds(self, here: Connection, slots: int) -> None:
        limits = self.limits
        if len(here.runs) >= limits.runs:
            message = f"{limits.runs} runs are open on this connection; close one first."
            raise Refusal("too_many_runs", message)
        if here.working + slots > limits.working:
            raise Refusal("busy", "Too many runs are being worked on; try again in a moment.")
        if here.unacknowledged + slots > limits.unacknowledged:
            raise Refusal("silent", "Acknowledge the chunks that were sent first.")

    def _drop(self, run: Run) -> None:
        run.open = False
        run.streams.clear()
        run.connection.runs.pop(run.id, None)

    def _work(self, stream: Stream) -> None:
        """In the background: have the trace made, and send the first of it."""
        source: Source | None = None
        fault: dict[str, Any] | None = None
        try:
            if stream.job.clock == "wall":
                source = self._run_for_real(stream)
            else:
                source = self._shelf.get(stream.job, lambda: stream.run.open)
        except LabError as error:
            fault = {
                "code": error.code,
                "message": error.message,
                "file": error.file,
                "line": error.line,
            }
        except Exception:  # the edge of a background task: whatever it is, the client must hear
            log.exception("run of %s %s failed", stream.job.scenario, stream.job.variant)
            fault = {"code": "internal", "message": "The server could not run this; it is logged."}
        with self._lock:
            stream.run.connection.working -= 1
        if fault is not None:
            if self._ended(stream):
                self._problem(stream, fault)
        elif source is not None:
            self._advance(stream, source)

    def _run_for_real(self, stream: Stream) -> Source | None:
        """Send the run as it grows, until it is over or nobody wants it any more."""
        growing = stream.growing = Growing()

        def advance() -> bool:
            self._advance(stream, growing)
            return stream.run.open

        try:
            if not stream.run.open:
                return None
            self._real.run(stream.job, growing, advance)
        finally:
            self._real.give_back()
        return growing

    def _advance(self, stream: Stream, source: Source) -> None:
        """Send the next chunk if the one before has been acknowledged, or the end."""
        run = stream.run
        with self._lock:
            if not run.open or stream.since is not None:
                return
            number = stream.next
            fields = source.chunk(number)
            if fields is not None:
                stream.next += 1
                stream.since = self._now()
                run.connection.unacknowledged += 1
        if fields is not None:
            place = {"run": run.id, "slot": stream.slot, "chunk": number}
            self._send(
                run.connection.id,
                "chunk",
                {**place, **fields},
                lambda *_: self._acknowledged(stream, number),
            )
        elif (end := source.end) is not None and self._ended(stream):
            message = {"run": run.id, "slot": stream.slot, **end}
            self._send(run.connection.id, "end", message, None)

    def _acknowledged(self, stream: Stream, number: int) -> None:
        with self._lock:
            connection = stream.run.connection
            connection.unacknowledged -= 1
            if not stream.run.open or stream.next != number + 1:
                return
            stream.since = None
            source = stream.growing or self._shelf.peek(stream.job)
            if source is None:  # it has made room for others meanwhile
                connection.working += 1
        if source is None:
            self._spawn(self._work, stream)
        else:
            self._advance(stream, source)

    def _ended(self, stream: Stream) -> bool:
        """Take the stream out of its run, and the run away with its last; False if it was out."""
        with self._lock:
            run = stream.run
            if run.streams.pop(stream.slot, None) is None:
                return False
            if not run.streams:
                self._drop(run)
            return True

    def _problem(self, stream: Stream, fault: dict[str, Any]) -> None:
        place = {"run": stream.run.id, "slot": stream.slot}
        message = {**place, "file": None, "line": None, **fault}
        self._send(stream.run.connection.id, "problem", message, None)
