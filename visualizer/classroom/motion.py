"""What moves many times a second: the cursor, and the numbers that put all movement in order.

A cursor is granted at once and stored a little later. Only while a scene waits for the disk do
cursors wait behind it.
"""

from __future__ import annotations

import time

from . import real
from .shapes import Cursor

#: Seconds between two writes of a cursor that moves.
PAUSE = 0.5
#: After a restart the numbers go on so much higher, above any that was given but not stored.
JUMP = 1_000


class Motion:
    """The cursor of a class and its sequence number. Safe to use from any thread."""

    def __init__(self, cursor: Cursor | None, seq: int) -> None:
        self._lock = real.new_lock()
        self._cursor = cursor
        self._seq = seq
        self._scenes = 0
        self._noted = False
        self._stored = -PAUSE

    @property
    def seq(self) -> int:
        """The number given last."""
        return self._seq

    @property
    def cursor(self) -> Cursor | None:
        return self._cursor

    def next(self, cursor: Cursor | None = None, *, reset: bool = False) -> int:
        """The next number, with the cursor that has it; ``reset``: there is no cursor now."""
        with self._lock:
            if cursor is not None or reset:
                self._cursor = cursor
            self._seq += 1
            return self._seq

    def at_once(self, cursor: Cursor) -> int | None:
        """The next number for this cursor; None while a scene is on its way, to wait behind."""
        with self._lock:
            if self._scenes:
                return None
            self._cursor = cursor
            self._seq += 1
            return self._seq

    def scene_begins(self) -> None:
        with self._lock:
            self._scenes += 1

    def scene_ends(self) -> None:
        with self._lock:
            self._scenes -= 1

    def to_note(self) -> float | None:
        """In how many seconds to store the cursor; None if that is going to happen already."""
        with self._lock:
            if self._noted:
                return None
            self._noted = True
            return max(0.0, self._stored + PAUSE - time.monotonic())

    def take(self) -> tuple[Cursor | None, int]:
        """What to store now."""
        with self._lock:
            self._noted = False
            self._stored = time.monotonic()
            return self._cursor, self._seq
