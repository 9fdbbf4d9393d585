"""Messages between the processes of the lab: a length, a kind, a MessagePack body.

``E`` a batch of events, ``F`` a failure (a LabError), ``T`` a finished trace as JSON, ``J`` a job,
``L`` a job whose run is to be told of live, ``G`` what its trace has grown by, ``D`` done. Between
the processes of a run (``link``): ``A`` may the clock go on, ``C`` a call of a service, ``V`` the
answer to either, ``P`` a call that wants none.
"""

from __future__ import annotations

import struct
from typing import Literal, TypeAlias

import msgspec

from .errors import Code, LabError
from .sights import Message

Kind: TypeAlias = Literal["E", "F", "T", "J", "L", "G", "D", "A", "C", "V", "P"]

_HEAD = struct.Struct("!Ic")
_encode = msgspec.msgpack.Encoder().encode
_decode_messages = msgspec.msgpack.Decoder(list[Message]).decode


class Failure(msgspec.Struct):
    """A LabError on its way."""

    code: Code
    message: str
    file: str | None = None
    line: int | None = None

    def error(self) -> LabError:
        return LabError(self.code, self.message, self.file, self.line)


_decode_failure = msgspec.msgpack.Decoder(Failure).decode


def frame(kind: Kind, body: bytes = b"") -> bytes:
    """One message."""
    return _HEAD.pack(len(body), kind.encode()) + body


def messages_frame(messages: list[Message]) -> bytes:
    return frame("E", _encode(messages))


def failure_frame(error: LabError) -> bytes:
    return frame("F", _encode(Failure(error.code, error.message, error.file, error.line)))


def read_messages(body: bytes) -> list[Message]:
    return _decode_messages(body)


def read_failure(body: bytes) -> LabError:
    return _decode_failure(body).error()


class Reader:
    """Cuts a stream of bytes into messages. What is incomplete waits for more."""

    def __init__(self) -> None:
        self._buffer = bytearray()

    def feed(self, data: bytes) -> list[tuple[str, bytes]]:
        """Add ``data``; return every message that is complete now, as (kind, body)."""
        buffer = self._buffer
        buffer += data
        messages, at = [], 0
        while len(buffer) - at >= _HEAD.size:
            size, kind = _HEAD.unpack_from(buffer, at)
            begin = at + _HEAD.size
            if len(buffer) < begin + size:
                break
            at = begin + size
            messages.append((kind.decode(), bytes(buffer[begin:at])))
        del buffer[:at]
        return messages
