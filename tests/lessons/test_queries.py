"""Values as they go into a text for a reader."""

from __future__ import annotations

from typing import Any

import pytest

from visualizer.lessons import show
from visualizer.lessons.figures import flaw_of_unit, read_figure, written
from visualizer.lessons.quiz import unit_of_one


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "?"),
        ([], "?"),
        (True, "yes"),
        (5, "5"),
        (5.0, "5"),
        (0.0, "0"),
        (5.0034, "5.003"),
        (0.0306, "0.031"),
        (1200.0, "1200"),
        ("sent", "sent"),
        ([4, 7], "4, 7"),
        (list(range(9)), "0, 1, 2, 3, 4, …"),
    ],
)
def test_a_value_is_shown_as_a_reader_writes_it(value: Any, text: str) -> None:
    assert show(value) == text


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (0, "task", "0 tasks"),
        (1, "task", "1 task"),
        (1200, "mail", "1,200 mails"),
        (1, "time", "once"),
        (2, "time", "twice"),
        (3, "time", "3 times"),
        (None, "task", "?"),
    ],
)
def test_what_is_counted_agrees_with_its_number(value: Any, unit: str, text: str) -> None:
    figure = read_figure(f"length(tasks) as count {unit}")
    assert (figure.query, flaw_of_unit(figure.unit)) == ("length(tasks)", None)
    assert written(value, figure.unit, figure.digits) == text


@pytest.mark.parametrize("form", ["count", "seconds task", "tasks"])
def test_a_unit_that_says_nothing_is_a_flaw(form: str) -> None:
    assert flaw_of_unit(read_figure(f"length(tasks) as {form}").unit)


@pytest.mark.parametrize(
    ("unit", "one"),
    [("requests", "request"), ("tasks long", "task long"), ("s", "s"), ("ms", "ms"), ("", "")],
)
def test_a_unit_behind_one_is_singular(unit: str, one: str) -> None:
    assert unit_of_one(unit) == one
