"""What the query of an address asks for: ``p.NAME=VALUE`` and ``seed``; ``p2.NAME=VALUE`` and
``seed2`` speak of the second slot of a stage alone, and hold against what is said of all.

``strictly`` refuses what it does not understand, as a download has to. ``nearly`` takes what holds,
and says what it dropped, so that an old link still opens.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from visualizer.lab.job import Value
from visualizer.lessons import Lesson, ParameterError
from visualizer.lessons.parameters import check_seed, check_value, check_values, parse

from .messages import MAX_SLOTS, Refusal

#: A name in the query that speaks of one slot alone.
_OWN = re.compile(r"(?:p(?=\d{1,2}\.)|seed(?=\d{1,2}$))(\d{1,2})(?:\..*)?", re.ASCII | re.DOTALL)
#: The clock of all slots, or of one.
_CLOCK = re.compile(r"clock\d{0,2}", re.ASCII)
#: Digits of the largest seed.
_DIGITS = 16
#: As many variants as the stage shows unless asked otherwise.
_USUAL = 2


class Wishes(NamedTuple):
    parameters: dict[str, Value]
    seed: int


def variants(query: Mapping[str, str], lesson: Lesson) -> tuple[list[str], list[str]]:
    """Which variants to show, and a sentence for each that was asked for and is not there."""
    known = [variant.id for variant in lesson.variants]
    asked = [id for id in query.get("v", "").split(",") if id]
    unknown = [id for id in asked if id not in known][:MAX_SLOTS]
    found = [id for id in asked if id in known][:MAX_SLOTS]
    return found or known[:_USUAL], [f"This lesson has no version “{id[:60]}”." for id in unknown]


def strictly(query: Mapping[str, str], lesson: Lesson) -> Wishes:
    """What is asked for. Raises ``Refusal`` that names the field."""
    try:
        given: dict[str, Value] = {
            name: _value(name, text, lesson) for name, text in _parameters(query)
        }
        check_values(lesson.parameters, given)
        return Wishes(given, _seed(query.get("seed")))
    except ParameterError as error:
        field = error.field if error.field == "seed" else f"parameters.{error.field}"
        raise Refusal("parameter", error.message, field) from error


def nearly(query: Mapping[str, str], lesson: Lesson, slots: int) -> tuple[list[Wishes], list[str]]:
    """What of it is valid, for each of so many slots, and a sentence for each thing that is not."""
    notices: dict[str, None] = {}  # in order, each once
    wishes = [_nearly(query, lesson, end, notices) for end in map(str, range(1, slots + 1))]
    for name, text in query.items():
        if _CLOCK.fullmatch(name) and text == "wall":
            notices["What runs for real is seen on the stage only; this is the virtual clock."] = (
                None
            )
        found = _OWN.fullmatch(name)
        if found and not 1 <= int(found[1]) <= slots:
            notices[f"There is no version {found[1]} on this stage."] = None
    return wishes, list(notices)


def _nearly(query: Mapping[str, str], lesson: Lesson, end: str, notices: dict[str, None]) -> Wishes:
    """The valid wishes for one slot; what is wrong is added to the notices."""
    given: dict[str, Value] = {}
    for name, text in [*_parameters(query), *_parameters(query, end)]:
        try:
            given[name] = _value(name, text, lesson)
        except ParameterError as error:
            notices[error.message] = None
    try:
        return Wishes(given, _seed(query.get(f"seed{end}", query.get("seed"))))
    except ParameterError as error:
        notices[error.message] = None
        return Wishes(given, 0)


def _parameters(query: Mapping[str, str], end: str = "") -> list[tuple[str, str]]:
    prefix = f"p{end}."
    return [
        (name.removeprefix(prefix), text) for name, text in query.items() if name.startswith(prefix)
    ]


def _value(name: str, text: str, lesson: Lesson) -> Value:
    table = lesson.parameters.get(name)
    if table is None:
        check_values(lesson.parameters, {name: text})  # raises, and names those that there are
        raise AssertionError(name)
    return check_value(name, table, parse(name, table, text))


def _seed(text: str | None) -> int:
    if text is None:
        return 0
    number = text.isascii() and text.isdigit() and len(text) <= _DIGITS
    return check_seed(int(text) if number else text)
