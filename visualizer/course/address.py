"""Addresses of lessons, runs and steps, as the stage reads them (``static/js/url.js``)."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import quote

from visualizer.lessons import Lesson
from visualizer.lessons.runs import RunName

#: How many versions the stage shows unless asked otherwise.
USUAL = 2


def lesson_address(lesson: str, way: str = "") -> str:
    """The page of a lesson, in one of its ways."""
    return f"/s/{lesson}" + (f"/{way}" if way and way != "watch" else "")


def chapter_address(chapter: str, way: str = "") -> str:
    """The page of a chapter, in one of its ways."""
    return f"/c/{chapter}/{way or 'start'}"


def step_address(lesson: Lesson, run: RunName, n: int) -> str:
    """The stage at a step of a run, among the versions that it usually shows, if it is there."""
    usual = [variant.id for variant in lesson.variants[:USUAL]]
    settings = _settings(run)
    if run.variant in usual:
        parts = [*settings, f"step={usual.index(run.variant) + 1}.{n}"]
    else:
        parts = [f"v={run.variant}", *settings, f"step=1.{n}"]
    return f"{lesson_address(lesson.id)}?{'&'.join(parts)}"


def stage_address(runs: Sequence[RunName], way: str = "") -> str:
    """The stage with these runs side by side, all of one lesson."""
    first = runs[0]
    parts = [f"v={','.join(run.variant for run in runs)}"]
    alike = all(_settings(run) == _settings(first) for run in runs)
    for place, run in enumerate(runs[:1] if alike else runs, 1):
        parts += _settings(run, "" if alike else str(place))
    return f"{lesson_address(first.lesson, way)}?{'&'.join(parts)}"


def _settings(run: RunName, place: str = "") -> list[str]:
    """The settings of a run; ``place`` is its number where they hold for it alone."""
    seed = [f"seed{place}={run.seed}"] if run.seed else []
    return [f"p{place}.{quote(name)}={quote(value)}" for name, value in run.settings] + seed
