"""A trace that grows, told bit by bit: what it has more, or otherwise, than when last looked at.

For a run on the wall clock, whose picture is seen while it goes on. Records are those of
``stream``; one with an ``id`` takes the place of the one before, others are added at the end. Pure.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

import msgspec

from .records import Trace
from .stream import records_of


class Grown(msgspec.Struct):
    """What is new. ``seconds`` is how long the run has gone on.

    ``anew``: nothing that was told before holds any more. Each record is JSON, with a key: a later
    record with the same key takes its place.
    """

    anew: bool
    seconds: float
    records: list[tuple[str, bytes]]


class Growth:
    """Compares each trace with the one before."""

    def __init__(self) -> None:
        self._told: dict[str, dict[str, Any]] = {}

    def more(self, trace: Trace, seconds: float) -> Grown:
        """What this trace has that was not told yet."""
        before, self._told = self._told, _by_key(trace)
        new = {key: record for key, record in self._told.items() if before.get(key) != record}
        anew = any(key not in self._told for key in before) or any(
            key in before and key.startswith("#") for key in new
        )
        told = self._told if anew else new
        records = [(key, msgspec.json.encode(record)) for key, record in told.items()]
        return Grown(anew, seconds, records)


def _by_key(trace: Trace) -> dict[str, dict[str, Any]]:
    """All records. Those without an id go by their number, behind a ``#``: they cannot change."""
    found: dict[str, dict[str, Any]] = {}
    counts: Counter[str] = Counter()
    for record in records_of(trace):
        kind = record["kind"]
        own = record.get("id", record.get("n"))
        if own is None:
            counts[kind] += 1
            found[f"#{kind} {counts[kind]}"] = record
        else:
            found[f"{kind} {own}"] = record
    return found
