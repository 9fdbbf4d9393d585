"""What stands in for addresses in a listing: numbers, in the order in which they are asked for.

An address differs from run to run. A program sees it in ``id(x)`` and, through the hash that
objects have by default, in the order of a set of its own objects. So listings get an ``id`` that
counts, and their classes that name no base a hash that does.
"""

from __future__ import annotations

import builtins
import itertools
import weakref
from collections.abc import Callable
from typing import Any

_counter = itertools.count(1)
_numbers: dict[int, int] = {}
_deaths: dict[int, weakref.ref[Any]] = {}


def number_of(value: object, /) -> int:
    """A number that no other living object has, as ``id`` promises."""
    address = id(value)
    number = _numbers.get(address)
    if number is None:
        number = _numbers[address] = next(_counter)
        try:
            _deaths[address] = weakref.ref(value, lambda _: _forget(address))
        except TypeError:
            pass  # has no room for a weak reference: another at its address inherits its number
    return number


def _forget(address: int) -> None:
    del _numbers[address], _deaths[address]


class Object:
    """The base of listings' classes that name none: ``object`` with a hash that counts.

    A base and no attribute of each class: ``dataclass`` would take that for a hash of the class's
    own, and leave it in place where it makes objects unhashable or hashes their fields.
    """

    __slots__ = ()

    def __hash__(self) -> int:
        return number_of(self)


def _build_class(body: Callable[[], Any], name: str, *bases: Any, **settings: Any) -> Any:
    """As the built-in one, with ``Object`` in place of ``object``."""
    own = (Object,) if all(base is object for base in bases) else bases
    return builtins.__build_class__(body, name, *own, **settings)


def builtins_of_listings() -> dict[str, Any]:
    """The built-in names as listings see them."""
    return {**vars(builtins), "id": number_of, "__build_class__": _build_class}
