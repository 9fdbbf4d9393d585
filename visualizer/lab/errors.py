"""What the lab says when it cannot run a program at all."""

from __future__ import annotations

from typing import Literal, TypeAlias

Code: TypeAlias = Literal[
    "syntax", "import", "no_app", "parameter", "limit", "crash", "lab", "closed"
]


class LabError(Exception):
    """A job that yields no trace.

    ``code`` says which kind: ``syntax`` and ``import`` (the program's own error, with ``file`` and
    ``line``), ``no_app`` (no application object), ``parameter`` (a constant that the listing does
    not have), ``limit`` or ``crash`` before anything was recorded, ``closed`` (it was no longer
    wanted), ``lab`` (our fault).
    ``message`` is one line that says what to do next.
    """

    def __init__(
        self, code: Code, message: str, file: str | None = None, line: int | None = None
    ) -> None:
        super().__init__(message)
        self.code: Code = code
        self.message = message
        self.file = file
        self.line = line

    def __reduce__(self) -> tuple[type[LabError], tuple[object, ...]]:
        return LabError, (self.code, self.message, self.file, self.line)

    def where(self) -> str:
        """``file:line: message``, as far as known."""
        place = ":".join(str(part) for part in (self.file, self.line) if part is not None)
        return f"{place}: {self.message}" if place else self.message
