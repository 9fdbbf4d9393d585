"""How values of a program are shown: short, without addresses, without running its code.

A ``__repr__`` of the program's own could block, print or loop, so none is ever called, and no other
method, property or metaclass of the program either: known types are shown as they are, objects by
their class and attributes, which are read below everything that a class can redefine.
"""

from __future__ import annotations

import datetime
import decimal
import enum
import fractions
import pathlib
import re
import sys
import uuid
from collections import OrderedDict, defaultdict, deque
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from types import (
    BuiltinFunctionType,
    FunctionType,
    GetSetDescriptorType,
    MemberDescriptorType,
    MethodType,
    ModuleType,
    SimpleNamespace,
)
from typing import Any, TypeAlias

WIDTH = 120
"""Longest text of a value, in characters."""
ITEMS = 6
"""Most items shown of a container."""
DEPTH = 3
"""Most levels of containers in containers."""

ATOMS = frozenset({int, float, bool, str, bytes, complex, type(None)})
"""Types that cannot change under the same identity."""

_PLAIN: tuple[type, ...] = (
    datetime.date,
    datetime.timedelta,
    decimal.Decimal,
    fractions.Fraction,
    uuid.UUID,
    type(pathlib.PurePath()),
    type(pathlib.Path()),
    range,
)
_WITH_ZONE = (datetime.datetime, datetime.time)
_BRACKETS: dict[type, str] = {
    list: "[]",
    tuple: "()",
    set: "{}",
    frozenset: "{}",
    deque: "[]",
}
_MAPPINGS = (dict, OrderedDict, defaultdict)
_CONTAINERS = (OrderedDict, dict, list, tuple, set, frozenset, deque)
_TEXTS_AND_NUMBERS = (str, bytes, int, float)
SORTED = 100
"""Largest set whose items are sorted before the first are shown."""
_ADDRESS = re.compile(r"0x[0-9a-fA-F]{6,}")
_THREAD = re.compile(r"thread id \d{6,}")  # SQLite tells the system's own


def show(value: Any, depth: int = DEPTH) -> str:
    """A representation of at most ``WIDTH`` characters."""
    text = _show(value, depth)
    return text if len(text) <= WIDTH else text[: WIDTH - 1] + "…"


def scrub(text: str) -> str:
    """Text that a program made: without addresses, paths of this machine, halves of characters."""
    if not text.isascii():
        text = text.encode("utf-8", "backslashreplace").decode()
    if "thread id " in text:
        text = _THREAD.sub("thread id …", text)
    if "0x" in text:
        text = _ADDRESS.sub("0x…", text)
    for prefix in PREFIXES:
        if prefix in text:
            text = text.replace(prefix, "")
    for folder, instead in _HIDDEN:
        if folder in text:
            text = text.replace(f"{folder}/", "").replace(folder, instead)
    return text


def hide_folder(folder: str, instead: str) -> None:
    """From now on say ``instead`` of this folder's name, and name what is in it from there on."""
    _HIDDEN.append((folder, instead))


_HIDDEN: list[tuple[str, str]] = []


def _prefixes() -> tuple[str, ...]:
    folders = {
        str(pathlib.Path(entry).resolve())
        for entry in (*sys.path, sys.prefix, sys.base_prefix)
        if entry and pathlib.Path(entry).is_dir()
    } | {entry for entry in sys.path if entry}
    return tuple(sorted((f"{folder}/" for folder in folders if folder != "/"), key=len)[::-1])


PREFIXES = _prefixes()
"""Folders whose names are cut from paths, longest first."""


def _show(value: Any, depth: int) -> str:
    kind = type(value)
    if kind is str or kind is bytes:
        return _show_text(value)
    if kind is int:
        bits = value.bit_length()
        return repr(value) if bits <= 256 else f"an integer of {bits} bits"
    if type(kind) is type:  # a metaclass of the program could have a hash of its own
        if kind in ATOMS:
            return repr(value)
        if kind in _MAPPINGS:
            return _show_mapping(_items(value, kind), len(value), depth)
        if kind in _BRACKETS:
            return _show_items(value, len(value), _BRACKETS[kind], depth)
    if any(kind is each for each in _PLAIN):
        return str(value)
    if any(kind is each for each in _WITH_ZONE):
        known = value.tzinfo is None or type(value.tzinfo) is datetime.timezone
        return str(value if known else value.replace(tzinfo=None))
    return _show_object(value, kind, depth)


