"""A process's line to the coordinator of its run.

A run of several processes has one time, and the coordinator holds it (``coordinator``). This end of
the line asks it before the clock goes on, calls its services (the broker, the store), and lets
threads wait for what comes from other processes. Events travel on the same line, ahead of
everything that is asked, so the coordinator reads them in the order in which they happened.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import Any, Literal, TypeAlias, cast

import msgspec

from visualizer.clock import VirtualClock
from visualizer.clock.base import Reason

from . import frames
from .line import Line
from .process import WEB, Process

#: What the coordinator answers. ``go``: up to here, exclusive, with wakes for these keys at that
#: time. ``value``: of a call, likewise. ``stop``: the run is over, for that reason, at that time.
Answer: TypeAlias = tuple[Literal["go", "value", "stop"], int, int, list[str], Any]

_read, _write = os.read, os.write  # as they are before a program can make them green
_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder().decode


class Link(Line):
    """One process's end of the line. ``line`` is a socket's file descriptor."""

    def __init__(self, line: int, process: Process, clock: VirtualClock) -> None:
        super().__init__(clock)
        #: Writes down what has happened so far; set by whoever records.
        self.flush: Callable[[], None] = lambda: None
        self._line = line
        self._frames = self._read()
        clock.now = process.since
        clock.join(self._ask)

    def call(self, service: str, method: str, *arguments: Any) -> Any:
        self._say("C", [self._clock.now, service, method, arguments])
        return self._hear()

    def post(self, service: str, method: str, *arguments: Any) -> None:
        self._say("P", [self._clock.now, service, method, arguments])
        self._clock.go_up_to(self._clock.now + 1)  # others may have been woken

    def _ask(self, when: int, quiet: bool) -> None:
        self._say("A", [when, quiet])
        self._hear()

    def _say(self, kind: frames.Kind, body: Any) -> None:
        self.flush()
        self._clock.outside = kind != "P"  # until the answer is there
        data = memoryview(frames.frame(kind, _encode(body)))
        while data:
            data = data[_write(self._line, data) :]

    def _hear(self) -> Any:
        kind, limit, now, keys, value = next(self._frames)
        self._clock.outside = False
        if kind == "stop":
            self._clock.end(cast(Reason, value), now)
            return None
        for key in keys:
            self._clock.at(now, lambda key=key: self._wake(key))  # type: ignore[misc]
        self._clock.go_up_to(limit)
        return value

    def _read(self) -> Iterator[Answer]:
        reader = frames.Reader()
        while data := _read(self._line, 1 << 16):
            for _, body in reader.feed(data):
                yield _decode(body)
        os._exit(0)  # whoever held the time has gone


_link: Link | None = None
_process = Process(WEB, "web", 0)
_line: Line | None = None


def join(line: int, own: Process, clock: VirtualClock, flush: Callable[[], None]) -> None:
    """Be one process of several."""
    global _link, _line
    be(own)
    _line = _link = Link(line, own, clock)
    _link.flush = flush


def be(own: Process) -> None:
    """Be that process. On the wall clock processes have no line to a coordinator."""
    global _process
    _process = own


def process() -> Process:
    """What this process is."""
    return _process


def name() -> str:
    """This process's name in the run, which no other has: ``web``, ``worker-1``, …"""
    return _process.id


def joined() -> bool:
    """Whether this is one of several processes on a virtual clock."""
    return _link is not None


def be_alone(services: Line) -> None:
    """Be the only process, which has ``services`` itself."""
    global _line
    _line = services


def line() -> Line:
    """How this process reaches the services of its run."""
    assert _line is not None
    return _line


def has_line() -> bool:
    """Whether there are services at all. On the wall clock there are none."""
    return _line is not None


def current() -> Link:
    """This process's line. Only where there are several processes."""
    assert _link is not None
    return _link


def is_web() -> bool:
    """Whether this is a process of the web server."""
    return _process.role == "web"


def number() -> int:
    """0 for the first process of the web server, then 1, 2, …"""
    return _process.number


def all_loaded() -> int | None:
    """This process has loaded the program. Wait until all have: time 0 is then.

    For a process that is started later time 0 has been, and is returned (ns).
    """
    if _link is None:
        return None
    origin: int | None = _link.call("run", "loaded")
    if origin is None:
        _link.wait("begin")
    return origin


def serving() -> None:
    """The lanes of the server are there: those of other processes come after them."""
    line().call("run", "serving")
