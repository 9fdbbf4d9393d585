"""Figures in a text: a query on a run, and how its result is written.

``{inline: requests[0].done as seconds}`` reads "5 s". What follows ``as`` is one of:

==========================  ================================================================
``seconds``, ``seconds 2``  a length of time: 5 s, 3 ms, 1 min 20 s; with so many decimals
``ms``                      milliseconds
``percent``                 a share of 1
``number 1``                a number with so many decimals
``count task``              how many: 1 task, 2 tasks; ``count time``: once, twice, 3 times
``times``                   how many times, in two figures that count
==========================  ================================================================

Without ``as`` a value is shown as it is. Two runs can be held against each other: ``{inline over
thread: requests[0].done as times}`` divides, ``minus`` takes away.
"""

from __future__ import annotations

import math
import re
from typing import Any, NamedTuple

UNITS = ("seconds", "ms", "percent", "number", "count", "times")
_AS = re.compile(r"\s+as\s+(?P<unit>[a-z]+)(?:\s+(?P<digits>\d)|\s+(?P<noun>[a-z]+))?\s*$")
_RUNS = re.compile(
    r"\s*(?P<first>[a-z][\w/]*(?:\?[^\s:]+)?)(?:\s+(?P<joint>over|minus)\s+(?P<second>[a-z][\w/]*(?:\?[^\s:]+)?))?:\s"
)


class Figure(NamedTuple):
    """A figure as a text asks for it. ``first`` and ``second`` name runs; ``unit`` may be empty,
    and for ``count`` names what is counted."""

    query: str
    unit: str = ""
    digits: int | None = None
    first: str = ""
    joint: str = ""
    second: str = ""


def read_figure(text: str) -> Figure:
    """Read what stands between the braces. Its query and its runs are checked elsewhere."""
    runs = _RUNS.match(text)
    rest = text[runs.end() :] if runs else text
    form = _AS.search(rest)
    query = rest[: form.start()] if form else rest
    return Figure(
        query.strip(),
        " ".join(filter(None, (form["unit"], form["noun"]))) if form else "",
        int(form["digits"]) if form and form["digits"] else None,
        runs["first"] if runs else "",
        (runs["joint"] or "") if runs else "",
        (runs["second"] or "") if runs else "",
    )


def joined(joint: str, first: Any, second: Any) -> Any:
    """Two results held against each other; None where they are no numbers, or nothing divides."""
    if not (_is_number(first) and _is_number(second)):
        return None
    if joint == "minus":
        return first - second
    return first / second if second else None


def written(value: Any, unit: str = "", digits: int | None = None) -> str:
    """A value as text for a reader; "?" where there is none."""
    if unit and not _is_number(value):
        return "?"
    if unit == "seconds":
        return length_of_time(value, digits)
    if unit == "ms":
        return f"{_decimals(value * 1000, digits)} ms"
    if unit == "percent":
        return f"{_decimals(value * 100, digits or 0)} %"
    if unit == "times":
        return _two_figures(value)
    if unit == "number":
        return _decimals(value, digits or 0)
    if unit.startswith("count "):
        return counted(value, unit.removeprefix("count "))
    return show(value)


def length_of_time(t: float, digits: int | None = None) -> str:
    """Seconds as people say them: "5 s", "3 ms", "1 min 20 s"."""
    if digits is not None:
        return f"{t:.{digits}f} s"
    if t >= 100:
        whole = round(t)
        return f"{whole // 60} min {whole % 60} s"
    if t >= 0.1:
        return f"{_trim(f'{t:.1f}')} s"
    return f"{_trim(f'{t * 1000:.{1 if t < 0.01 else 0}f}')} ms"


#: Of a longer list a text names only so many.
_MOST_ITEMS = 5


def show(value: Any) -> str:
    """A value as text for a reader: numbers to the millisecond without idle zeros, what was printed
    without the end of its line."""
    if value is None or value == []:
        return "?"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.3f}".rstrip("0").rstrip(".")
    if isinstance(value, list):
        told = [show(item) for item in value[:_MOST_ITEMS]]
        return ", ".join([*told, "…"] if len(value) > _MOST_ITEMS else told)
    return str(value).strip()


def counted(value: float, one: str) -> str:
    """How many there are, by the word for one: "1 task", "2 tasks"; "once", "3 times"."""
    if one == "time" and value in (1, 2):
        return "once" if value == 1 else "twice"
    return f"{_decimals(value, 0)} {one if value == 1 else f'{one}s'}"


def flaw_of_unit(unit: str) -> str | None:
    """What is wrong with what follows ``as``, or None."""
    name, _, noun = unit.partition(" ")
    if name not in ("", *UNITS):
        return f"{name!r} is no unit; known: {', '.join(UNITS)}"
    if (name == "count") != bool(noun):
        return "count, and only count, is followed by what is counted: as count task"
    return None


def amount(value: Any) -> float | None:
    """The value as a length to draw, or None."""
    return float(value) if _is_number(value) and math.isfinite(value) else None


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _decimals(value: float, digits: int | None) -> str:
    return f"{value:,.{digits}f}" if digits is not None else _trim(f"{value:,.1f}")


def _two_figures(value: float) -> str:
    if value == 0:
        return "0"
    places = 1 - math.floor(math.log10(abs(value)))
    rounded = round(value, places)
    return f"{rounded:,.0f}" if abs(rounded) >= 10 else _trim(f"{rounded:.1f}")


def _trim(text: str) -> str:
    return text.rstrip("0").rstrip(".") if "." in text else text
