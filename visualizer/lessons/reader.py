"""Reads one lesson's folder: all of it, or all that is wrong with it.

A folder holds ``lesson.toml``, ``lesson.md``, ``quiz.toml`` and one listing a variant. The files
are read independently, so that one look at the errors is enough to mend them all.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from visualizer.lab.job import UserRequest

from .errors import LessonError
from .format import ID, LessonTable, RequestsFile
from .lesson import Lesson, Variant
from .listing import Listing, hides_library, read_listing
from .markup import Text, read_markup
from .places import line_of
from .quiz import QuizTable
from .quiz_rules import quiz_rules
from .rules import lesson_rules, request_rules
from .shape import Breach
from .toml import Document, read_text, read_toml
from .way_rules import break_rules, change_rules, predict_rules, same_ids
from .ways import BreakTable, ChangeTable, PredictTable


class BrokenLesson(Exception):
    """A folder that cannot be used as a lesson; ``errors`` says why, one by one."""

    def __init__(self, errors: list[LessonError]) -> None:
        super().__init__("\n".join(str(error) for error in errors))
        self.errors = list({str(error): error for error in errors}.values())


def read_lesson(folder: Path) -> Lesson:
    """Read a folder. Raises ``BrokenLesson`` with every breach found."""
    errors = _folder_errors(folder)
    lesson = read_toml(folder / "lesson.toml", LessonTable)
    errors += lesson.errors
    text = read_prose(folder / "lesson.md", errors, folder.name)
    sources, listings = _read_listings(folder, lesson, errors)
    if lesson.value is not None:
        errors += lesson.errors_of(lesson_rules(lesson.value, listings))
    quiz = _read_quiz(folder / "quiz.toml", lesson, listings, errors)
    ways = _Ways(folder, lesson, listings, errors)
    if quiz.value is not None:
        ways.names += [(question.id, "quiz.toml") for question in quiz.value.questions]
    ways.check_names(quiz)
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
        text=text,
        quiz=quiz.value.questions,
        lesson_file=lesson,
        quiz_file=quiz,
        predict_file=ways.predict,
        break_file=ways.breaks,
        change_file=ways.change,
        texts=ways.texts,
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


def read_prose(path: Path, errors: list[LessonError], home: str = "") -> Text:
    """Read a file of text; what is wrong with it goes to ``errors``."""
    try:
        text = read_text(path)
    except LessonError as error:
        errors.append(error)
        return Text(str(path), home)
    if not text.strip():
        message, remedy = "The text is empty.", "Say in a few sentences what to look at."
        errors.append(LessonError(str(path), 1, message, remedy))
    found = read_markup(text, str(path), home)
    errors += found.flaws
    return found


class _Ways:
    """The files that a lesson may have beside its quiz: predict, break_it and change_it."""

    def __init__(
        self,
        folder: Path,
        lesson: Document[LessonTable],
        listings: dict[str, Listing],
        errors: list[LessonError],
    ) -> None:
        self.texts: dict[str, Text] = {}
        self.names: list[tuple[str, str]] = []
        self._id, self._errors = folder.name, errors
        # What lesson.toml names is unknown while it is broken: that is told once, there.
        self._known = lesson.value is not None
        variants = [variant.id for variant in lesson.value.variants] if lesson.value else []
        functions = {name for listing in listings.values() for name in listing.functions}
        self.predict = self._predict(folder / "predict.toml", variants, functions)
        self.breaks = self._breaks(folder / "break_it.toml", variants, functions)
        self.change = self._change(folder / "change_it.toml")

    def check_names(self, quiz: Document[QuizTable]) -> None:
        """Answers are asked for by id alone, so ids are unique within a lesson."""
        if same := same_ids(self.names):
            self._errors.append(LessonError(quiz.name, 1, f"The id {same}.", "Rename one."))

    def _predict(
        self, path: Path, variants: list[str], functions: set[str]
    ) -> Document[PredictTable] | None:
        if not path.exists():
            return None
        document = read_toml(path, PredictTable)
        self._errors += document.errors
        if document.value is not None and self._known:
            found = predict_rules(document.value, variants, functions)
            self._errors += document.errors_of(found)
        if document.value is not None:
            self.names += [(each.id, path.name) for each in document.value.questions]
        return document

    def _breaks(
        self, path: Path, variants: list[str], functions: set[str]
    ) -> Document[BreakTable] | None:
        if not path.exists():
            return None
        document = read_toml(path, BreakTable)
        self._errors += document.errors
        if document.value is not None and self._known:
            found = break_rules(document.value, self._id, variants, functions)
            self._errors += document.errors_of(found)
        if document.value is not None:
            for index, pitfall in enumerate(document.value.pitfalls):
                self._text(document, ("pitfalls", index, "text"), pitfall.id, pitfall.text)
            self.names += [(each.id, path.name) for each in document.value.pitfalls]
            self.names += [(each.id, path.name) for each in document.value.myths]
        return document

    def _change(self, path: Path) -> Document[ChangeTable] | None:
        if not path.exists():
            return None
        document = read_toml(path, ChangeTable)
        self._errors += document.errors
        if document.value is not None:
            self._errors += document.errors_of(change_rules(document.value, self._id))
            for index, each in enumerate(document.value.experiments):
                self._text(document, ("experiments", index, "text"), each.id, each.text)
            self.names += [(each.id, path.name) for each in document.value.experiments]
        return document

    def _text(
        self, document: Document[Any], place: tuple[str | int, ...], id: str, text: str
    ) -> None:
        """A text of several lines begins in the line after its key."""
        line = line_of(document.lines, place)
        above = line if "\n" in text else line - 1
        self.texts[id] = read_markup(text, document.name, self._id, above)
        self._errors += self.texts[id].flaws


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
