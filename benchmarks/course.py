"""The course: how fast its first page is with a picture of each lesson, how long ``check`` takes.

The page is asked of the application itself, compressed as for a browser; the pictures have been
drawn before, as in a server that has been asked once.
"""

from __future__ import annotations

import subprocess
import sys
import time
from statistics import median

from visualizer.lab import Lab
from visualizer.lessons import Catalogue
from visualizer.resources import folder
from visualizer.web import create_app

from .figures import Figure, in_turn

REPETITIONS = 31


def measure() -> list[Figure]:
    """The figures of the course."""
    return [_catalogue(), _check()]


def _catalogue() -> Figure:
    catalogue = Catalogue([folder("scenarios")])
    with Lab() as lab:
        app, _ = create_app(catalogue, lab, "threading")
        client = app.test_client()
        pictures = [client.get(f"/s/{lesson}/picture").data for lesson in catalogue.lessons]

        def seconds() -> float:
            began = time.perf_counter()
            answer = client.get("/", headers={"Accept-Encoding": "gzip"})
            assert answer.status_code == 200
            return time.perf_counter() - began

        (times,) = in_turn(REPETITIONS, seconds)
    ordered = sorted(times)
    return Figure(
        what="The catalogue with a picture of each lesson, from a warm server",
        value=median(times) * 1e3,
        unit="ms",
        target=300,
        made_of=f"median of {REPETITIONS}, {sum(map(bool, pictures))} pictures; the longest"
        f" {ordered[-1] * 1e3:.0f} ms",
    )


def _check() -> Figure:
    began = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "visualizer", "check"], capture_output=True, text=True, check=True
    )
    lessons = done.stdout.count(": ok (")
    return Figure(
        what="`meanwhile check` on the whole course",
        value=time.perf_counter() - began,
        unit="s",
        target=60,
        made_of=f"{lessons - 1} lessons, chapters and glossary; every listing also by itself",
    )
