"""A pitfall as a page shows it: what goes wrong beside what goes right, from two runs."""

from __future__ import annotations

from typing import Any

from visualizer.lessons import Lesson
from visualizer.lessons.runs import run_name
from visualizer.lessons.ways import Pitfall

from .address import stage_address
from .blocks import compare_table
from .library import Library
from .text import render
from .timeline import timeline


def pitfall_data(lesson: Lesson, pitfall: Pitfall, library: Library) -> dict[str, Any]:
    """What ``break_it.html`` gets of a pitfall; ``title`` and ``remember`` are
    words with names in backticks, the others HTML.

    Raises ``LabError`` or ``ParameterError`` where a run cannot be had."""
    runs = [run_name(name, lesson.id) for name in (pitfall.wrong, pitfall.right)]
    titled = [(library.title(run), library.trace(run)) for run in runs]
    return {
        "id": pitfall.id,
        "title": pitfall.title,
        "text": render(lesson.texts[pitfall.id], library),
        "picture": timeline(titled),
        "table": compare_table(runs, pitfall.rows, library),
        "remember": pitfall.remember,
        "watch": stage_address(runs),
    }
