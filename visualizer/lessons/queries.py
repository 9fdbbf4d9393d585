"""Questions put to a trace: JMESPath queries, steps by their moment, and texts with queries inside.

Pure functions of the trace. A text may hold queries in braces, ``after {requests[0].done} s``, so
that no figure about a run is ever typed by hand.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

import jmespath
import jmespath.functions
import msgspec
from jmespath.exceptions import JMESPathError

from visualizer.trace.captions import DEFAULTS
from visualizer.trace.records import Trace

from .errors import did_you_mean
from .figures import flaw_of_unit, read_figure, written

#: Moments that every program may show; ``in FUNCTION`` comes on top.
MOMENTS = tuple(DEFAULTS)
_BRACES = re.compile(r"\{([^{}]+)\}")
_Sum: TypeAlias = Callable[[Any, float, float], float | None]
_of_numbers: Callable[[_Sum], _Sum] = jmespath.functions.signature(
    {"types": ["number"]}, {"types": ["number"]}
)


class _Arithmetic(jmespath.functions.Functions):  # type: ignore[misc]  # the library has no types
    """What JMESPath lacks: ``minus(a, b)``, ``plus(a, b)``, ``times(a, b)`` and ``over(a, b)``,
    which is null where nothing divides."""

    @_of_numbers
    def _func_minus(self, a: float, b: float) -> float:
        return a - b

    @_of_numbers
    def _func_plus(self, a: float, b: float) -> float:
        return a + b

    @_of_numbers
    def _func_times(self, a: float, b: float) -> float:
        return a * b

    @_of_numbers
    def _func_over(self, a: float, b: float) -> float | None:
        return a / b if b else None


_OPTIONS = jmespath.Options(custom_functions=_Arithmetic())


class Facts:
    """A trace as plain data, which is what queries read. Made once and asked often."""

    def __init__(self, trace: Trace) -> None:
        # By way of JSON, so that a query sees what an author sees: pairs are lists there.
        self.data: Mapping[str, Any] = msgspec.json.decode(msgspec.json.encode(trace))

    def ask(self, query: str) -> Any:
        """The result of a query, or None where the run has no answer."""
        try:
            return jmespath.search(query, self.data, options=_OPTIONS)
        except JMESPathError:
            return None

    def fill(self, text: str) -> str:
        """The text with its queries answered; "?" where the run has no answer."""
        return _BRACES.sub(lambda match: self.figure(match[1]), text)

    def figure(self, text: str) -> str:
        """What ``QUERY as UNIT`` comes to; "?" where the run has no answer."""
        figure = read_figure(text)
        return written(self.ask(figure.query), figure.unit, figure.digits)

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
        return [query for query in _BRACES.findall(text) if self.figure(query) == "?"]


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
    for braces in _BRACES.findall(text):
        figure = read_figure(braces)
        flaw = flaw_of_query(figure.query) or flaw_of_unit(figure.unit)
        if flaw is not None:
            return f"{{{braces}}}: {flaw}"
        if figure.first:
            return f"{{{braces}}}: this text speaks of the run of its question alone"
    return None


def flaw_of_moment(moment: str, functions: set[str]) -> str | None:
    """Why this is not a moment of a program with these functions, with advice; None if it is."""
    known = [*MOMENTS, *(f"in {name}" for name in sorted(functions))]
    return None if moment in known else did_you_mean(moment, known)
