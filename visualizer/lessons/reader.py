"""Reads one lesson's folder: all of it, or all that is wrong with it.

A folder holds ``lesson.toml``, ``lesson.md``, ``quiz.toml`` and one listing a variant. The files
are read independently, so that one look at the errors is enough to mend them all.
"""

from __future__ import annotations

import re
from pathlib import Path

from markdown_it import MarkdownIt

from visualizer.lab.job import UserRequest

from .errors import LessonError
from .format import ID, LessonTable, RequestsFile
from .lesson import Lesson, Variant
from .listing import Listing, hides_library, read_listing
from .quiz import QuizTable
from .quiz_rules import quiz_rules
from .rules import lesson_rules, request_rules
from .shape import Breach
from .toml import Document, read_text, read_toml

# No HTML of an author's own and no pictures from elsewhere: a page loads nothing from other hosts.
_MARKDOWN = MarkdownIt("commonmark", {"html": False}).disable("image")


class BrokenLesson(Exception):
    """A folder that cannot be used as a lesson; ``errors`` says why, one by one."""

    def __init__(self, errors: list[LessonError]) -> None:
        super().__init__("\n".join(str(error) for error in errors))
        self.errors = errors


def read_lesson(folder: Path) -> Lesson:
    """Read a folder. Raises ``BrokenLesson`` with every breach found."""
    errors = _folder_errors(folder)
    lesson = read_toml(folder / "lesson.toml", LessonTable)
    errors += lesson.errors
    text_html = _read_introduction(folder / "lesson.md", errors)
    sources, listings = _read_listings(folder, lesson, errors)
    if lesson.value is not None:
        errors += lesson.errors_of(lesson_rules(lesson.value, listings))
    quiz = _read_quiz(folder / "quiz.toml", lesson, listings, errors)
    if errors or lesson.value is None or quiz.value is None:
        raise BrokenLesson(errors)
    return Lesson(
        id=folder.name,
        folder=folder,
        table=lesson.value,
        variants=[
            Variant(table, sources[table.file], frozenset(listings[table.file].constants))
            for table in lesson.value.variants
        ],
        text_html=text_html,
        quiz=quiz.value.questions,
        lesson_file=lesson,
        quiz_file=quiz,
    )


def read_requests(path: Path) -> list[UserRequest]:
    """Read a file of ``[[requests]]``. Raises ``BrokenLesson`` with every breach found."""
    document = read_toml(path, RequestsFile)
    if document.value is None:
        raise BrokenLesson(document.errors)
    requests = document.value.requests
    errors = document.errors_of(request_rules(("requests",), requests))
    if errors:
        raise BrokenLesson(errors)
    return requests


def _folder_errors(folder: Path) -> list[LessonError]:
    if re.fullmatch(ID, folder.name):
        return []
    return [
        LessonError(
            str(folder),
            1,
            f"The folder's name {folder.name!r} cannot be a lesson's.",
            "Use small letters, digits and underscores, and begin with a letter.",
        )
    ]


def _read_introduction(path: Path, errors: list[LessonError]) -> str:
    try:
        text = read_text(path)
    except LessonError as error:
        errors.append(error)
        return ""
    if not text.strip():
        message, remedy = "The introduction is empty.", "Say in a few sentences what to look at."
        errors.append(LessonError(str(path), 1, message, remedy))
    return str(_MARKDOWN.render(text))


def _read_listings(
    folder: Path, lesson: Document[LessonTable], errors: list[LessonError]
) -> tuple[dict[str, str], dict[str, Listing]]:
    sources: dict[str, str] = {}
    listings: dict[str, Listing] = {}
    for index, variant in enumerate(lesson.value.variants if lesson.value else []):
        file = variant.file
        place = ("variants", index, "file")
        if not re.fullmatch(r"[A-Za-z_]\w*\.py", file):
            remedy = "Name a .py file in the lesson's own folder, such as thread_app.py."
            errors.append(lesson.error(Breach(place, f"The file is {file!r}.", remedy)))
        elif hides_library(file):
            message = f"{file} would hide the library of that name from the program."
            remedy = f"Rename it, for example to {file.removesuffix('.py')}_app.py."
            errors.append(lesson.error(Breach(place, message, remedy)))
        elif not (folder / file).is_file():
            message = f"There is no file {file} in the folder."
            errors.append(lesson.error(Breach(place, message, "Add it, or correct its name.")))
        elif file not in sources:
            try:
                sources[file] = read_text(folder / file)
            except LessonError as error:
                errors.append(error)
                continue
            listings[file] = read_listing(sources[file])
            for line, message, remedy in listings[file].flaws:
                errors.append(LessonError(str(folder / file), line, message, remedy))
    return sources, listings


def _read_quiz(
    path: Path,
    lesson: Document[LessonTable],
    listings: dict[str, Listing],
    errors: list[LessonError],
) -> Document[QuizTable]:
    quiz = read_toml(path, QuizTable)
    errors += quiz.errors
    if quiz.value is not None and lesson.value is not None:
        variants = [variant.id for variant in lesson.value.variants]
        functions = {name for listing in listings.values() for name in listing.functions}
        errors += quiz.errors_of(quiz_rules(quiz.value.questions, variants, functions))
    return quiz
