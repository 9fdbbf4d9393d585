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

WEB = "web"

OTHER = 1000
"""The number of a process whose name has none."""

#: What the coordinator answers. ``go``: up to here, exclusive, with wakes for these keys at that
#: time. ``value``: of a call, likewise. ``stop``: the run is over, for that reason, at that time.
Answer: TypeAlias = tuple[Literal["go", "value", "stop"], int, int, list[str], Any]

_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder().decode


class Link(Line):
    """One process's end of the line. ``line`` is a socket's file descriptor."""

    def __init__(self, line: int, name: str, clock: VirtualClock) -> None:
        super().__init__(clock)
        self.name = name
        #: Writes down what has happened so far; set by whoever records.
        self.flush: Callable[[], None] = lambda: None
        self._line = line
        self._frames = self._read()
        clock.join(self._ask)

    def call(self, service: str, method: str, *arguments: Any) -> Any:
        self._say("C", [self._clock.now, service, method, arguments])
        return self._hear()

    def _ask(self, when: int, quiet: bool) -> None:
        self._say("A", [when, quiet])
        self._hear()

    def _say(self, kind: frames.Kind, body: Any) -> None:
        self.flush()
        self._clock.outside = True  # until the answer is there
        data = memoryview(frames.frame(kind, _encode(body)))
        while data:
            data = data[os.write(self._line, data) :]

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
        while data := os.read(self._line, 1 << 16):
            for _, body in reader.feed(data):
                yield _decode(body)
        os._exit(0)  # whoever held the time has gone


_link: Link | None = None
_name = WEB
_line: Line | None = None


def join(line: int, name: str, clock: VirtualClock, flush: Callable[[], None]) -> None:
    """Be the process ``name`` of several."""
    global _link, _line
    be(name)
    _line = _link = Link(line, name, clock)
    _link.flush = flush


def be(name: str) -> None:
    """Have that name. On the wall clock processes have no line to a coordinator."""
    global _name
    _name = name


def name() -> str:
    """This process's name: ``web``, ``worker-1``, …"""
    return _name


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


def is_first() -> bool:
    """Whether this is the process of the web server."""
    return _name.partition("-")[0] == WEB


def number() -> int:
    """0 for the process of the web server, then 1, 2, …; ``OTHER`` for one that has none."""
    last = _name.rpartition("-")[2]
    return 0 if is_first() else int(last) if last.isdigit() else OTHER


def all_loaded() -> None:
    """This process has loaded the program. Wait until all have: time 0 is then."""
    if _link is not None:
        _link.call("run", "loaded")
        _link.wait("begin")


def serving() -> None:
    """The lanes of the server are there: those of other processes come after them."""
    line().call("run", "serving")
