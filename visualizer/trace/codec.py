"""A trace as JSON, and the schema that says what such JSON looks like."""

from __future__ import annotations

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
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"{FORMAT}, version {VERSION}",
        **msgspec.json.schema(Trace),
    }
