"""Values are shown short, without addresses, without running a line of the program."""

from __future__ import annotations

import datetime
import threading
from collections import deque
from typing import Any

import pytest

from visualizer.lab import values
from visualizer.lab.values import is_stable, scrub, show


class Own:
    def __init__(self, **attributes: Any) -> None:
        self.__dict__.update(attributes)

    def __repr__(self) -> str:
        raise AssertionError("the program's own __repr__ was called")


@pytest.fixture(autouse=True)
def _own_module(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(values, "PROGRAM_MODULES", {__name__})


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (5, "5"),
        ("ana", "'ana'"),
        (10**200, "an integer of 665 bits"),
        ([1, [2, [3, [4]]]], "[1, [2, [3, […]]]]"),
        ((1,), "(1,)"),
        (set(), "set()"),
        ({3, 1, 2}, "{1, 2, 3}"),
        ({"a": {"b": 1}}, "{'a': {'b': 1}}"),
        (deque([1, 2]), "[1, 2]"),
        (list(range(9)), "[0, 1, 2, 3, 4, 5, … 9 in all]"),
        (datetime.date(2026, 1, 5), "2026-01-05"),
        (print, "function print"),
        (threading, "module threading"),
        (Own, "class Own"),
        (Own(to="ana", of=Own()), "Own(to='ana', of=Own())"),
        (ValueError("no"), "ValueError('no')"),
        (threading.Event(), "Event"),
    ],
)
def test_show(value: object, text: str) -> None:
    assert show(value) == text


def test_long_values_are_cut() -> None:
    assert len(show("x" * 10_000)) <= 130
    assert len(show([["x" * 50] * 50] * 50)) == values.WIDTH
    endless: list[Any] = []
    endless.append(endless)
    assert show(endless) == "[[[[…]]]]"


def test_what_can_change_in_place_is_not_stable() -> None:
    assert all(map(is_stable, (1, "a", None, (1, 2), threading.Event())))
    assert not any(map(is_stable, ([], {}, set(), ([],), Own())))


def test_addresses_and_folders_are_cut_from_texts() -> None:
    assert scrub(f"<Lock at {hex(id(object()))}>") == "<Lock at 0x…>"
    assert scrub(f'File "{threading.__file__}"') == 'File "threading.py"'
