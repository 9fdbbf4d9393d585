"""Holds a value read from TOML against a msgspec class, and reports every difference.

``msgspec.convert`` stops at the first error and forgets the names of mapping keys; an author
wants all of them, each with its place. So this walks the type and the value side by side. What
passes here can be converted. Each breach says what is wrong and what to do about it.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, NamedTuple

import msgspec
from msgspec import inspect as shapes

from .errors import brief, did_you_mean
from .places import Path


class Breach(NamedTuple):
    """Something that does not fit: where, what, and how to mend it."""

    path: Path
    message: str
    remedy: str


def breaches(value: Any, kind: type[msgspec.Struct]) -> list[Breach]:
    """All differences between ``value`` (plain data) and the class ``kind``."""
    return list(_check(value, _shape(kind), ()))


_shape = lru_cache(shapes.type_info)
"""Of each class once: it takes longer than holding a file against it."""


def dotted(path: Path) -> str:
    """A path as a reader would write it: ``variants[0].file``."""
    text = ""
    for part in path:
        if isinstance(part, int):
            text += f"[{part}]"
        elif re.fullmatch(r"[A-Za-z0-9_-]+", part):
            text += f".{part}" if text else part
        else:
            text += f'."{part}"' if text else f'"{part}"'
    return text


def _check(value: Any, kind: shapes.Type, path: Path) -> Iterator[Breach]:
    if isinstance(kind, shapes.Metadata):
        yield from _check(value, kind.type, path)
    elif isinstance(kind, shapes.UnionType):
        yield from _check_union(value, kind, path)
    elif not _is(value, kind):
        wanted = _words(kind)
        yield Breach(
            path,
            f"{dotted(path)} is {_describe(value)}.",
            f"It has to be {wanted}: {_example(kind)}",
        )
    elif isinstance(kind, shapes.StructType):
        yield from _check_struct(value, kind, path)
    elif isinstance(kind, shapes.DictType):
        for key, item in value.items():
            yield from _check(key, kind.key_type, (*path, key))
            yield from _check(item, kind.value_type, (*path, key))
    elif isinstance(kind, shapes.ListType):
        if kind.min_length and len(value) < kind.min_length:
            yield Breach(path, f"{dotted(path)} is empty.", "Give it at least one entry.")
        for index, item in enumerate(value):
            yield from _check(item, kind.item_type, (*path, index))
    else:
        yield from _check_scalar(value, kind, path)


def _check_struct(value: dict[str, Any], kind: shapes.StructType, path: Path) -> Iterator[Breach]:
    fields = {field.encode_name: field for field in kind.fields}
    for key, item in value.items():
        if key in fields:
            yield from _check(item, fields[key].type, (*path, key))
        else:
            yield Breach(
                (*path, key),
                f"The key {dotted((*path, key))} is not known.",
                did_you_mean(key, fields),
            )
    for name, field in fields.items():
        if field.required and name not in value:
            where = f" of {dotted(path)}" if path else ""
            wanted = _words(field.type)
            yield Breach(
                path,
                f"The key {name!r}{where} is missing.",
                f"Add it as {wanted}: {_example(field.type, name)}",
            )


def _check_union(value: Any, kind: shapes.UnionType, path: Path) -> Iterator[Breach]:
    options = [option for option in kind.types if not isinstance(option, shapes.NoneType)]
    fitting = [option for option in options if _is(value, option)]
    if fitting:
        yield from _check(value, fitting[0], path)
    else:
        wanted = " or ".join(_words(option) for option in options)
        yield Breach(
            path,
            f"{dotted(path)} is {_describe(value)}.",
            f"It has to be {wanted}: {_example(options[0])}",
        )


def _check_scalar(value: Any, kind: shapes.Type, path: Path) -> Iterator[Breach]:
    if isinstance(kind, shapes.LiteralType):
        if value not in kind.values:
            yield Breach(
                path,
                f"{dotted(path)} is {_describe(value)}, which is not known here.",
                did_you_mean(str(value), map(str, kind.values)),
            )
    elif isinstance(kind, shapes.StrType):
        if kind.pattern and not re.search(kind.pattern, value):
            letters = "capital" if "A-Z" in kind.pattern else "small"
            yield Breach(
                path,
                f"{dotted(path)} is {_describe(value)}.",
                f"Use {letters} letters, digits and underscores, and begin with a letter.",
            )
        elif kind.min_length and len(value.strip()) < kind.min_length:
            yield Breach(path, f"{dotted(path)} is empty.", "Write a text there.")
    elif isinstance(kind, (shapes.IntType, shapes.FloatType)):
        yield from _check_range(value, kind, path)


def _check_range(
    value: int | float, kind: shapes.IntType | shapes.FloatType, path: Path
) -> Iterator[Breach]:
    remedy = ""
    if isinstance(value, float) and not math.isfinite(value):
        remedy = "Write an ordinary number."
    elif kind.ge is not None and value < kind.ge:
        remedy = f"The smallest value is {kind.ge:g}."
    elif kind.gt is not None and value <= kind.gt:
        remedy = f"It has to be more than {kind.gt:g}."
    elif kind.le is not None and value > kind.le:
        remedy = f"The largest value is {kind.le:g}."
    if remedy:
        yield Breach(path, f"{dotted(path)} is {value}.", remedy)


def _is(value: Any, kind: shapes.Type) -> bool:
    """Whether the value is of the kind, its bounds and contents apart."""
    if isinstance(kind, shapes.Metadata):
        return _is(value, kind.type)
    if isinstance(kind, shapes.UnionType):
        return any(_is(value, option) for option in kind.types)
    if isinstance(kind, shapes.LiteralType):
        return isinstance(value, str)
    if isinstance(kind, shapes.BoolType):
        return isinstance(value, bool)
    if isinstance(kind, shapes.IntType):
        return isinstance(value, int) and not isinstance(value, bool)
    if isinstance(kind, shapes.FloatType):
        return isinstance(value, (int, float)) and not isinstance(value, bool)
    if isinstance(kind, shapes.StrType):
        return isinstance(value, str)
    if isinstance(kind, shapes.ListType):
        return isinstance(value, list)
    if isinstance(kind, (shapes.DictType, shapes.StructType)):
        return isinstance(value, dict)
    return isinstance(kind, shapes.AnyType)


def _words(kind: shapes.Type) -> str:
    if isinstance(kind, shapes.Metadata):
        return _words(kind.type)
    if isinstance(kind, shapes.UnionType):
        options = [option for option in kind.types if not isinstance(option, shapes.NoneType)]
        return " or ".join(_words(option) for option in options)
    if isinstance(kind, shapes.LiteralType):
        return "one of " + ", ".join(map(str, kind.values))
    for cls, words in (
        (shapes.BoolType, "true or false"),
        (shapes.IntType, "a whole number"),
        (shapes.FloatType, "a number"),
        (shapes.StrType, "a text"),
        (shapes.ListType, "a list"),
        (shapes.AnyType, "any value"),
    ):
        if isinstance(kind, cls):
            return words
    return "a table"


def _example(kind: shapes.Type, name: str = "") -> str:
    """A line that would be right, to be copied and changed."""
    if isinstance(kind, shapes.Metadata):
        return _example(kind.type, name)
    if isinstance(kind, shapes.UnionType):
        return _example(kind.types[0], name)
    left = f"{name} = " if name else ""
    if isinstance(kind, shapes.LiteralType):
        return f'{left}"{kind.values[0]}".'
    for cls, right in (
        (shapes.BoolType, "true"),
        (shapes.IntType, "10"),
        (shapes.FloatType, "0.5"),
        (shapes.StrType, '"…"'),
        (shapes.ListType, "[…]"),
    ):
        if isinstance(kind, cls):
            return f"{left}{right}."
    return f"{left}{{ … }}."


def _describe(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return f"the text {brief(value)}"
    if isinstance(value, (int, float)):
        return f"the number {brief(value)}"
    if isinstance(value, list):
        return "a list"
    if isinstance(value, dict):
        return "a table"
    return f"the date or time {value}"
