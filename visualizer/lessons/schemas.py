"""The JSON Schemas of ``lesson.toml`` and ``quiz.toml``, made from the classes that read them."""

from __future__ import annotations

import json
from pathlib import Path

import msgspec

from visualizer.trace.codec import schema_of

from .format import LessonTable
from .quiz import QuizTable

_FILES: dict[str, tuple[str, type[msgspec.Struct]]] = {
    "lesson.schema.json": ("lesson.toml of a Meanwhile lesson", LessonTable),
    "quiz.schema.json": ("quiz.toml of a Meanwhile lesson", QuizTable),
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
