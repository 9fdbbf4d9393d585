"""What a program sees of the machine: fixed names, seeded chance, captured output, no way out.

Two runs of the same job must not differ, so the process id, the host name and every source of
chance come from the job. A program can print, compute and wait; opening sockets or starting other
programs is refused with a sentence that says so.
"""

from __future__ import annotations

import atexit
import importlib.util
import io
import itertools
import linecache
import os
import random
import signal
import socket
import sys
import tempfile
import threading
import uuid
from collections.abc import Callable, Sequence
from random import Random
from types import FrameType
from typing import Any

from visualizer.clock import replace
from visualizer.trace.events import Stream

from .recorder import Lane, Recorder
from .values import hide_folder

PROCESS_ID = 1000
HOST = "web"
PROCESSORS = 4

_REFUSED = {
    "socket.connect": "opens a network connection",
    "socket.bind": "opens a network port",
    "socket.getaddrinfo": "looks up a host",
    "subprocess.Popen": "starts another program",
    "os.system": "starts another program",
    "os.exec": "starts another program",
    "os.posix_spawn": "starts another program",
    "os.fork": "forks",
    "os.forkpty": "forks",
    "os.kill": "sends a signal",
    "os.killpg": "sends a signal",
}


#: Parts of database drivers that open sockets in C, of which Python is not told.
_DRIVERS = frozenset(
    "psycopg2._psycopg psycopg_c psycopg_binary psycopg.pq MySQLdb._mysql _mysql_connector"
    " pymssql._mssql pyodbc oracledb.thick_impl cx_Oracle ibm_db asyncpg.protocol.protocol".split()
)


def keep_signal_handlers() -> None:
    """Let a program set handlers, as programs do at their start; no signal will ever come."""
    handlers: dict[int, Any] = {}
    plain = signal.getsignal

    def known(number: int) -> Any:
        return handlers[number] if number in handlers else plain(number)

    def set_handler(number: int, handler: Any) -> Any:
        if threading.current_thread() is not threading.main_thread():
            raise ValueError("signal only works in main thread of the main interpreter")
        before, handlers[number] = known(number), handler
        return before

    replace(signal, signal=set_handler, getsignal=known)


class Refused(RuntimeError):
    """The program asked for something that the lab does not give."""


class DriverRefused(Refused, ImportError):
    """It asked for a database driver. Who could do without, as eventlet could, sees no driver."""


DriverRefused.__name__ = Refused.__name__  # a reader of the message is told the same word


def seed_chance(seed: int, process: int = 0) -> None:
    """Let ``random``, ``uuid``, ``secrets`` and ``os.urandom`` draw from the seed.

    Processes of one run draw differently: ``process`` counts them from 0.
    """
    own = f"{seed} {process}" if process else f"{seed}"
    random.seed(own if process else seed)
    source = Random(f"chance {own}")
    names = Random(f"generators {own}")
    plain_seed = random.Random.seed

    aside = Random(f"imports {own}")

    def urandom(size: int) -> bytes:
        return (aside if imports_library(sys._getframe(1)) else source).randbytes(size)

    def seed_generator(self: Random, a: Any = None, version: int = 2) -> None:
        if a is None:
            a = (aside if imports_library(sys._getframe(1)) else names).getrandbits(64)
        plain_seed(self, a, version)

    replace(os, urandom=urandom)
    replace(random, _urandom=urandom)
    replace(uuid, _node=0x02_00_00_00_00_01)
    setattr(Random, "seed", seed_generator)  # noqa: B010  a plain assignment is no method to mypy
    replace(random, seed=getattr(random, "_inst").seed)  # noqa: B009  it was bound at import


def imports_library(frame: FrameType | None) -> bool:
    """Whether a library is being imported in that frame, and not a listing.

    What it draws and takes meanwhile must not change anything later: in another run the warmed
    process has imported the library already.
    """
    while frame is not None:
        if frame.f_code.co_name == "exec_module":
            return frame.f_code.co_filename == "<frozen importlib._bootstrap_external>"
        frame = frame.f_back
    return False


def number_pools_anew() -> None:
    """The program's first pool of threads is ``ThreadPoolExecutor-0``, whoever made others."""
    from concurrent.futures import ThreadPoolExecutor

    setattr(ThreadPoolExecutor, "_counter", itertools.count().__next__)  # noqa: B010  untyped


def fix_names(file: str, process: int = 0) -> None:
    """Let every process that runs ``file`` have the same id, host name and arguments.

    ``process`` counts the processes of one run from 0.
    """
    replace(os, cpu_count=lambda: PROCESSORS)
    replace(os, getpid=lambda: PROCESS_ID + process, getppid=lambda: PROCESS_ID - 1)
    replace(socket, gethostname=lambda: HOST)
    replace(sys, argv=[file])
    if hasattr(os, "uname"):
        system = os.uname()
        known = os.uname_result((system[0], HOST, *system[2:]))
        replace(os, uname=lambda: known)


def live_in(root: str, environment: dict[str, str]) -> None:
    """Be in the folder ``root``, a private copy, as if the program had been started there.

    Its ``.env`` and ``.flaskenv`` are read as Flask reads them. For good, refuse to write outside.
    """
    private = os.path.dirname(os.path.realpath(root))
    os.chdir(root)
    for name in ("TMPDIR", "TEMP", "TMP"):
        os.environ[name] = os.path.join(private, "tmp")
    tempfile.tempdir = None
    os.environ.update(environment)
    if importlib.util.find_spec("dotenv") is not None:
        dotenv = importlib.import_module("dotenv")
        for name in (".env", ".flaskenv"):
            dotenv.load_dotenv(os.path.join(root, name))
    hide_folder(root, ".")
    hide_folder(private, "")

    def audit(event: str, args: tuple[Any, ...]) -> None:
        for path in _written(event, args):
            if not isinstance(path, (str, bytes, os.PathLike)):
                continue  # a number: a file that is open already
            real = os.path.realpath(os.fsdecode(path))
            if real.startswith(f"{private}{os.sep}") or real == os.devnull:
                continue
            raise Refused(
                f"the program writes to {os.fsdecode(path)}: in the lab it has a copy of its own"
                " folder, and can write only there and to temporary files"
            )

    sys.addaudithook(audit)


