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
    parts = [f"v={','.join(run.variant for run in runs)}", *_settings(first)]
    for place, run in enumerate(runs[1:], 2):
        parts += [pair.replace("p.", f"p{place}.", 1) for pair in _differing(first, run)]
    return f"{lesson_address(first.lesson, way)}?{'&'.join(parts)}"


def _settings(run: RunName) -> list[str]:
    seed = [f"seed={run.seed}"] if run.seed else []
    return [f"p.{quote(name)}={quote(value)}" for name, value in run.settings] + seed


def _differing(first: RunName, run: RunName) -> list[str]:
    known = set(_settings(first))
    return [pair for pair in _settings(run) if pair not in known]
