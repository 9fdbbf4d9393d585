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
from .outbox import Outbox
from .process import WEB, Process

#: What the coordinator answers. ``go``: up to here, exclusive, with wakes for these keys at that
#: time. ``value``: of a call, likewise. ``stop``: the run is over, for that reason, at that time.
Answer: TypeAlias = tuple[Literal["go", "value", "stop"], int, int, list[str], Any]

_read = os.read  # as it is before a program can make it green
_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder().decode


class Link(Line):
    """One process's end of the line. ``line`` is a socket's file descriptor, to which ``outbox``
    writes. ``flush`` sends what has happened so far, through the outbox, too."""

    def __init__(
        self,
        line: int,
        outbox: Outbox,
        process: Process,
        clock: VirtualClock,
        flush: Callable[[], None],
    ) -> None:
        super().__init__(clock)
        self._line = line
        self._outbox = outbox
        self._flush = flush
        #: Keys that were woken, and whether anything was posted since the last answer.
        self._news: set[str] = set()
        self._posted = False
        self._frames = self._read()
        clock.now = process.since
        clock.join(self._ask)

    def call(self, service: str, method: str, *arguments: Any) -> Any:
        self._say("C", [self._clock.now, service, method, arguments])
        return self._hear()

    def post(self, service: str, method: str, *arguments: Any) -> None:
        """As ``Line.post``. It leaves with what is asked next: until then nobody else runs."""
        self._tell()
        self._outbox.keep(frames.frame("P", _encode([self._clock.now, service, method, arguments])))
        self._posted = True
        self._clock.go_up_to(self._clock.now + 1)  # others may have been woken

    def has_news(self, key: str) -> bool:
        """Whether there may be something new under ``key`` since this was asked last.

        There is none if nothing was woken by that name and nothing was posted that could have.
        """
        news = self._posted or key in self._news
        self._news.discard(key)
        return news

    def _ask(self, when: int, quiet: bool) -> None:
        self._say("A", [when, quiet])
        self._hear()

    def _tell(self) -> None:
        """What has happened so far leaves first."""
        self._outbox.keeping = True
        self._flush()
        self._outbox.keeping = False

    def _say(self, kind: frames.Kind, body: Any) -> None:
        self._tell()
        self._clock.outside = True  # until the answer is there
        self._outbox.send(frames.frame(kind, _encode(body)))

    def _hear(self) -> Any:
        kind, limit, now, keys, value = next(self._frames)
        self._clock.outside = False
        self._posted = False
        if kind == "stop":
            self._clock.end(cast(Reason, value), now)
            return None
        for key in keys:
            self._news.add(key)
            self._clock.at(now, lambda key=key: self._wake(key))  # type: ignore[misc]  # mypy infers no lambda with a default
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


def join(
    line: int, outbox: Outbox, own: Process, clock: VirtualClock, flush: Callable[[], None]
) -> None:
    """Be one process of several."""
    global _link, _line
    be(own)
    _line = _link = Link(line, outbox, own, clock, flush)


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