def _show_text(value: str | bytes) -> str:
    if len(value) <= WIDTH:
        return scrub(repr(value))
    return scrub(repr(value[: WIDTH - 20])) + f"… ({len(value)} long)"


def _show_items(value: Any, length: int, brackets: str, depth: int) -> str:
    if not length:
        return {"{}": "set()"}.get(brackets, brackets)
    if depth == 0:
        return f"{brackets[0]}…{brackets[1]}"
    is_set = brackets == "{}"
    # Objects stand in a set in the order of their addresses, so the first are not always the same.
    looked_at = SORTED if is_set and length <= SORTED else ITEMS
    parts = [_show(item, depth - 1) for item in islice(value, looked_at)]
    if is_set:
        parts = sorted(parts)[:ITEMS]
    if length > ITEMS:
        parts.append(f"… {length} in all")
    end = ",)" if brackets == "()" and length == 1 else brackets[1]
    return brackets[0] + ", ".join(parts) + end


def _items(value: Any, base: type) -> Iterable[tuple[Any, Any]]:
    return OrderedDict.items(value) if base is OrderedDict else dict.items(value)


def _show_mapping(items: Iterable[tuple[Any, Any]], length: int, depth: int) -> str:
    if not length:
        return "{}"
    if depth == 0:
        return "{…}"
    parts = [
        f"{_show(key, depth - 1)}: {_show(item, depth - 1)}" for key, item in islice(items, ITEMS)
    ]
    if length > ITEMS:
        parts.append(f"… {length} in all")
    return "{" + ", ".join(parts) + "}"


def _show_object(value: Any, kind: type, depth: int) -> str:
    name = _name(kind)
    if kind is FunctionType or kind is BuiltinFunctionType:
        return f"function {value.__name__}"
    if kind is MethodType:
        function = value.__func__
        own = type(function) is FunctionType or type(function) is BuiltinFunctionType
        return f"method {function.__name__ if own else _name(type(function))}"
    if kind is ModuleType:
        return f"module {vars(value).get('__name__')!s}"
    bases = _mro(kind)
    if _among(bases, (type,)):
        return f"class {_name(value)}"
    if _among(bases, (BaseException,)):
        args = _arguments(value)
        if args and depth <= 0:
            return f"{name}(…)"  # an exception may have itself among its arguments
        return f"{name}({', '.join(_show(arg, depth - 1) for arg in args[:2])})"
    if _among(bases, (enum.Enum,)):
        return f"{name}.{dict(_attributes(value, kind)).get('_name_')!s}"
    if depth <= 0:
        return name
    base = _among(bases, _CONTAINERS) or _among(bases, _TEXTS_AND_NUMBERS)
    if base is not None:
        return _show_extended(value, kind, base, depth)
    if is_programs_own(kind) or kind is SimpleNamespace:
        shown = [f"{key}={_show(item, depth - 1)}" for key, item in _attributes(value, kind)]
        return f"{name}({', '.join(shown[:ITEMS])}{', …' if len(shown) > ITEMS else ''})"
    return name


def _show_extended(value: Any, kind: type, base: Any, depth: int) -> str:
    """An object of a class that extends a built-in type, by the built-in's own methods."""
    if base in _TEXTS_AND_NUMBERS:
        inner = _show_text(base.__getitem__(value, slice(None))) if base in (str, bytes) else ""
        return f"{_name(kind)}({inner or base.__repr__(value)})"
    length = base.__len__(value)
    if base in _MAPPINGS:
        return f"{_name(kind)}({_show_mapping(_items(value, base), length, depth)})"
    fields = next((at["_fields"] for at in map(_dict, _mro(kind)) if "_fields" in at), None)
    if base is tuple and type(fields) is tuple and all(type(each) is str for each in fields):
        pairs = zip(fields, tuple.__iter__(value), strict=False)
        return f"{_name(kind)}({', '.join(f'{k}={_show(v, depth - 1)}' for k, v in pairs)})"
    items = _show_items(base.__iter__(value), length, _BRACKETS[base], depth)
    return f"{_name(kind)}({items})"


