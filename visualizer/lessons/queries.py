"""Questions put to a trace: JMESPath queries, steps by their moment, and texts with queries inside.

Pure functions of the trace. A text may hold queries in braces, ``after {requests[0].done} s``, so
that no figure about a run is ever typed by hand.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import jmespath
import msgspec
from jmespath.exceptions import JMESPathError

from visualizer.trace.records import Trace

from .errors import did_you_mean

#: Moments that every program may show; ``in FUNCTION`` comes on top.
MOMENTS = (
    "request sent",
    "request received",
    "task queued",
    "task received",
    "task started",
    "task retried",
    "task failed",
    "task finished",
    "task rejected",
    "task revoked",
    "response sent",
    "request over",
)
#: Of a longer list a text names only so many.
_MOST_ITEMS = 5
_BRACES = re.compile(r"\{([^{}]+)\}")


class Facts:
    """A trace as plain data, which is what queries read. Made once and asked often."""

    def __init__(self, trace: Trace) -> None:
        self.data: Mapping[str, Any] = msgspec.to_builtins(trace)

    def ask(self, query: str) -> Any:
        """The result of a query, or None where the run has no answer."""
        try:
            return jmespath.search(query, self.data)
        except JMESPathError:
            return None

    def fill(self, text: str) -> str:
        """The text with its queries answered; "?" where the run has no answer."""
        return _BRACES.sub(lambda match: show(self.ask(match[1])), text)

    def step(self, where: str | None, query: str | None = None) -> int | None:
        """The number of the step that a query gives, or of the first step with this moment."""
        steps = self.data["steps"]
        if query is not None:
            found = self.ask(query)
            whole = isinstance(found, int) and not isinstance(found, bool)
            return found if whole and any(step["n"] == found for step in steps) else None
        return next((step["n"] for step in steps if step["moment"] == where), None)

    def unanswered(self, text: str) -> list[str]:
        """The queries in a text to which this run has no answer."""
        return [query for query in _BRACES.findall(text) if self.ask(query) in (None, [])]


def show(value: Any) -> str:
    """A value as text for a reader: numbers to the millisecond without idle zeros."""
    if value is None or value == []:
        return "?"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.3f}".rstrip("0").rstrip(".")
    if isinstance(value, list):
        told = [show(item) for item in value[:_MOST_ITEMS]]
        return ", ".join([*told, "…"] if len(value) > _MOST_ITEMS else told)
    return str(value)


def flaw_of_query(query: str) -> str | None:
    """What is wrong with a query as such, in one line, or None."""
    try:
        jmespath.compile(query)
    except JMESPathError as error:
        return " ".join(str(error).split("\n")[0].split())
    return None


def flaw_of_text(text: str) -> str | None:
    """What is wrong with the queries inside a text, in one line, or None."""
    if re.search(r"[{}]", _BRACES.sub("", text)):
        return "a brace is left open"
    for query in _BRACES.findall(text):
        flaw = flaw_of_query(query)
        if flaw is not None:
            return f"{{{query}}}: {flaw}"
    return None


def flaw_of_moment(moment: str, functions: set[str]) -> str | None:
    """Why this is not a moment of a program with these functions, with advice; None if it is."""
    known = [*MOMENTS, *(f"in {name}" for name in sorted(functions))]
    return None if moment in known else did_you_mean(moment, known)
