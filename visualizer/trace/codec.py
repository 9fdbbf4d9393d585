"""A trace as JSON, and the schema that says what such JSON looks like."""

from __future__ import annotations

from inspect import cleandoc
from typing import Any

import msgspec

from .records import FORMAT, VERSION, Trace

_ENCODER = msgspec.json.Encoder(order="deterministic")
_DECODER = msgspec.json.Decoder(Trace)


def encode(trace: Trace) -> bytes:
    """One JSON object in UTF-8. Equal traces give equal bytes."""
    return _ENCODER.encode(trace)


def decode(data: bytes | str) -> Trace:
    """The trace that was encoded. Raises ``msgspec.ValidationError`` (a ``ValueError``) for what
    is not a trace of this version, ``msgspec.DecodeError`` for what is not JSON."""
    return _DECODER.decode(data)


def schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of a trace."""
    return schema_of(f"{FORMAT}, version {VERSION}", Trace)


def schema_of(title: str, kind: type[msgspec.Struct]) -> dict[str, Any]:
    """The JSON Schema (2020-12) of a class, the same under every Python.

    Descriptions are docstrings, from which Python 3.13 takes the indentation and older ones do not.
    """
    made = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": title,
        **msgspec.json.schema(kind),
    }
    for part in (made, *made.get("$defs", {}).values()):
        if "description" in part:
            part["description"] = cleandoc(part["description"])
    return made