# -- below what a class can redefine ------------------------------------------------------------

_mro: Callable[[type], tuple[type, ...]] = vars(type)["__mro__"].__get__
_dict: Callable[[type], dict[str, Any]] = vars(type)["__dict__"].__get__
_name: Callable[[type], str] = vars(type)["__name__"].__get__
_arguments: Callable[[BaseException], tuple[Any, ...]] = vars(BaseException)["args"].__get__


def _among(bases: tuple[type, ...], wanted: tuple[type, ...]) -> type | None:
    """The first of ``wanted`` that is one of ``bases``; the program's ``==`` is not asked."""
    return next((each for each in wanted if any(base is each for base in bases)), None)


#: Where a class keeps the attributes of its objects: in a dictionary, in slots.
Slot: TypeAlias = GetSetDescriptorType | MemberDescriptorType
Layout: TypeAlias = tuple[Slot | None, list[tuple[str, Slot]]]

_layouts: dict[int, tuple[type, Layout]] = {}


def _layout(kind: type) -> Layout:
    known = _layouts.get(id(kind))
    if known is not None:
        return known[1]
    place: Slot | None = None
    slots: list[tuple[str, Slot]] = []
    for base in reversed(_mro(kind)):
        for name, entry in _dict(base).items():
            if type(entry) is GetSetDescriptorType or type(entry) is MemberDescriptorType:
                if name == "__dict__":
                    place = entry
                elif type(entry) is MemberDescriptorType and _is_in_listing(base):
                    slots.append((name, entry))
    _layouts[id(kind)] = kind, (place, slots)
    return place, slots


def _attributes(value: Any, kind: type) -> Iterator[tuple[str, Any]]:
    """The attributes that an object has, as (name, value)."""
    place, slots = _layout(kind)
    for name, slot in slots:
        try:
            yield name, slot.__get__(value)
        except AttributeError:
            continue  # declared, and not assigned yet
    if place is not None:
        yield from ((key, item) for key, item in place.__get__(value).items() if type(key) is str)


def _is_in_listing(kind: type) -> bool:
    module = _dict(kind).get("__module__")
    return type(module) is str and module in PROGRAM_MODULES


def _is_library(kind: type) -> bool:
    return not any(map(_is_in_listing, _mro(kind)))


def is_programs_own(kind: type) -> bool:
    """Whether the class was defined in a listing: its attributes are worth showing."""
    return _is_in_listing(kind) and _layout(kind) != (None, [])


PROGRAM_MODULES: set[str] = set()
"""Names of the modules that are listings in this process."""


def one_line(error: BaseException) -> str:
    """``TypeError: message``, the first line only, without addresses or the program's own code."""
    kind = type(error)
    args = _arguments(error)
    if all(type(type(arg)) is type and type(arg) in ATOMS for arg in args) and _is_library(kind):
        text = str(error)
    elif args and type(args[0]) is str and _among(_mro(kind), (KeyError,)) is None:
        text = args[0]
    else:
        text = show(args[0]) if args else ""
    first = next((line.strip() for line in text.splitlines() if line.strip()), "")
    return scrub(f"{_name(kind)}: {first}" if first else _name(kind))[:300]


def is_stable(value: Any) -> bool:
    """Whether the text of ``value`` can only change when its identity does."""
    kind = type(value)
    if type(kind) is type:
        if kind in ATOMS:
            return True
        if kind in _MAPPINGS or (kind in _BRACKETS and kind is not tuple):
            return False
    bases = _mro(kind)
    if _among(bases, (tuple,)):
        return all(type(type(i)) is type and type(i) in ATOMS for i in tuple.__iter__(value))
    if _among(bases, (type, enum.Enum)):
        return True
    return not (_among(bases, _CONTAINERS) or kind is SimpleNamespace or is_programs_own(kind))
