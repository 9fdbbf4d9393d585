"""What is still open in a run on the wall clock: when nothing is, the run is over.

Fed with events as they come in, which for different processes is not quite the order in which they
happened.
"""

from __future__ import annotations

import re
from math import inf

from visualizer.lab.job import Job
from visualizer.lab.merge import is_of_one_process
from visualizer.lab.stacks.multiprocessing_ import pool_of
from visualizer.trace.events import Event, Incident, LaneDied, State, Task

LEFT_ALONE = 2.0
"""Seconds after which a task that only stands in a queue counts as one that nobody takes."""

_PLANNED = re.compile(r"\benqueue_(in|at)\b|\binterval\b|\bschedule")

ENDED = frozenset({"failed", "finished", "rejected", "revoked"})


class OpenWork:
    """Tasks of a run of ``job`` that have not ended."""

    def __init__(self, job: Job) -> None:
        queue = job.queue
        rq = queue is not None and queue.library == "rq"
        planned = any(_PLANNED.search(text) for text in job.sources.values())
        #: Somebody takes queued tasks out of their queue.
        self._workers = queue is not None and queue.count > 0
        #: What is to be tried again stands there, too, and is not with the worker that had it.
        self._retries_queued = rq
        #: Seconds without anything new after which what stands in a queue is left there.
        self.patience = LEFT_ALONE
        if rq and planned and queue is not None and queue.scheduler:
            self.patience = inf  # it may be due later
        self._ended: set[str] = set()
        #: For each open task its last moment, and the lane that runs it.
        self._open: dict[str, tuple[str, str | None]] = {}
        #: Who had each task last.
        self._holder: dict[str, str] = {}
        #: Lanes that do nothing and wait for nothing that time brings.
        self._resting: set[str] = set()

    def see(self, process: str, event: Event) -> None:
        """Take note of an event of that process."""
        match event:
            case Task():
                own = is_of_one_process(event.task)
                task = f"{process} {event.task}" if own else event.task
                self._task(task, event)
                if event.moment != "queued":
                    self._holder[task] = process
            case State():
                rests = event.state == "idle" or (
                    event.state in ("blocked", "waiting") and event.seconds is None
                )
                (self._resting.add if rests else self._resting.discard)(event.lane)
            case LaneDied():
                self._resting.add(event.lane)
            case Incident(task=str(task)):  # its message is lost, as is told before it was queued
                self._ended.add(task)
                self._open.pop(task, None)

    def died(self, process: str) -> None:
        """The process has ended: what it had taken is lost, or may be somebody else's again."""
        for task, (moment, _) in list(self._open.items()):
            if moment != "queued" and self._holder.get(task) == process:
                del self._open[task]
                if not task.startswith(f"{process} ") and pool_of(task) is None:
                    self._open[task] = "queued", None  # its broker may give it to another
            elif moment == "queued" and pool_of(task) == process:
                del self._open[task]

    def _task(self, task: str, event: Task) -> None:
        if event.moment in ENDED:
            self._ended.add(task)
            self._open.pop(task, None)
        elif event.moment == "started" or task not in self._ended:
            known = self._open.get(task)
            if known is None or event.moment != "queued":
                self._ended.discard(task)
                queued = self._retries_queued and event.moment == "retried"
                self._open[task] = "queued" if queued else event.moment, event.runs_on

    @property
    def busy(self) -> bool:
        """Whether a task runs or will be run by somebody who has it."""
        return any(
            lane not in self._resting
            if moment == "started"
            else moment != "queued" or pool_of(task) is not None
            for task, (moment, lane) in self._open.items()
        )

    @property
    def queued(self) -> bool:
        """Whether a task stands in a queue from which somebody may take it."""
        return self._workers and any(moment == "queued" for moment, _ in self._open.values())
