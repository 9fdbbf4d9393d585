"""What the query of an address asks for: ``p.NAME=VALUE`` and ``seed``.

``strictly`` refuses what it does not understand, as a download has to. ``nearly`` takes what holds,
and says what it dropped, so that an old link still opens.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from visualizer.lab.job import Value
from visualizer.lessons import Lesson, ParameterError
from visualizer.lessons.parameters import check_seed, check_value, check_values, parse

from .messages import Refusal

_PARAMETER = "p."
#: Digits of the largest seed.
_DIGITS = 16


class Wishes(NamedTuple):
    parameters: dict[str, Value]
    seed: int


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


def nearly(query: Mapping[str, str], lesson: Lesson) -> tuple[Wishes, list[str]]:
    """What of it is valid, and a sentence for each thing that is not."""
    notices: list[str] = []
    given: dict[str, Value] = {}
    for name, text in _parameters(query):
        try:
            given[name] = _value(name, text, lesson)
        except ParameterError as error:
            notices.append(error.message)
    try:
        return Wishes(given, _seed(query.get("seed"))), notices
    except ParameterError as error:
        return Wishes(given, 0), [*notices, error.message]


def _parameters(query: Mapping[str, str]) -> list[tuple[str, str]]:
    return [
        (name.removeprefix(_PARAMETER), text)
        for name, text in query.items()
        if name.startswith(_PARAMETER)
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
