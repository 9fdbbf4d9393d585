"""Who sends from which port: written by the processes of a run, read where stand-ins are served.

A piece of memory that all processes of a run share. Whoever sends to a stand-in writes for whom it
works, and when, into the place of its port, and sends then; so it stands there when the bytes have
come.
"""

from __future__ import annotations

import mmap
import time

import msgspec

from visualizer.lab.outside.services import NOBODY, Caller
from visualizer.lab.outside.serving import Client

SIZE = 256
"""Bytes for a port. Who needs more, by a very long id, is known by lane and request only."""

_encode = msgspec.msgpack.Encoder().encode
_now = time.monotonic_ns
_decode = msgspec.msgpack.Decoder(tuple[str, Caller, int]).decode


class Slips:
    """See the module's docstring. To be made before processes fork."""

    def __init__(self) -> None:
        self._memory = mmap.mmap(-1, SIZE << 16)

    def write(self, port: int, process: str, caller: Caller) -> None:
        """Who sends from that port works for ``caller``, in that process."""
        lane, request, _ = caller
        now = _now()
        found = _encode((process, caller, now))
        if len(found) >= SIZE:
            found = _encode((process, (lane, request, None), now))
        start = port * SIZE
        self._memory[start : start + len(found) + 1] = bytes([len(found)]) + found

    def read(self, port: int) -> Client:
        """What was written last."""
        start = port * SIZE + 1
        length = self._memory[start - 1]
        return _decode(self._memory[start : start + length]) if length else ("", NOBODY, _now())
