"""How values of a program are shown: short, without addresses, without running its code.

A ``__repr__`` of the program's own could block, print or loop, so none is ever called:
known types are shown as they are, objects by their class and attributes.
"""

from __future__ import annotations

import datetime
import decimal
import fractions
import pathlib
import re
import sys
import uuid
from collections import OrderedDict, defaultdict, deque
from types import BuiltinFunctionType, FunctionType, MethodType, ModuleType
from typing import Any

WIDTH = 120
"""Longest text of a value, in characters."""
ITEMS = 6
"""Most items shown of a container."""
DEPTH = 3
"""Most levels of containers in containers."""

ATOMS = frozenset({int, float, bool, str, bytes, complex, type(None)})
"""Types that cannot change under the same identity."""

_PLAIN = (
    datetime.date,
    datetime.time,
    datetime.timedelta,
    decimal.Decimal,
    fractions.Fraction,
    uuid.UUID,
    pathlib.PurePath,
)
_BRACKETS: dict[type, str] = {
    list: "[]",
    tuple: "()",
    set: "{}",
    frozenset: "{}",
    deque: "[]",
}
_MAPPINGS = (dict, OrderedDict, defaultdict)
_ADDRESS = re.compile(r"0x[0-9a-fA-F]{6,}")


def show(value: Any, depth: int = DEPTH) -> str:
    """A representation of at most ``WIDTH`` characters."""
    text = _show(value, depth)
    return text if len(text) <= WIDTH else text[: WIDTH - 1] + "…"


def scrub(text: str) -> str:
    """Text that a program made, without addresses and without the paths of this machine."""
    if "0x" in text:
        text = _ADDRESS.sub("0x…", text)
    for prefix in PREFIXES:
        if prefix in text:
            text = text.replace(prefix, "")
    return text


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
    if kind in ATOMS:
        return repr(value)
    if kind in _MAPPINGS:
        return _show_mapping(value, depth)
    if kind in _BRACKETS:
        return _show_items(value, _BRACKETS[kind], depth)
    if issubclass(kind, _PLAIN) and kind.__module__ in _PLAIN_MODULES:
        return str(value)
    return _show_object(value, kind, depth)


_PLAIN_MODULES = frozenset({"datetime", "decimal", "fractions", "uuid", "pathlib"})


def _show_text(value: str | bytes) -> str:
    if len(value) <= WIDTH:
        return scrub(repr(value))
    return scrub(repr(value[: WIDTH - 20])) + f"… ({len(value)} long)"


def _show_items(value: Any, brackets: str, depth: int) -> str:
    if not value:
        return {"{}": "set()"}.get(brackets, brackets)
    if depth == 0:
        return f"{brackets[0]}…{brackets[1]}"
    parts = []
    for index, item in enumerate(value if len(value) <= ITEMS else list(value)[:ITEMS]):
        if index == ITEMS:
            break
        parts.append(_show(item, depth - 1))
    if isinstance(value, (set, frozenset)):
        parts.sort()
    if len(value) > ITEMS:
        parts.append(f"… {len(value)} in all")
    end = ",)" if brackets == "()" and len(value) == 1 else brackets[1]
    return brackets[0] + ", ".join(parts) + end


def _show_mapping(value: Any, depth: int) -> str:
    if not value:
        return "{}"
    if depth == 0:
        return "{…}"
    parts = []
    for index, (key, item) in enumerate(list(value.items())):
        if index == ITEMS:
            parts.append(f"… {len(value)} in all")
            break
        parts.append(f"{_show(key, depth - 1)}: {_show(item, depth - 1)}")
    return "{" + ", ".join(parts) + "}"


def _show_object(value: Any, kind: type, depth: int) -> str:
    name = kind.__name__
    if kind is FunctionType or kind is BuiltinFunctionType:
        return f"function {value.__name__}"
    if kind is MethodType:
        return f"method {value.__func__.__name__}"
    if kind is ModuleType:
        return f"module {value.__name__}"
    if issubclass(kind, type):
        return f"class {value.__name__}"
    if issubclass(kind, BaseException):
        return f"{name}({', '.join(_show(arg, depth - 1) for arg in value.args[:2])})"
    if depth > 0 and is_programs_own(kind):
        attributes = list(object.__getattribute__(value, "__dict__").items())
        shown = [f"{key}={_show(item, depth - 1)}" for key, item in attributes[:ITEMS]]
        return f"{name}({', '.join(shown)}{', …' if len(attributes) > ITEMS else ''})"
    return name


def is_programs_own(kind: type) -> bool:
    """Whether the class was defined in a listing: its attributes are worth showing."""
    return kind.__module__ in PROGRAM_MODULES and "__dict__" in dir(kind)


PROGRAM_MODULES: set[str] = set()
"""Names of the modules that are listings in this process."""


def is_stable(value: Any) -> bool:
    """Whether the text of ``value`` can only change when its identity does."""
    kind = type(value)
    if kind in ATOMS:
        return True
    if kind is tuple:
        return all(type(item) in ATOMS for item in value)
    return kind not in _MAPPINGS and kind not in _BRACKETS and not is_programs_own(kind)
