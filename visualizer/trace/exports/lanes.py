"""The lanes in the order in which every drawing shows them."""

from __future__ import annotations

from ..events import LaneKind
from ..records import Lane, Trace

_RANK: dict[LaneKind, int] = {
    "user": 0,
    "server": 1,
    "loop": 2,
    "task": 3,
    "broker": 4,
    "worker": 5,
    "process": 6,
    "thread": 7,
    "service": 8,
}


def in_order(trace: Trace) -> list[Lane]:
    """Users, servers, then what works in the background; those of one kind by birth."""
    return sorted(trace.lanes, key=lambda lane: (_RANK[lane.kind], lane.born))
