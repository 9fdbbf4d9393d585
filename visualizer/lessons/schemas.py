"""The JSON Schemas of a lesson's and a chapter's TOML files, made from their classes."""

from __future__ import annotations

import json
from pathlib import Path

import msgspec

from visualizer.trace.codec import schema_of

from .chapter import ChapterTable
from .format import LessonTable
from .glossary import GlossaryTable
from .quiz import QuizTable
from .ways import BreakTable, ChangeTable, PredictTable

_FILES: dict[str, tuple[str, type[msgspec.Struct]]] = {
    "lesson.schema.json": ("lesson.toml of a Meanwhile lesson", LessonTable),
    "quiz.schema.json": ("quiz.toml of a Meanwhile lesson", QuizTable),
    "predict.schema.json": ("predict.toml of a Meanwhile lesson", PredictTable),
    "break_it.schema.json": ("break_it.toml of a Meanwhile lesson", BreakTable),
    "change_it.schema.json": ("change_it.toml of a Meanwhile lesson", ChangeTable),
    "chapter.schema.json": ("chapter.toml of a Meanwhile chapter", ChapterTable),
    "glossary.schema.json": ("glossary.toml of a Meanwhile course", GlossaryTable),
}


def schemas() -> dict[str, str]:
    """The text of each schema file, by its name in ``docs/``."""
    return {name: _schema(title, kind) for name, (title, kind) in _FILES.items()}


def write_schemas(folder: Path) -> list[Path]:
    """Write the schemas into a folder, and say which files they are."""
    written = []
    for name, text in schemas().items():
        (folder / name).write_text(text, encoding="utf-8")
        written.append(folder / name)
    return written


def _schema(title: str, kind: type[msgspec.Struct]) -> str:
    return json.dumps(schema_of(title, kind), indent=2, ensure_ascii=False) + "\n"
