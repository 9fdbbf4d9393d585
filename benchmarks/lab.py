"""How long the lab takes for a run: from the job to the whole trace as JSON, nothing left out.

Each run is the first of its kind, so no cache answers it. The warmed process is there already, as
in a server that runs.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from statistics import median

from visualizer.lab import Job, Lab
from visualizer.lessons import Catalogue
from visualizer.resources import folder

from .figures import Figure, in_turn
from .requests import REQUESTS, THREADS

RUNS = 60
REPETITIONS = 9


def measure() -> list[Figure]:
    """The figures of the lab."""
    lessons = Catalogue([folder("scenarios")])
    with Lab(cache_dir=None) as lab:
        lab.warm()
        return [_first_runs(lab, lessons), _many_requests(lab, lessons)]


def _first_runs(lab: Lab, lessons: Catalogue) -> Figure:
    jobs = _every_variant(lessons)
    (times,) = in_turn(RUNS, lambda: _seconds(lab, next(jobs)))
    ordered = sorted(times)
    return Figure(
        what="A lesson run for the first time in a warm server: the trace is complete within",
        value=median(times) * 1e3,
        unit="ms",
        target=60,
        made_of=f"median of {RUNS} runs, all different; 95 of 100 within"
        f" {ordered[int(0.95 * RUNS)] * 1e3:.0f} ms",
    )


def _every_variant(lessons: Catalogue) -> Iterator[Job]:
    """One after another, with a new seed each time."""
    seed = 0
    while True:
        seed += 1
        for lesson in lessons.lessons.values():
            for variant in lesson.variants:
                yield lesson.job(variant.id, seed=seed)


def _many_requests(lab: Lab, lessons: Catalogue) -> Figure:
    numbers = iter(range(1_000_000))

    def job() -> Job:
        job = lessons.lessons["long_task"].job("thread")
        job.users.count = REQUESTS
        job.server.threads = THREADS
        job.parameters = {"repetition": next(numbers)}  # so that the cache does not know it
        return job

    (times,) = in_turn(REPETITIONS, lambda: _seconds(lab, job()))
    return Figure(
        what=f"The trace of {REQUESTS} requests with a background thread each, complete within",
        value=median(times) * 1e3,
        unit="ms",
        made_of=f"median of {REPETITIONS} runs; the run itself, and what is made of it",
    )


def _seconds(lab: Lab, job: Job) -> float:
    began = time.perf_counter()
    lab.run_json(job)
    return time.perf_counter() - began
