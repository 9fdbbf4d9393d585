"""Celery's beat: starts periodic tasks, in a process and on a lane of its own.

The scheduler is Celery's, with its plan in memory instead of in a file.
"""

from __future__ import annotations

import re
from typing import Any

from visualizer.lab import link
from visualizer.lab.job import Job
from visualizer.lab.recorder import Lane
from visualizer.trace.events import LaneBorn

from .base import Observed, Run

BEAT = "beat"
"""The name of its process."""

_PLANS = re.compile(r"\bbeat_schedule\b|\badd_periodic_task\b|\bCELERYBEAT_SCHEDULE\b")


def has_plan(job: Job) -> bool:
    """Whether the program speaks of periodic tasks, and its job wants them started."""
    wanted = job.queue is not None and job.queue.scheduler
    return wanted and any(map(_PLANS.search, job.sources.values()))


def open_lane(run: Observed) -> None:
    """The thread that loaded the program is beat's, and has a lane from now on."""
    recorder, own = run.recorder, link.process()
    current = recorder.clock.current
    assert current is not None
    lane = current.data = Lane(own.id, "process", own.called("Celery beat"))
    recorder.add(LaneBorn(recorder.now, lane.id, lane.kind, lane.name))


def be_beat(run: Run, app: Any) -> None:
    """Be the process of beat, for good."""
    from celery.beat import Scheduler, Service

    open_lane(run)
    if run.job.until is not None:
        run.recorder.held.add(BEAT)  # there is a time to end at: until then more is to come

    class Plan(Scheduler):  # type: ignore[misc]  # Celery comes without types
        def adjust(self, n: float, drift: float = 0.0) -> float:
            """Celery looks a little early, and often until it is time. Here no time is lost."""
            return n

    service = Service(app, remote_control=False)
    service.scheduler = Plan(app=app, max_interval=service.max_interval)
    service.start()
