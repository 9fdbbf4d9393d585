"""What the stage's page is given of a lesson."""

from __future__ import annotations

from typing import Any

from visualizer.course import Library, render
from visualizer.lessons import Lesson

from .real import why_not


def page_data(lesson: Lesson, library: Library) -> dict[str, Any]:
    """``Lesson.page()`` with the introduction, its live parts filled in, and ``unreal`` of each
    variant: why it cannot be run on the wall clock, None if it can."""
    page = lesson.page()
    for variant in page["variants"]:
        variant["unreal"] = why_not(lesson, lesson.job(variant["id"]))
    return {**page, "text_html": render(lesson.text, library)}


def with_experiments(page: dict[str, Any], lesson: Lesson, library: Library) -> dict[str, Any]:
    """The page with the text of each experiment as HTML, for "Change it"."""
    told = [
        {**each, "html": render(lesson.texts[each["id"]], library)} for each in page["experiments"]
    ]
    return {**page, "experiments": told}
