"""Celery's beat on the wall clock, in a process and on a lane of its own.

Its plan lives in memory and begins at time 0.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from visualizer.lab.errors import LabError
from visualizer.lab.stacks.base import Observed
from visualizer.lab.stacks.celery_beat import open_lane


def work(run: Observed, app: Any, ready: Callable[[list[str]], None]) -> None:
    """Be beat, for good. ``ready`` returns at time 0."""
    from celery.beat import Scheduler, Service

    open_lane(run)
    service = Service(app, remote_control=False)
    plan = service.scheduler = Scheduler(app=app, max_interval=service.max_interval, lazy=True)
    app.finalize()
    _ = plan.producer  # connects
    ready([])
    plan.setup_schedule()
    service.start()
    raise LabError("lab", "Celery beat ended; its log says why")
