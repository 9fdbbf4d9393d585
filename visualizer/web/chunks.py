"""A trace cut into chunks that are ready to send, made once and kept for a while.

Where a chunk ends depends on nothing but the trace, so chunk k of a run is the same after a
restart of the server, and a client can go on behind it. Equal jobs that are asked for at the same
time are run once.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Protocol

import msgspec

from visualizer.lab.job import Job
from visualizer.trace.records import Trace

#: Bytes of a whole ``chunk`` message, and of what stands around its records.
MAX_MESSAGE = 32 * 1024
ENVELOPE = 512
#: Records between two breaths for the other connections.
_BREATH = 200
_END = "duration metrics truncated scenario variant parameters seed clock python model".split()


class Runs(Protocol):
    """What is needed of the lab."""

    def run(self, job: Job) -> Trace: ...


@dataclass(frozen=True)
class Packed:
    """A trace ready to send: lists of records as JSON, and the fields of its ``end`` message."""

    chunks: tuple[msgspec.Raw, ...]
    end: dict[str, Any]
    size: int


def pack(trace: Trace, records: Iterable[dict[str, Any]], breathe: Callable[[], None]) -> Packed:
    """Cut a trace into chunks. ``breathe`` is called now and then in between."""
    end = {name: getattr(trace, name) for name in _END}
    chunks = tuple(msgspec.Raw(chunk) for chunk in _cut(records, breathe))
    size = sum(len(bytes(chunk)) for chunk in chunks)
    return Packed(chunks, {"duration": end["duration"], **msgspec.to_builtins(end)}, size)


def _cut(records: Iterable[dict[str, Any]], breathe: Callable[[], None]) -> Iterator[bytes]:
    limit = MAX_MESSAGE - ENVELOPE
    waiting: list[bytes] = []
    size = 2
    for count, record in enumerate(records, 1):
        if count % _BREATH == 0:
            breathe()
        text = msgspec.json.encode(record)
        if waiting and size + len(text) + 1 > limit:
            yield b"[" + b",".join(waiting) + b"]"
            waiting, size = [], 2
        waiting.append(text)
        size += len(text) + 1
    if waiting:
        yield b"[" + b",".join(waiting) + b"]"


def key_of(job: Job) -> bytes:
    """Equal for equal jobs, whatever the order of their parameters."""
    return msgspec.msgpack.encode(job, order="sorted")


class Shelf:
    """Packed traces, the last used ones, up to so many bytes. Safe for threads."""

    def __init__(
        self,
        lab: Runs,
        records_of: Callable[[Trace], Iterable[dict[str, Any]]],
        *,
        breathe: Callable[[], None],
        capacity: int = 64 * 1024 * 1024,
        at_once: int = 4,
    ) -> None:
        self._lab = lab
        self._records_of = records_of
        self._breathe = breathe
        self._capacity = capacity
        self._size = 0
        self._kept: OrderedDict[bytes, Packed] = OrderedDict()
        self._lock = threading.Lock()
        self._making: dict[bytes, _Turn] = {}
        self._places = threading.Semaphore(at_once)

    def peek(self, job: Job) -> Packed | None:
        """The packed trace of this job if it is here; runs nothing."""
        key = key_of(job)
        with self._lock:
            packed = self._kept.get(key)
            if packed is not None:
                self._kept.move_to_end(key)
            return packed

    def get(self, job: Job, wanted: Callable[[], bool] = lambda: True) -> Packed | None:
        """The packed trace of this job, run if it has to be. Blocks.

        None if it is no longer ``wanted`` by the time that its turn has come. Raises whatever the
        lab raises.
        """
        key = key_of(job)
        with self._lock:
            turn = self._making.setdefault(key, _Turn())
            turn.waiting += 1
        try:
            with turn.lock:
                packed = self.peek(job)
                if packed is None and wanted():
                    with self._places:
                        packed = self._make(job, key) if wanted() else None
                return packed
        finally:
            with self._lock:
                turn.waiting -= 1
                if not turn.waiting:
                    del self._making[key]

    def _make(self, job: Job, key: bytes) -> Packed:
        trace = self._lab.run(job)
        packed = pack(trace, self._records_of(trace), self._breathe)
        with self._lock:
            self._kept[key] = packed
            self._size += packed.size
            while self._size > self._capacity and len(self._kept) > 1:
                _, dropped = self._kept.popitem(last=False)
                self._size -= dropped.size
        return packed


class _Turn:
    """Those who want the same trace: one makes it, the others wait at its lock."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.waiting = 0
