"""Where each key of a TOML file stands: ``places(text)[("variants", 0, "file")]`` is its line.

The standard library reads TOML but forgets the lines, and an error message without a line sends
its reader searching. This scanner goes over a text that ``tomllib`` has accepted already, so it
need not judge anything: it only follows tables, keys and brackets, and steps over the values.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TypeAlias

Path: TypeAlias = tuple[str | int, ...]

_BLANK = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_STRING = re.compile(
    r'"""(?:\\.|[^\\])*?"{3,5}' r"|'''.*?'{3,5}" r'|"(?:\\.|[^"\\])*"' r"|'[^']*'",
    re.DOTALL,
)
_SCALAR = re.compile(r"[^,\]}#\n]+")
_ESCAPE = re.compile(r'\\(["\\])')


def places(text: str) -> dict[Path, int]:
    """The line (from 1) of every table, key and array element of a valid TOML text."""
    return _Scanner(text).scan()


def line_of(found: Mapping[Path, int], path: Path) -> int:
    """The line of ``path``, or of the nearest thing around it, or 1."""
    for length in range(len(path), 0, -1):
        if path[:length] in found:
            return found[path[:length]]
    return 1


class _Scanner:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.found: dict[Path, int] = {}
        self.counts: dict[Path, int] = {}

    def scan(self) -> dict[Path, int]:
        table: Path = ()
        self.skip_blank()
        while self.at < len(self.text):
            if self.text.startswith("[[", self.at):
                self.at += 2
                table = self.open_array_table(self.key())
                self.at += 2
            elif self.text[self.at] == "[":
                self.at += 1
                table = self.open_table(self.key())
                self.at += 1
            else:
                self.assignment(table)
            self.skip_blank()
        return self.found

    def open_table(self, key: list[str]) -> Path:
        return self.resolve(key)

    def open_array_table(self, key: list[str]) -> Path:
        array = (*self.resolve(key[:-1]), key[-1])
        self.note(array)
        index = self.counts.get(array, 0)
        self.counts[array] = index + 1
        self.note((*array, index))
        return (*array, index)

    def resolve(self, key: list[str]) -> Path:
        """The path that a header means: an array of tables stands for its last table."""
        path: Path = ()
        for part in key:
            path = (*path, part)
            self.note(path)
            if path in self.counts:
                path = (*path, self.counts[path] - 1)
        return path

    def assignment(self, table: Path) -> None:
        start = self.at
        key = self.key()
        path = table
        for part in key:
            path = (*path, part)
            self.note(path, start)
        self.skip_blank()
        self.at += 1  # the equals sign
        self.value(path)

    def value(self, path: Path) -> None:
        self.skip_blank()
        first = self.text[self.at]
        if first in "\"'":
            self.take(_STRING)
        elif first == "[":
            self.at += 1
            index = 0
            while self.more("]"):
                self.note((*path, index))
                self.value((*path, index))
                index += 1
        elif first == "{":
            self.at += 1
            while self.more("}"):
                self.assignment(path)
        else:
            self.take(_SCALAR)

    def more(self, close: str) -> bool:
        """Whether another element follows before ``close``, which is stepped over if not."""
        self.skip_blank()
        if self.text[self.at] == ",":
            self.at += 1
            self.skip_blank()
        if self.text[self.at] == close:
            self.at += 1
            return False
        return True

    def key(self) -> list[str]:
        parts: list[str] = []
        while True:
            self.skip_blank()
            if self.text[self.at] in "\"'":
                quoted = self.take(_STRING)
                parts.append(_ESCAPE.sub(r"\1", quoted[1:-1]))
            else:
                parts.append(self.take(_BARE_KEY))
            self.skip_blank()
            if self.text[self.at] != ".":
                return parts
            self.at += 1

    def take(self, pattern: re.Pattern[str]) -> str:
        match = pattern.match(self.text, self.at)
        if match is None:
            raise ValueError(f"not valid TOML at character {self.at}")
        self.at = match.end()
        return match.group()

    def skip_blank(self) -> None:
        match = _BLANK.match(self.text, self.at)
        if match is not None:
            self.at = match.end()

    def note(self, path: Path, at: int | None = None) -> None:
        line = self.text.count("\n", 0, self.at if at is None else at) + 1
        self.found.setdefault(path, line)
