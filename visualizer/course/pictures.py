"""The small picture of each lesson, drawn from its own runs and made once."""

from __future__ import annotations

from visualizer.lab.errors import LabError
from visualizer.lessons import Lesson
from visualizer.lessons.runs import RunName

from .address import USUAL
from .library import Library
from .timeline import thumbnail


def picture_at_hand(lesson: Lesson, library: Library) -> str | None:
    """The picture, if it has been made already."""
    return library.made.get(_name(lesson))


def picture(lesson: Lesson, library: Library) -> str:
    """The picture; empty where a version cannot be run."""
    made = picture_at_hand(lesson, library)
    if made is None:
        try:
            made = thumbnail([("", library.trace(run)) for run in _runs(lesson)])
        except LabError:
            made = ""  # the stage says what is wrong, and so does ``check``
        library.made[_name(lesson)] = made
    return made


def _runs(lesson: Lesson) -> list[RunName]:
    return [RunName(lesson.id, variant.id) for variant in lesson.variants[:USUAL]]


def _name(lesson: Lesson) -> object:
    return ("picture", lesson.id)
