"""RQ's scheduler on the wall clock."""

from __future__ import annotations

from typing import Any

from tests.lab.jobs import job
from visualizer.lab import Lab, Queue
from visualizer.lab.job import Fault, Job

PROGRAM = """
import time
from datetime import timedelta
from flask import Flask
from redis import Redis
from rq import Queue, Retry

app = Flask(__name__)
queue = Queue(connection=Redis())
tries = Redis()

def remind():
    print("remember")

def unsure():
    if tries.incr("tries") == 1:
        raise ValueError("not yet")

@app.get("/later")
def later():
    queue.enqueue_in(timedelta(seconds=2.5), remind)
    return "later"

@app.get("/again")
def again():
    queue.enqueue(unsure, retry=Retry(max=1, interval=1))
    return "again"
"""


def asks(path: str, queue: Queue | None = None, **settings: Any) -> Job:
    made = job("", path, head=PROGRAM, queue=queue or Queue(library="rq"), **settings)
    made.clock = "wall"
    return made


def test_a_job_starts_when_it_is_due(lab: Lab) -> None:
    (task,) = lab.run(asks("/later")).tasks
    assert task.state == "finished"
    assert task.queued is not None and task.started is not None
    assert task.started - task.queued > 1.5  # it looks every second


def test_a_job_is_tried_again_after_an_interval(lab: Lab) -> None:
    (task,) = lab.run(asks("/again")).tasks
    assert (task.state, task.retries) == ("finished", 1)


def test_without_a_scheduler_it_never_starts(lab: Lab) -> None:
    trace = lab.run(asks("/later", Queue(library="rq", scheduler=False)))
    assert [task.state for task in trace.tasks] == ["queued"]
    assert trace.truncated is None


def test_the_scheduler_ends_with_its_worker(lab: Lab) -> None:
    """As its lock in Redis does not, who comes back has no scheduler for a minute."""
    trace = lab.run(asks("/later", faults=[Fault(at=1.0, kill="worker-1", back=0.3)], until=6.0))
    assert [task.state for task in trace.tasks] == ["queued"]
    assert trace.truncated is not None and trace.truncated.limit == "until"
