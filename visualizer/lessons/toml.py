"""A TOML file as typed data, or as a list of what is wrong with it, each with its line."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

import msgspec

from .errors import LessonError
from .places import Path as Place
from .places import line_of, places
from .shape import Breach, breaches

T = TypeVar("T", bound=msgspec.Struct)


@dataclass(frozen=True)
class Document(Generic[T]):
    """A file that was read. ``value`` is None if its shape is wrong; then ``errors`` says why."""

    name: str
    value: T | None
    lines: Mapping[Place, int]
    errors: list[LessonError]

    def error(self, breach: Breach) -> LessonError:
        """A breach of a rule, with the line where it stands."""
        return LessonError(
            self.name, line_of(self.lines, breach.path), breach.message, breach.remedy
        )

    def errors_of(self, found: Iterable[Breach]) -> list[LessonError]:
        return [self.error(breach) for breach in found]


def read_text(path: Path) -> str:
    """The text of a file. Raises ``LessonError`` with a remedy where it cannot be read."""
    try:
        return path.read_bytes().decode("utf-8").replace("\r\n", "\n")
    except FileNotFoundError:
        raise LessonError(str(path), 1, "The file is missing.", "Add it to the folder.") from None
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        message, remedy = "This line is not UTF-8 text.", "Save the file as UTF-8."
        raise LessonError(str(path), line, message, remedy) from None
    except OSError as error:
        message = f"The file cannot be read: {error.strerror}."
        raise LessonError(str(path), 1, message, "Check its name and its rights.") from None


def read_toml(path: Path, kind: type[T]) -> Document[T]:
    """Read a file and hold it against the class ``kind``."""
    try:
        return parse_toml(str(path), read_text(path), kind)
    except LessonError as error:
        return Document(str(path), None, {}, [error])


def parse_toml(name: str, text: str, kind: type[T], above: int = 0) -> Document[T]:
    """Hold a TOML text against the class ``kind``. ``above`` lines stand over it in the file."""
    try:
        data = _parse(name, text)
    except LessonError as error:
        moved = LessonError(name, error.line + above, error.message, error.remedy)
        return Document(name, None, {}, [moved])
    lines = {place: line + above for place, line in places(text).items()}
    document: Document[T] = Document(name, None, lines, [])
    errors = document.errors_of(breaches(data, kind))
    if errors:
        return Document(name, None, lines, sorted(errors, key=lambda error: error.line))
    return Document(name, msgspec.convert(data, kind), lines, [])


def _parse(name: str, text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        place = re.search(r" \(at line (\d+), column \d+\)", str(error))
        at_end = text.count("\n") + 1
        message = re.sub(r" \(at .*\)$", "", str(error))
        raise LessonError(
            name,
            int(place[1]) if place else at_end,
            f"This is not TOML: {message}.",
            'Write key = value, and put texts in "quotation marks".',
        ) from None
