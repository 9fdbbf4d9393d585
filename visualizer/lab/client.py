"""The lab as the rest of the product sees it: a job goes in, a trace comes out.

Runs happen in processes forked from a warmed one, never in the caller's. The caller's thread
waits on a socket, so under eventlet or gevent (monkey-patched) everything else goes on. Where
there is no fork, each run starts a process of its own.
"""

from __future__ import annotations

import atexit
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from visualizer.trace import Trace, decode
from visualizer.trace.growing import Grown
from visualizer.trace.records import Truncated, Unreproducible

from . import frames
from .cache import Cache, default_folder, key_of
from .errors import LabError
from .job import Job, encode_job
from .supervisor import CAN_FORK, supervise

START_SECONDS = 30
"""Real seconds that the warmed process may take to listen."""

AT_ONCE = 2 * (os.cpu_count() or 1)
"""Runs at the same time; more wait their turn."""

REAL_AT_ONCE = 2
"""Runs on the wall clock at the same time. They take their time, and disturb each other."""

HEAR_SECONDS = 0.2
"""Real seconds after which it is asked whether a run that is followed is still wanted."""

NO_ANSWER = "the lab's process ended before it answered; try again"
UNWANTED = "nobody waits for this run any more"
NO_FORK = "runs on the wall clock need a system whose processes can fork"

#: Limits whose reaching depends on the machine: such a trace is not worth keeping.
_MACHINE_LIMITS = frozenset({"real_seconds", "memory_mb", "crash", "closed"})


class _Ending(msgspec.Struct):
    """All that has to be known of a trace to keep it; decoded in a tenth of the time."""

    truncated: Truncated | None
    unreproducible: list[Unreproducible] = []


_decode_grown = msgspec.msgpack.Decoder(Grown).decode
_decode_ending = msgspec.json.Decoder(_Ending).decode

DEFAULT = Path("<the default folder>")


class Lab:
    """Runs jobs and keeps their traces.

    ``cache_dir`` is the folder for traces, None for none on disk. Use it as a context manager, or
    call ``close`` when done; the warmed process also ends when this process does.
    """

    def __init__(self, cache_dir: Path | None = DEFAULT, fork: bool = CAN_FORK) -> None:
        self._cache = Cache(default_folder() if cache_dir is DEFAULT else cache_dir)
        self._fork = fork
        self._warm: WarmProcess | None = None
        self._lock = threading.Lock()
        self._running: dict[str, threading.Lock] = {}
        self._places = threading.BoundedSemaphore(AT_ONCE)
        self._real = threading.BoundedSemaphore(REAL_AT_ONCE)

    def __enter__(self) -> Lab:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def run(self, job: Job) -> Trace:
        """The trace of ``job``. Raises LabError where there is none."""
        return decode(self.run_json(job))

    def run_json(self, job: Job) -> bytes:
        """The trace of ``job`` as JSON. Raises LabError where there is none."""
        if job.root is not None or job.clock == "wall":
            return self._execute(job)  # depends on what may change between two runs
        key = key_of(job)
        with self._alone(key):
            body = self._cache.get(key)
            if body is None:
                body = self._execute(job)
                ending = _decode_ending(body)
                limit = ending.truncated.limit if ending.truncated is not None else ""
                if limit not in _MACHINE_LIMITS and not ending.unreproducible:
                    self._cache.put(key, body)
            return body

    def follow(self, job: Job, hear: Callable[[Grown | None], bool]) -> Trace:
        """Run ``job`` on the wall clock, and tell of it while it goes on.

        ``hear`` is called some times a second, with what is new if anything is; when it answers
        False the run is ended at once. Raises LabError as ``run``, and ``closed`` then.
        """
        if not self._fork:
            raise LabError("lab", NO_FORK)
        with self._real:
            return decode(self._warmed().follow(job, hear))

    def warm(self) -> None:
        """Start the warmed process now, so that the first run is fast."""
        if self._fork:
            self._warmed()

    def close(self) -> None:
        """End the warmed process. A later run would start a new one."""
        with self._lock:
            warm, self._warm = self._warm, None
        if warm is not None:
            warm.close()

    @contextmanager
    def _alone(self, key: str) -> Iterator[None]:
        """Let equal jobs wait for the first of them instead of running twice."""
        with self._lock:
            lock = self._running.setdefault(key, threading.Lock())
        try:
            with lock:
                yield
        finally:
            with self._lock:
                self._running.pop(key, None)

    def _execute(self, job: Job) -> bytes:
        if job.clock == "wall" and not self._fork:
            raise LabError("lab", NO_FORK)
        with self._real if job.clock == "wall" else self._places:
            return self._warmed().run(job) if self._fork else supervise(job, fork=False)

    def _warmed(self) -> WarmProcess:
        with self._lock:
            if self._warm is None or not self._warm.alive():
                if self._warm is not None:
                    self._warm.close()
                self._warm = WarmProcess()
            return self._warm


