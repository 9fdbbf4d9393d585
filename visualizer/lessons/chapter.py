"""A chapter: a topic with its explanation, told in four ways; a folder in ``chapters/``.

It holds ``chapter.toml``, a text for each way (``start.md``, ``why.md``, ``deep_dive.md``,
``measure.md``) and, where the texts ask anything, ``questions.toml``. A question there names its
run as every text does: ``variant = "long_task/thread"``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from msgspec import Meta

from .errors import LessonError, ParameterError, brief, did_you_mean
from .format import ID, Table
from .format import Text as Words
from .live import Ask
from .markup import CHAPTER_WAYS, Text
from .quiz import Question, QuizTable
from .quiz_rules import quiz_rules
from .reader import BrokenLesson, read_prose
from .runs import run_name
from .shape import Breach
from .toml import Document, read_toml


class ChapterTable(Table):
    """The whole of ``chapter.toml``."""

    title: Words
    summary: Annotated[Words, Meta(description="what it is about, in one sentence")]
    position: Annotated[int, Meta(ge=1, description="its place among the chapters")] = 100


@dataclass(frozen=True)
class Chapter:
    """One chapter that was read. ``texts`` are by way."""

    id: str
    folder: Path
    table: ChapterTable
    texts: Mapping[str, Text]
    questions: Sequence[Question]
    questions_file: Document[QuizTable] | None

    @property
    def title(self) -> str:
        return self.table.title

    @property
    def summary(self) -> str:
        return self.table.summary

    def question(self, id: str) -> Question:
        """The question of this id. Raises ``ParameterError``."""
        for question in self.questions:
            if question.id == id:
                return question
        known = did_you_mean(id, [question.id for question in self.questions])
        raise ParameterError("question", f"{self.id} has no question {brief(id)}. {known}")


def read_chapter(folder: Path) -> Chapter:
    """Read a folder. Raises ``BrokenLesson`` with every breach found."""
    errors: list[LessonError] = []
    if not re.fullmatch(ID, folder.name):
        message = f"The folder's name {folder.name!r} cannot be a chapter's."
        remedy = "Use small letters, digits and underscores, and begin with a letter."
        errors.append(LessonError(str(folder), 1, message, remedy))
    table = read_toml(folder / "chapter.toml", ChapterTable)
    errors += table.errors
    texts = {
        way: read_prose(folder / f"{way.replace('-', '_')}.md", errors) for way in CHAPTER_WAYS
    }
    questions = _read_questions(folder / "questions.toml", errors)
    errors += _asked(texts, questions)
    if errors or table.value is None:
        raise BrokenLesson(errors)
    return Chapter(
        id=folder.name,
        folder=folder,
        table=table.value,
        texts=texts,
        questions=questions.value.questions if questions and questions.value else [],
        questions_file=questions,
    )


def _read_questions(path: Path, errors: list[LessonError]) -> Document[QuizTable] | None:
    if not path.exists():
        return None
    document = read_toml(path, QuizTable)
    errors += document.errors
    if document.value is not None:
        for index, question in enumerate(document.value.questions):
            try:
                run_name(question.variant)
            except ParameterError as error:
                breach = Breach(("questions", index, "variant"), error.message, "Correct it.")
                errors.append(document.error(breach))
        runs = [question.variant for question in document.value.questions]
        errors += document.errors_of(quiz_rules(document.value.questions, runs, None))
    return document


def _asked(texts: Mapping[str, Text], document: Document[QuizTable] | None) -> list[LessonError]:
    """Questions that a text asks and that do not exist."""
    table = document.value if document else None
    known = [question.id for question in table.questions] if table else []
    return [
        LessonError(
            text.file,
            line,
            f"There is no question {part.question!r}.",
            did_you_mean(part.question, known) or "Write it into questions.toml.",
        )
        for text in texts.values()
        for line, part in text.live
        if isinstance(part, Ask) and part.question not in known
    ]
