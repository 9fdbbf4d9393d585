"""The classroom: classes that follow along, what learners answer and how it is judged, and a
lesson's rehearsal before it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .asking import Adhoc, Asked, from_adhoc, from_lesson
from .quiz import AnswerError, ProofStep, Verdict, expected, grade
from .refused import DatabaseError, Refused
from .rehearsal import question_breaches, rehearse

if TYPE_CHECKING:
    from .register import Register
    from .results import Results
    from .session import Session

__all__ = [
    "Adhoc",
    "AnswerError",
    "Asked",
    "DatabaseError",
    "ProofStep",
    "Refused",
    "Register",
    "Results",
    "Session",
    "Verdict",
    "expected",
    "from_adhoc",
    "from_lesson",
    "grade",
    "question_breaches",
    "rehearse",
]


def __getattr__(name: str) -> Any:
    """What needs a database is loaded by those who ask for it: ``check`` does not."""
    if name in ("Register", "Results", "Session"):
        from . import register

        return getattr(register, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