class WarmProcess:
    """The process that forks: started here, asked through a Unix socket in a private folder."""

    def __init__(self) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="meanwhile-"))
        self._address = str(self._folder / "lab")
        self._process = subprocess.Popen(
            [sys.executable, "-m", "visualizer.clock", "visualizer.lab.warm", self._address],
            stdin=subprocess.PIPE,  # it ends when this end closes, however we die
            env=environment(),
        )
        atexit.register(self.close)
        self._connect(START_SECONDS).close()

    def alive(self) -> bool:
        return self._process.poll() is None

    def run(self, job: Job) -> bytes:
        with self._connect(START_SECONDS) as connection:
            connection.sendall(frames.frame("J", encode_job(job)))
            reader = frames.Reader()
            while data := _received(connection):
                for kind, body in reader.feed(data):
                    return _answered(kind, body)
        raise LabError("lab", NO_ANSWER)

    def follow(self, job: Job, hear: Callable[[Grown | None], bool]) -> bytes:
        with self._connect(START_SECONDS) as connection:
            connection.sendall(frames.frame("L", encode_job(job)))
            connection.settimeout(HEAR_SECONDS)
            reader = frames.Reader()
            while True:
                try:
                    data = _received(connection)
                except TimeoutError:
                    data = None
                if data == b"":
                    raise LabError("lab", NO_ANSWER)
                for kind, body in reader.feed(data or b""):
                    if kind != "G":
                        return _answered(kind, body)
                    if not hear(_decode_grown(body)):
                        raise LabError("closed", UNWANTED)
                if not hear(None):
                    raise LabError("closed", UNWANTED)

    def close(self) -> None:
        atexit.unregister(self.close)
        if self._process.stdin is not None:
            self._process.stdin.close()
        self._process.wait()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _connect(self, patience: float) -> socket.socket:
        end = time.monotonic() + patience
        while True:
            connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            try:
                connection.connect(self._address)
                return connection
            except OSError as error:
                connection.close()
                if not self.alive() or time.monotonic() > end:
                    raise LabError("lab", f"the lab's process does not answer: {error}") from error
                time.sleep(0.01)


def _answered(kind: str, body: bytes) -> bytes:
    """The trace. Raises LabError for a failure."""
    if kind == "F":
        raise frames.read_failure(body)
    return body


def _received(connection: socket.socket) -> bytes:
    """What has come; nothing once the other end has gone, in whatever way."""
    try:
        return connection.recv(1 << 16)
    except ConnectionResetError:
        return b""


def environment() -> dict[str, str]:
    """What the lab's processes see of the environment: the same on every machine."""
    kept = ("PATH", "PYTHONPATH", "VIRTUAL_ENV", "SYSTEMROOT", "TEMP", "TMPDIR")
    here = str(Path(__file__).resolve().parents[2])
    paths = [here, *filter(None, [os.environ.get("PYTHONPATH")])]
    return {
        **{name: os.environ[name] for name in kept if name in os.environ},
        "PYTHONPATH": os.pathsep.join(paths),
        "PYTHONHASHSEED": "0",
        "PYTHONDONTWRITEBYTECODE": "1",
        "TZ": "UTC",
        "LC_ALL": "C.UTF-8",
        "HOME": os.sep,
        "FLASK_RUN_FROM_CLI": "true",  # as under ``flask run``: app.run() in a program is ignored
    }
