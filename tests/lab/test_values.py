"""Values are shown short, without addresses, without running a line of the program."""

from __future__ import annotations

import collections
import dataclasses
import datetime
import enum
import threading
import timeit
import types
from collections import deque
from collections.abc import Callable
from typing import Any

import pytest

from visualizer.lab import values
from visualizer.lab.values import is_stable, one_line, scrub, show


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


def called(*args: object, **settings: object) -> Any:
    raise AssertionError("the program's own code was called")


class Meta(type):
    __hash__ = __eq__ = __instancecheck__ = __subclasscheck__ = __dir__ = called
    __name__ = __module__ = __mro__ = __dict__ = property(called)


class Hostile(metaclass=Meta):
    __class__ = __dict__ = property(called)
    __eq__ = __hash__ = __repr__ = __str__ = __len__ = __bool__ = __getattr__ = called


class HostileError(KeyError):
    args = __class__ = property(called)
    __str__ = __repr__ = called


class Items(list[Any]):
    __iter__ = __len__ = __repr__ = __getitem__ = __eq__ = called


class Pairs(dict[str, Any]):
    items = __iter__ = __len__ = __repr__ = called


class Text(str):
    __repr__ = __str__ = __len__ = __getitem__ = called


class Number(int):
    __repr__ = __str__ = bit_length = called


class Callable_:
    def __call__(self, other: object) -> None:
        called()


@pytest.mark.parametrize(
    ("make", "text"),
    [
        (lambda: Hostile(), "Hostile"),
        (lambda: Hostile, "class Hostile"),
        (lambda: [Hostile()], "[Hostile]"),
        (lambda: HostileError("x"), "HostileError('x')"),
        (lambda: Items([1, 2]), "Items([1, 2])"),
        (lambda: Pairs(a=1), "Pairs({'a': 1})"),
        (lambda: Text("ana"), "Text('ana')"),
        (lambda: Number(5), "Number(5)"),
        (lambda: types.MethodType(Callable_(), 1), "method Callable_"),
    ],
)
def test_no_code_of_the_program_runs(make: Callable[[], object], text: str) -> None:
    value = make()
    assert show(value) == text
    is_stable(value)


def test_no_code_of_the_program_runs_for_an_error() -> None:
    assert one_line(HostileError("x")) == "HostileError: 'x'"
    assert one_line(HostileError(Hostile())) == "HostileError: Hostile"
    assert one_line(KeyError("key")) == "KeyError: 'key'"
    assert one_line(ValueError("first\nsecond")) == "ValueError: first"
    assert one_line(FileNotFoundError(2, "No such file")).endswith("[Errno 2] No such file")


class Slots:
    __slots__ = ("x", "y")


@dataclasses.dataclass(slots=True)
class Data:
    items: list[int]


class Colour(enum.Enum):
    RED = 1


Point = collections.namedtuple("Point", "x y")


def test_attributes_are_shown_wherever_they_are_kept() -> None:
    slots = Slots()
    slots.x = 1
    assert show(slots) == "Slots(x=1)"
    assert show(Data([1])) == "Data(items=[1])"
    assert show(Colour.RED) == "Colour.RED"
    assert show(Point(1, [2])) == "Point(x=1, y=[2])"
    assert show(types.SimpleNamespace(a=1)) == "SimpleNamespace(a=1)"
    assert show(collections.Counter("aab")) == "Counter({'a': 2, 'b': 1})"
    assert all(map(is_stable, (Colour.RED, Point(1, 2))))
    changing = (slots, Data([]), Point(1, []), types.SimpleNamespace(), collections.Counter())
    assert not any(map(is_stable, changing))


def test_an_exception_may_hold_itself() -> None:
    error = KeyError("x")
    error.args = (error,)
    assert show(error) == "KeyError(KeyError(KeyError(KeyError(…))))"


def test_a_large_container_costs_no_more_than_a_small_one() -> None:
    def cost(value: object) -> float:
        return min(timeit.repeat(lambda: show(value), number=20, repeat=5))

    large = list(range(1_000_000))
    assert cost(large) < 50 * cost(large[:10])


def test_addresses_and_folders_are_cut_from_texts() -> None:
    assert scrub(f"<Lock at {hex(id(object()))}>") == "<Lock at 0x…>"
    assert scrub(f'File "{threading.__file__}"') == 'File "threading.py"'
