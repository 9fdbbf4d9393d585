"""A trace cut into chunks that are ready to send, made once and kept for a while.

Where a chunk ends depends on nothing but the trace, so chunk k of a run is the same after a
restart of the server, and a client can go on behind it.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Protocol

import msgspec

from visualizer.lab.cache import key_of
from visualizer.lab.job import Job
from visualizer.trace.records import Trace

#: Bytes of a whole ``chunk`` message, and what of it is left for records.
MAX_CHUNK = 32 * 1024
ROOM = MAX_CHUNK - 512
#: Records between two breaths for the other connections.
_BREATH = 200
#: The fields of the `end` message, besides those that name the run.
END = (
    "duration metrics truncated unreproducible scenario variant parameters seed clock python model"
).split()


class Runs(Protocol):
    """What is needed of the lab."""

    def run(self, job: Job) -> Trace: ...


@dataclass(frozen=True)
class Packed:
    """A trace ready to send: the fields of its ``chunk`` messages and of its ``end`` message.

    A chunk holds ``records``, which is JSON already. A record too long for one message comes in
    several: each holds a ``part`` of its JSON text, all but the last with ``more``.
    """

    chunks: tuple[dict[str, Any], ...]
    end: dict[str, Any]
    size: int

    def chunk(self, number: int) -> dict[str, Any] | None:
        """The fields of this chunk, None behind the last."""
        return self.chunks[number] if number < len(self.chunks) else None


def pack(trace: Trace, records: Iterable[dict[str, Any]], breathe: Callable[[], None]) -> Packed:
    """Cut a trace into chunks. ``breathe`` is called now and then in between."""
    chunks: list[dict[str, Any]] = []
    size = 0
    for texts in _gathered(records, breathe):
        size += sum(map(len, texts))
        if len(texts) == 1 and len(texts[0]) > ROOM:
            chunks += _parts(texts[0].decode())
        else:
            chunks.append({"records": msgspec.Raw(b"[" + b",".join(texts) + b"]")})
    end = {name: msgspec.to_builtins(getattr(trace, name)) for name in END}
    return Packed(tuple(chunks), end, size)


def _gathered(
    records: Iterable[dict[str, Any]], breathe: Callable[[], None]
) -> Iterator[list[bytes]]:
    """As many encoded records at a time as one message holds, and never none."""
    texts: list[bytes] = []
    size = 0
    for count, record in enumerate(records, 1):
        if count % _BREATH == 0:
            breathe()
        text = msgspec.json.encode(record)
        if texts and size + len(text) > ROOM:
            yield texts
            texts, size = [], 0
        texts.append(text)
        size += len(text) + 1
    if texts:
        yield texts


def _parts(text: str) -> Iterator[dict[str, Any]]:
    # A character takes four bytes at most, be it escaped in the message or not.
    step = ROOM // 4
    for start in range(0, len(text), step):
        part, more = text[start : start + step], start + step < len(text)
        yield {"records": [], "part": part, "more": more}


class Shelf:
    """Packed traces, the last used ones, up to ``capacity`` bytes. Safe for threads.

    ``at_once`` bounds how many are being made; who wants another waits.
    """

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
        self._kept: OrderedDict[str, Packed] = OrderedDict()
        self._lock = threading.Lock()
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

        None if it is no longer ``wanted`` when its turn has come. Raises whatever the lab raises.
        """
        packed = self.peek(job)
        if packed is not None:
            return packed
        with self._places:
            # Whoever was before us may have wanted the same.
            packed = self.peek(job)
            if packed is None and wanted():
                trace = self._lab.run(job)
                packed = pack(trace, self._records_of(trace), self._breathe)
                self._keep(key_of(job), packed)
            return packed

    def _keep(self, key: str, packed: Packed) -> None:
        with self._lock:
            before = self._kept.pop(key, None)
            self._size += packed.size - (before.size if before else 0)
            self._kept[key] = packed
            while self._size > self._capacity and len(self._kept) > 1:
                _, dropped = self._kept.popitem(last=False)
                self._size -= dropped.size
