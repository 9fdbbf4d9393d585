"""Makes one record of what the processes of a wall-clock run told.

Their clocks are the same, so the order is that of the times. What happened before time 0, while
everything was made ready, counts as of then: users first, then the server and the workers.
"""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass
from typing import TypeAlias

from visualizer.lab.merge import Merge
from visualizer.lab.process import Process
from visualizer.trace.events import Event, Incident, IncidentMoment


@dataclass(frozen=True)
class Died:
    """A process has ended, ``t`` nanoseconds after time 0, and its lanes with it."""

    t: int


@dataclass(frozen=True)
class Happened:
    """Something happened to a process as a whole, ``t`` nanoseconds after time 0."""

    t: int
    moment: IncidentMoment
    own: Process


#: (rank of the process, its name, what happened to it).
Told: TypeAlias = tuple[int, str, Event | Died | Happened]


def merged(told: Sequence[Told]) -> list[Event]:
    """The events of a run in their order, with tasks numbered over the whole of it."""
    merge = Merge()
    merge.serving()
    for _, process, event in sorted(told, key=lambda each: (max(0, each[2].t), each[0])):
        if isinstance(event, Died):
            merge.died(process, event.t)
            continue
        if isinstance(event, Happened):
            _tell(merge, process, event)
            continue
        own = copy(event)  # a record may be made several times, while the run goes on
        own.t = max(0, event.t)
        merge.take(process, [own], first=True)
    events = merge.events
    return [*events, merge.cut] if merge.cut is not None else events


def _tell(merge: Merge, process: str, event: Happened) -> None:
    """On the lane that stands for the process, if it ever had one."""
    home = merge.home(process)
    if home is not None:
        subject = event.own.subject(home.name)
        merge.add(process, Incident(event.t, home.lane, event.moment, subject))
