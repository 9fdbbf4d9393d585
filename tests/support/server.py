"""Starts the real server, as a person would, for tests that talk to it from outside.

It runs in a process of its own: a browser driven from a process that eventlet has patched hangs.
"""

from __future__ import annotations

import os
import queue
import re
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SECONDS_TO_START = 30.0


class ServerDied(Exception):
    """The server ended, or said no address in time; the text holds what it printed."""


@dataclass
class Server:
    """A running server: ``url`` without a slash at its end, and the lines that it printed."""

    url: str
    process: subprocess.Popen[str]
    printed: list[str] = field(default_factory=list)
    reader: threading.Thread = field(default_factory=threading.Thread)

    def stop(self) -> None:
        """End it, and wait until it has ended (10 s at most, then it is killed)."""
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.reader.join(10)


@contextmanager
def running(*options: str, program: Sequence[str] = ("run.py",)) -> Iterator[Server]:
    """`python run.py --port 0 OPTIONS` for as long as the block lasts. Raises ServerDied."""
    server = start(*options, program=program)
    try:
        yield server
    finally:
        server.stop()


def start(*options: str, port: int = 0, program: Sequence[str] = ("run.py",)) -> Server:
    """Start the server and wait until it has printed its address. Raises ServerDied."""
    process = subprocess.Popen(
        [sys.executable, *program, "--port", str(port), *options],
        cwd=ROOT,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    server = Server("", process)
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


def _read(server: Server, lines: queue.Queue[str | None]) -> None:
    """Read to the end, so that a full pipe never stops the server."""
    assert server.process.stdout
    with server.process.stdout as output:
        for line in output:
            server.printed.append(line)
            lines.put(line)
    lines.put(None)
