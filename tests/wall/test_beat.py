"""Celery's beat on the wall clock, and when a run is over that has one."""

from __future__ import annotations

from typing import Any

import pytest

from tests.lab.jobs import job
from visualizer.lab import Lab, Queue, UserRequest
from visualizer.lab.job import Fault, Job
from visualizer.lab.wall.rest import Rest
from visualizer.trace.events import Task, TaskMoment

PROGRAM = """
from celery import Celery
from flask import Flask

app = Flask(__name__)
celery = Celery("shop", broker="redis://localhost")

@celery.task
def sweep():
    pass

celery.conf.beat_schedule = {"sweep": {"task": sweep.name, "schedule": 0.5}}

@app.get("/")
def shop():
    return "welcome"
"""


def asks(at: float, **settings: Any) -> Job:
    requests = [UserRequest(path="/", at=at)]
    made = job("", head=PROGRAM, requests=requests, queue=Queue(), **settings)
    made.clock = "wall"
    return made


def test_beat_starts_tasks_until_the_last_user_has_gone(lab: Lab) -> None:
    trace = lab.run(asks(1.3))
    lanes = {lane.id: lane.name for lane in trace.lanes}
    assert lanes["beat"] == "Celery beat"
    assert {step.lane for step in trace.steps if step.moment == "task queued"} == {"beat"}
    # What it starts while somebody sees that all is over is no part of the run.
    assert trace.tasks and {task.state for task in trace.tasks} == {"finished"}
    assert all(task.request is None for task in trace.tasks)
    assert trace.truncated is None


def test_with_a_time_to_end_at_beat_goes_on_until_then(lab: Lab) -> None:
    trace = lab.run(asks(0.0, until=2.2))
    assert trace.truncated is not None and trace.truncated.limit == "until"
    assert len(trace.tasks) >= 2


def test_beat_can_be_killed_and_comes_back(lab: Lab) -> None:
    faults = [Fault(at=0.1, kill="beat", back=0.1)]
    trace = lab.run(asks(3.0, faults=faults))
    assert "Celery beat (restarted)" in [lane.name for lane in trace.lanes]
    assert {step.lane for step in trace.steps if step.moment == "task queued"} == {"beat.2"}


def seen(*moments: tuple[str, str, TaskMoment, int]) -> Rest:
    rest = Rest()
    for process, task, moment, t in moments:
        rest.see(process, Task(t, task, "sweep", moment, "lane"))
    return rest


LONG = "a name that is the same everywhere"
OTHER = "another name that is the same everywhere"


@pytest.mark.parametrize(
    ("moments", "since"),
    [
        ([], 10),
        ([("beat", LONG, "queued", 5), ("w", LONG, "finished", 8)], 10),
        ([("beat", LONG, "queued", 5), ("w", LONG, "finished", 15)], 15),
        # Told in another order than it happened, and by another process.
        ([("w", LONG, "finished", 15), ("beat", LONG, "queued", 5)], 15),
        ([("beat", LONG, "queued", 5)], None),
        # What comes after that is what the clock has brought.
        ([("beat", LONG, "queued", 11)], 10),
        (
            [
                ("beat", LONG, "queued", 5),
                ("w", LONG, "finished", 15),
                ("beat", OTHER, "queued", 16),
            ],
            15,
        ),
        # One after another without a rest between them.
        (
            [
                ("beat", LONG, "queued", 5),
                ("beat", OTHER, "queued", 14),
                ("w", LONG, "finished", 15),
                ("w", OTHER, "finished", 20),
            ],
            20,
        ),
        # Numbers are those of a process.
        ([("web", "t1", "started", 5), ("w", "t1", "finished", 6)], None),
    ],
)
def test_a_run_comes_to_rest(moments: Any, since: int | None) -> None:
    assert seen(*moments).since(10) == since


def test_a_run_comes_to_rest_when_who_had_the_task_is_gone_for_good() -> None:
    rest = seen(("beat", LONG, "queued", 5), ("w", LONG, "started", 7))
    assert rest.since(10) is None
    rest.died("w", 12)
    assert rest.since(10) == 12
    rest.see("w.2", Task(20, LONG, "sweep", "started", "lane"))
    assert rest.since(10) is None
