"""How fast the lab runs a program with a task queue, recording included.

A hundred tasks of one second, each of which is tried twice, on four workers; and the first run of
a lesson with a queue. Nothing comes out of a cache, and the warmed process is there already.
"""

from __future__ import annotations

import time
from statistics import median

from visualizer.lab import Job, Lab, Limits, Queue, UserRequest
from visualizer.lessons import Catalogue
from visualizer.resources import folder

from .figures import Figure, in_turn

TASKS = 100
RUNS = 5
FIRST_RUNS = 20

CELERY = f"""\
import time
from celery import Celery
from flask import Flask

app = Flask(__name__)
celery = Celery("app", broker="redis://localhost", backend="redis://localhost")

@celery.task(bind=True)
def work(self):
    time.sleep(1)
    if self.request.retries == 0:
        raise self.retry(countdown=4)

@app.get("/")
def view():
    for number in range({TASKS}):
        work.delay()
    return "ok"
"""

RQ = f"""\
import time
from flask import Flask
from redis import Redis
from rq import Queue, Retry, get_current_job

app = Flask(__name__)
queue = Queue(connection=Redis())

def work():
    time.sleep(1)
    if get_current_job().retries_left:
        raise OSError("busy")

@app.get("/")
def view():
    for number in range({TASKS}):
        queue.enqueue(work, retry=Retry(max=1, interval=4))
    return "ok"
"""


def measure() -> list[Figure]:
    """The figures of queues."""
    lessons = Catalogue([folder("scenarios")])
    with Lab(cache_dir=None) as lab:
        lab.warm()
        time.sleep(5)  # it imports the libraries while nobody asks for anything
        return [
            _speed(lab, "Celery", CELERY, Queue(workers=4)),
            _speed(lab, "RQ", RQ, Queue(library="rq", workers=4)),
            _first_run(lab, lessons, "Celery", "celery"),
            _first_run(lab, lessons, "RQ", "rq"),
        ]


def many_tasks(program: str, queue: Queue, seed: int = 0) -> Job:
    """A hundred tasks of one second with a retry each."""
    return Job(
        scenario="benchmark",
        variant="queue",
        file="queue_app.py",
        sources={"queue_app.py": program},
        queue=queue,
        requests=[UserRequest()],
        seed=seed,
        limits=Limits(real_seconds=120.0),
    )


def _speed(lab: Lab, name: str, program: str, queue: Queue) -> Figure:
    seeds = iter(range(1000))
    durations: list[float] = []

    def run() -> float:
        job = many_tasks(program, queue, next(seeds))
        began = time.perf_counter()
        trace = lab.run(job)
        took = time.perf_counter() - began
        assert [task.state for task in trace.tasks] == ["finished"] * TASKS
        durations.append(trace.duration)
        return trace.duration / took

    (speeds,) = in_turn(RUNS, run)
    return Figure(
        what=f"{name}: {TASKS} tasks of 1 s on 4 workers, one retry each: virtual seconds in a"
        " real one",
        value=median(speeds),
        bound="at least",
        target=300,
        made_of=f"median of {RUNS} runs of about {median(durations):.0f} virtual seconds",
    )


def _first_run(lab: Lab, lessons: Catalogue, name: str, variant: str) -> Figure:
    seeds = iter(range(1000))

    def run() -> float:
        job = lessons.lessons["send_email"].job(variant, seed=next(seeds))
        began = time.perf_counter()
        lab.run_json(job)
        return time.perf_counter() - began

    (times,) = in_turn(FIRST_RUNS, run)
    return Figure(
        what=f"A lesson with {name}, run for the first time in a warm server: the trace is"
        " complete within",
        value=median(times) * 1e3,
        unit="ms",
        target=150,
        made_of=f"median of {FIRST_RUNS} runs, all different",
    )
