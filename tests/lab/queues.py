"""Programs with Celery for the tests."""

from __future__ import annotations

from typing import Any

from tests.lab.jobs import job
from visualizer.lab import Job, Limits, Queue
from visualizer.trace.records import Trace

HEAD = """\
import time
from celery import Celery
from flask import Flask, request
from celery.exceptions import Reject

app = Flask(__name__)
celery = Celery("app", broker="{scheme}://localhost", backend="redis://localhost")
"""


def queue_job(
    program: str, *paths: str, scheme: str = "redis", workers: int = 1, **settings: Any
) -> Job:
    """A job for a program with Celery; ``settings`` are the job's, or those of its queue."""
    # A busy machine may take its time over many tasks: no limit on that here, unless asked for.
    settings.setdefault("limits", Limits(real_seconds=120.0))
    names = ("concurrency", "acks_late", "queues", "groups", "scheduler")
    own = {name: settings.pop(name) for name in names if name in settings}
    queue = Queue(workers=workers, app=settings.pop("app_name", None), **own)
    return job(program, *paths, head=HEAD.format(scheme=scheme), queue=queue, **settings)


def printed(trace: Trace) -> list[str]:
    """The lines that were printed, in order."""
    return "".join(output.text for output in trace.output).splitlines()


def moments(trace: Trace, task: str = "t1") -> list[str]:
    """What happened to a task, in order."""
    return [step.moment for step in trace.steps if step.task == task]
