"""The recorder of a process in real time, where threads tell things at the same moment."""

from __future__ import annotations

import _thread
from collections import deque
from collections.abc import Callable

from visualizer.clock import ObservedClock
from visualizer.lab.recorder import Recorder
from visualizer.lab.sights import Message, Sight

_real_lock = _thread.allocate_lock

NEVER = 1 << 62
"""Time 0 (ns) as long as nobody has said when it is: all that happens is before it."""


class WallRecorder(Recorder):
    """As ``Recorder``. Each event is complete when it is added; ``flush`` is safe in any thread."""

    def __init__(
        self,
        clock: ObservedClock,
        files: set[str],
        sink: Callable[[list[Message]], None],
        limit_lines: int,
        limit_threads: int,
    ) -> None:
        super().__init__(clock, files, sink, limit_lines, limit_threads)
        self.origin = NEVER
        self._pending: deque[Message] = deque()
        self._writing = _real_lock()
        self._counting = _real_lock()

    def begin_at(self, origin: int) -> None:
        """Time 0 is then (ns of the clock), and from now on lines are recorded."""
        self.origin = origin
        self._recording = True

    def add(self, event: Message) -> None:
        self._pending.append(event)

    def begin_stretch(self, lane: str, depth: int) -> list[Sight]:
        """Others would write into it at the same time, or hand it on before it is written."""
        raise AssertionError("on the wall clock lines are told one by one")

    def flush(self) -> None:
        with self._writing:
            while self._pending:
                self.events.append(self._pending.popleft())
            super().flush()

    def number(self, prefix: str, separator: str = "") -> str:
        with self._counting:
            return super().number(prefix, separator)
