"""Which jobs the wall clock cannot show, and why."""

from __future__ import annotations

from visualizer.lab.job import Job
from visualizer.lab.stacks import imports
from visualizer.lab.stacks.eventlet_ import NO_GREEN_WORKERS, has_green_workers

MOST_SECONDS = 120.0
"""Seconds that a run may take."""


def _is_rq(job: Job) -> bool:
    return job.queue is not None and job.queue.library == "rq"


def unable(job: Job) -> str | None:
    """Why there is no run of ``job`` on the wall clock, in words; None if there is."""
    if job.broker is not None and (_is_rq(job) or imports(job, "redis")):
        return "RQ and a program's own Redis client run on the embedded Redis only; no --broker"
    if has_green_workers(job):
        return NO_GREEN_WORKERS
    return None
