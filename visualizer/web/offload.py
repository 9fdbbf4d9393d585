"""Waiting for the database without holding up anybody else.

One real thread does all database work (``visualizer.classroom``). A green thread that waited for it
in the ordinary way would stop the whole server, and a real thread may not wake a green one. So the
real thread only notes that something is done and writes a byte to a socket; a green thread reads
it and wakes those who wait.
"""

from __future__ import annotations

import importlib
import os
import socket
import threading
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Protocol

from .launch import AsyncMode


class Ticket(Protocol):
    """Work that was handed to the database thread."""

    def when_done(self, callback: Callable[[], None], /) -> None:
        """Call back when it is done: from the database thread, or at once if it is done."""


def waiter(async_mode: AsyncMode) -> Callable[[Ticket], None] | None:
    """What waits for a ticket in this mode; None where a thread may simply block."""
    return None if async_mode == "threading" else Bridge(async_mode).wait


class Bridge:
    """From the database thread to the green threads that wait for it."""

    def __init__(self, async_mode: AsyncMode) -> None:
        self._done: deque[threading.Event] = deque()
        self._write = _unpatched_write(async_mode)
        # Green sockets do not block, so a full one is an error to the writer, not a wait.
        self._reading, self._writing = socket.socketpair()
        self._reader: threading.Thread | None = None

    def wait(self, ticket: Ticket) -> None:
        """Wait in a green thread; the others go on."""
        if self._reader is None:
            self._reader = threading.Thread(target=self._read, daemon=True)
            self._reader.start()
        done = threading.Event()
        ticket.when_done(lambda: self._tell(done))
        done.wait()

    def _tell(self, done: threading.Event) -> None:
        """Runs in the database thread: it may not touch anything green."""
        self._done.append(done)
        with suppress(BlockingIOError):  # so many bytes wait to be read that one more says nothing
            self._write(self._writing.fileno(), b"\0")

    def _read(self) -> None:
        while self._reading.recv(4096):
            while self._done:
                self._done.popleft().set()


def _unpatched_write(async_mode: AsyncMode) -> Callable[[int, bytes], int]:
    """``os.write`` as the system has it: eventlet's would wait in the wrong thread's hub."""
    if async_mode != "eventlet":
        return os.write
    patcher: Any = importlib.import_module("eventlet.patcher")
    write: Callable[[int, bytes], int] = patcher.original("os").write
    return write