_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND

#: Events of what changes files; the last argument is a folder that paths begin at, or -1.
_CHANGES = frozenset("os.mkdir os.rmdir os.remove os.chmod os.chown os.utime".split())
_MAKES = frozenset("os.rename os.link os.symlink".split())


def _written(event: str, args: tuple[Any, ...]) -> Sequence[Any]:
    """The paths that an audited event writes to."""
    if event == "open":
        return args[:1] if args[2] & _WRITING else ()
    if event in _CHANGES:
        return args[:1] if args[-1] == -1 else ()
    if event in _MAKES:
        return args[event != "os.rename" : 2] if args[-1] == -1 else ()
    if event == "os.truncate":
        return args[:1]
    return _database(str(args[0])) if event == "sqlite3.connect" else ()


def _database(name: str) -> Sequence[str]:
    """The file that SQLite may write to when it opens a database of that name."""
    path, _, options = name.removeprefix("file:").partition("?")
    in_memory = path in ("", ":memory:") or "mode=memory" in options
    return () if in_memory or "mode=ro" in options else (path,)


def refuse_drivers() -> None:
    """From now on, for good, refuse database drivers that reach the network below Python."""

    def audit(event: str, args: tuple[Any, ...]) -> None:
        if event == "import" and args[0] in _DRIVERS:
            driver = args[0].partition(".")[0]
            raise DriverRefused(
                f"the program uses {driver}, which reaches its database below Python: in the lab it"
                " can reach nothing outside itself; give it SQLite, by its own settings or --env"
            )

    sys.addaudithook(audit)


def refuse_the_world() -> None:
    """From now on, for good, refuse what would leave the process."""
    refuse_drivers()

    def audit(event: str, args: tuple[Any, ...]) -> None:
        what = _REFUSED.get(event)
        if what is not None:
            target = _target(event, args)
            raise Refused(
                f"the program {what}{target}: in the lab it can reach nothing outside itself"
            )

    sys.addaudithook(audit)


def _target(event: str, args: tuple[Any, ...]) -> str:
    if event.startswith("socket.") and len(args) > 1:
        return f" ({args[1] if event != 'socket.getaddrinfo' else args[0]!r})"
    return ""


class Writer(io.TextIOBase):
    """A stream that hands whole lines to the recorder, one buffer for each thread.

    ``flush`` hands on what a thread has printed of its line so far.
    """

    encoding = "utf-8"
    errors = "strict"

    def __init__(self, recorder: Recorder, stream: Stream) -> None:
        self._recorder = recorder
        self._stream = stream
        self._parts: dict[int, list[str]] = {}
        self._lanes: dict[int, Lane | None] = {}
        self.name = f"<{stream}>"
        self.buffer = _Bytes(self)

    def writable(self) -> bool:
        return True

    def reconfigure(self, **settings: object) -> None:
        """As of a real stream; there is nothing to set here."""

    def write(self, text: str, /) -> int:
        if type(text) is not str:
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        if not text:
            return 0
        if self._stream == "stdout" and not text.isascii():
            text.encode(self.encoding, self.errors)  # raises what the real stream would
        ident = threading.get_ident()
        parts = self._parts.setdefault(ident, [])
        if not parts:
            self._lanes[ident] = self._recorder.lane()
        parts.append(text)
        if "\n" in text:
            lines, newline, rest = "".join(parts).rpartition("\n")
            parts[:] = [rest] if rest else []
            self._recorder.output(self._stream, lines + newline)
        return len(text)

    def flush(self) -> None:
        self._hand_on(threading.get_ident())

    def drain(self) -> None:
        """Hand on what has no line end yet."""
        for ident in self._parts:
            self._hand_on(ident)

    def _hand_on(self, ident: int) -> None:
        parts = self._parts.get(ident)
        if parts:
            self._recorder.output(self._stream, "".join(parts), self._lanes[ident])
            parts.clear()


class _Bytes(io.RawIOBase):
    """What ``sys.stdout.buffer`` is: takes bytes for a Writer."""

    def __init__(self, writer: Writer) -> None:
        self._writer = writer

    def writable(self) -> bool:
        return True

    def write(self, data: Any, /) -> int:
        self._writer.write(bytes(data).decode("utf-8", "replace"))
        return len(bytes(data))

    def flush(self) -> None:
        self._writer.flush()


def capture_output(recorder: Recorder) -> Callable[[], None]:
    """Record what the program prints. Call the answer when the run is over."""
    writers = [Writer(recorder, "stdout"), Writer(recorder, "stderr")]
    replace(sys, stdout=writers[0], stderr=writers[1])

    def drain() -> None:
        for writer in writers:
            writer.drain()

    return drain


def leave() -> None:
    """End as an interpreter does: pools do what they were given, threads that are no daemons end.

    Then the program's own exit functions run.
    """
    for call in reversed(vars(threading)["_threading_atexits"]):
        call()
    for thread in threading.enumerate():
        if thread is not threading.current_thread() and not thread.daemon:
            thread.join()
    atexit._run_exitfuncs()


def show_source(file: str, source: str) -> None:
    """Let tracebacks quote the listing as it ran."""
    linecache.cache[file] = (len(source), None, source.splitlines(keepends=True), file)
