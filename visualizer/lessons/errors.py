"""What can be wrong: with a lesson's folder, and with a parameter that a learner sets.

A ``LessonError`` always names the file, the line and the remedy, because an author who reads it
wants to go there and mend it. A ``ParameterError`` names the field and its bounds.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable


class LessonError(Exception):
    """One breach of the lesson format. ``line`` counts from 1; ``remedy`` is a sentence."""

    def __init__(self, file: str, line: int, message: str, remedy: str) -> None:
        super().__init__(file, line, message, remedy)
        self.file = file
        self.line = line
        self.message = message
        self.remedy = remedy

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message} {self.remedy}"


class ParameterError(ValueError):
    """A parameter, variant or seed that this lesson does not take. ``field`` says which."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field
        self.message = message


def brief(value: object) -> str:
    """A value as it goes into a message: short, and on one line."""
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."


_LINE = 15
"""Of so many words all are named."""


_NEAR = 0.6
_CLEAR = 0.1
"""From this likeness on (0 to 1) a name may be meant; it is clear if no other is as near."""


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known name that is clearly meant by another, or None. Case and hyphens do not count."""
    plain = word[:100].lower().replace("-", "_")
    likeness = {name: difflib.SequenceMatcher(None, name.lower(), plain).ratio() for name in known}
    best, *others = sorted(likeness, key=likeness.__getitem__, reverse=True) or [""]
    if likeness.get(best, 0.0) < _NEAR:
        return None
    ahead = likeness[best] - max((likeness[name] for name in others), default=0.0)
    return best if ahead >= _CLEAR else None


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """A sentence that offers the nearest known word, or else all of them, up to a line's worth."""
    words = list(known)
    near = difflib.get_close_matches(word[:100], words, n=1, cutoff=_NEAR)
    if near:
        return f"Did you mean {near[0]!r}?"
    if not words:
        return ""
    more = f" and {len(words) - _LINE} more" if len(words) > _LINE else ""
    return "Known: " + ", ".join(words[:_LINE]) + more + "."
