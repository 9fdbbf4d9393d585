"""Queues: how full they were, and in whose place the lab's broker stood."""

from __future__ import annotations

from collections.abc import Sequence

from . import events as ev
from .records import Depth, Redirect
from .times import seconds


def depths_of(events: Sequence[ev.Event]) -> list[Depth]:
    """How full each queue was, one record for each change; of several at one time the last."""
    depths: list[Depth] = []
    at: dict[str, Depth] = {}
    for event in events:
        if not isinstance(event, ev.Depth):
            continue
        depth = Depth(
            t=seconds(event.t),
            lane=event.lane,
            queue=event.queue,
            ready=event.ready,
            unacknowledged=event.unacknowledged,
        )
        before = at.get(event.queue)
        at[event.queue] = depth
        if before is not None and before.t == depth.t:
            before.ready, before.unacknowledged = depth.ready, depth.unacknowledged
            at[event.queue] = before
        else:
            depths.append(depth)
    return depths


def redirected_of(events: Sequence[ev.Event]) -> list[Redirect]:
    """What the program named and the lab answered, each once."""
    found = {
        (event.what, event.address): None for event in events if isinstance(event, ev.Redirected)
    }
    return [Redirect(what=what, address=address) for what, address in found]
