"""Starts the real server, as a person would, for tests that talk to it from outside.

It runs in a process of its own: a browser driven from a process that eventlet has patched hangs.
"""

from __future__ import annotations

import os
import queue
import re
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SECONDS_TO_START = 30.0
#: What `start` runs unless told otherwise.
SERVER = ("run.py",)


class ServerDied(Exception):
    """The server ended, or said no address in time; the text holds what it printed."""


@dataclass
class Server:
    """A running server: ``url`` without a slash at its end, and the lines that it printed."""

    url: str
    process: subprocess.Popen[str]
    printed: list[str] = field(default_factory=list)
    reader: threading.Thread = field(default_factory=threading.Thread)
    #: Where its classes are, if it was not told.
    folder: tempfile.TemporaryDirectory[str] | None = None

    def stop(self) -> None:
        """End it, and wait until it has ended (10 s at most, then it is killed)."""
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self._cleared()

    def kill(self) -> None:
        """End it as a power cut would."""
        self.process.kill()
        self.process.wait()
        self._cleared()

    def _cleared(self) -> None:
        self.reader.join(10)
        if self.folder is not None:
            self.folder.cleanup()


@contextmanager
def running(
    *options: str, program: Sequence[str] = SERVER, settings: Mapping[str, str] | None = None
) -> Iterator[Server]:
    """`python run.py --port 0 OPTIONS` for as long as the block lasts. Raises ServerDied."""
    server = start(*options, program=program, settings=settings)
    try:
        yield server
    finally:
        server.stop()


def start(
    *options: str,
    port: int = 0,
    program: Sequence[str] = SERVER,
    settings: Mapping[str, str] | None = None,
) -> Server:
    """Start the server and wait until it has printed its address. Raises ServerDied.

    ``settings`` are variables of its environment. Without a ``--database-url`` its classes are in
    a folder that is deleted when it ends.
    """
    folder = None
    if program == SERVER and "--database-url" not in options:
        folder = tempfile.TemporaryDirectory(prefix="meanwhile-test-")
        options = ("--database-url", database_in(folder.name), *options)
    process = subprocess.Popen(
        [sys.executable, *program, "--port", str(port), *options],
        cwd=ROOT,
        env={**environment(), "PYTHONUNBUFFERED": "1", **(settings or {})},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    server = Server("", process, folder=folder)
    lines: queue.Queue[str | None] = queue.Queue()
    server.reader = threading.Thread(target=_read, args=(server, lines), daemon=True)
    server.reader.start()
    deadline = time.monotonic() + SECONDS_TO_START
    while not server.url:
        try:
            line = lines.get(timeout=max(0.0, deadline - time.monotonic()))
        except queue.Empty:
            line = None
        if line is None:
            server.stop()
            raise ServerDied("the server did not start; it printed:\n" + "".join(server.printed))
        if address := re.search(r"http://[\w.\[\]:-]+", line):
            server.url = address[0]
    return server


def database_in(folder: str | Path) -> str:
    """The address of a database in this folder."""
    return f"sqlite:///{Path(folder, 'classes.sqlite3').as_posix()}"


def environment() -> dict[str, str]:
    """This process's, without what somebody has set for a server of their own."""
    ours = [name for name in os.environ if name.startswith("MEANWHILE_")]
    return {name: value for name, value in os.environ.items() if name not in ours}


def _read(server: Server, lines: queue.Queue[str | None]) -> None:
    """Read to the end, so that a full pipe never stops the server."""
    assert server.process.stdout
    with server.process.stdout as output:
        for line in output:
            server.printed.append(line)
            lines.put(line)
    lines.put(None)
