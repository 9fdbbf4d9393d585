"""Which variables a line can rebind: the recorder looks at no others after it."""

from __future__ import annotations

import dis
from collections.abc import Callable
from typing import Any

import pytest

from visualizer.lab.rebinding import ANY, rebound_by_line


def straight(a: int) -> int:
    b = a
    b += 1
    print(b)
    del a
    return b


def several() -> None:
    a, b = 1, 2
    for c in (a, b):
        print(c)
    try:
        d = 1 / 0
    except ZeroDivisionError as error:
        print(d, error)
    with open(__file__) as e:
        print(e)


def shared() -> Callable[[], None]:
    count = 0

    def add() -> None:
        nonlocal count
        count += 1

    return add


def lent() -> Callable[[], int]:
    count = 0
    count += 1
    return lambda: count


def by_line(function: Callable[..., Any]) -> list[str | None]:
    """What the lines below ``def`` can rebind, from the first on."""
    first = function.__code__.co_firstlineno
    lines = rebound_by_line(function.__code__)
    return [lines[line] for line in sorted(lines) if line > first]


def test_a_line_that_stores_or_deletes_one_name() -> None:
    assert by_line(straight) == ["b", "b", None, "a", None]


def test_more_than_one_name_is_any() -> None:
    assert by_line(several)[0] == ANY


@pytest.mark.parametrize("name", ["c", "d", "e"])
def test_loops_exceptions_and_contexts_are_seen(name: str) -> None:
    assert {name, ANY} & set(by_line(several))


def test_what_an_inner_function_rebinds_may_change_at_any_line() -> None:
    assert set(by_line(shared)) == {ANY}
    assert set(by_line(shared())) == {ANY}


def test_what_an_inner_function_only_reads_changes_where_it_is_stored() -> None:
    assert by_line(lent) == ["count", "count", None]


def test_the_body_of_a_class_is_any() -> None:
    module = compile("class A:\n    x = 1\n", "a.py", "exec")
    body = next(code for code in module.co_consts if hasattr(code, "co_code"))
    assert set(rebound_by_line(body).values()) == {ANY}


@pytest.mark.parametrize("function", [straight, several, shared, lent])
def test_every_line_that_can_run_is_there(function: Callable[..., Any]) -> None:
    lines = {line for _, line in dis.findlinestarts(function.__code__) if line is not None}
    assert lines <= rebound_by_line(function.__code__).keys()
