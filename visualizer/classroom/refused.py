"""What a class does not grant, and what its database cannot do: one clear sentence each."""

from __future__ import annotations

from typing import Any


class Refused(Exception):
    """A request that is not granted.

    ``code`` is for programs, ``message`` is a sentence for people that says what to do, ``field``
    is the place of the mistake or None, and ``status`` is what an HTTP answer carries.
    """

    def __init__(
        self, code: str, message: str, field: str | None = None, status: int = 400
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.field = field
        self.status = status

    def fault(self, within: str = "") -> dict[str, str | None]:
        """``{code, message, field}``; ``within`` is put before the field."""
        field = ".".join(part for part in (within, self.field) if part) or None
        return {"code": self.code, "message": self.message, "field": field}

    def answer(self) -> dict[str, Any]:
        return {"error": self.fault()}


class DatabaseError(Exception):
    """The database cannot be used. Its text is one line that says what to do."""


def no_class() -> Refused:
    """One answer for codes that are wrong, over or ended, so that nobody learns which they are."""
    return Refused(
        "no_class",
        "There is no class with this code now. Check the code with your teacher.",
        "code",
        404,
    )
