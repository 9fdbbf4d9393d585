"""Watches for what cannot be virtual: a call out of Python that takes real time.

Library code costs nothing on the virtual clock, since it is quick. What is not quick (a long
computation in C, a read from a slow disk, a wait inside a C library) is charged to the clock for
what it took, and the record says so, since the next run may take longer.

A machine that is merely slow must not count as that. So only what the thread really *used* is
measured: time on the processor, and time asleep in the kernel, but none in which it was ready and
had to wait for a processor (``schedstat``; without it, time on the processor only). And only what
lasts ``NOTICEABLE`` without one line of the program, one switch or one move of the clock.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from visualizer.clock import (
    NS,
    VirtualClock,
    every,
    nanoseconds,
    processor_time,
    real_time,
)
from visualizer.clock.threads import VirtualThread
from visualizer.trace.events import RealTime

from .sandbox import imports_library

if TYPE_CHECKING:
    from .recorder import Recorder

NOTICEABLE = 0.5
"""Seconds from which on a call counts as one that takes real time."""

PERIOD = 0.05
"""Seconds between two looks."""


FEW = 1000
"""Lines in less time than a call takes that is noticeable."""


class Used(NamedTuple):
    """Seconds that a thread has used so far, and how many of them on a processor."""

    seconds: float
    computing: float


class Watch:
    """Looks at the thread that runs, from a real thread of its own. ``start`` once."""

    def __init__(self, clock: VirtualClock, recorder: Recorder) -> None:
        self._clock = clock
        self._recorder = recorder
        self._mark: tuple[Any, ...] | None = None
        self._began = Used(0, 0)
        self._told = False
        #: The last look: when it was, the processor time by then, and what was recorded by then.
        self._last = (real_time(), processor_time(), 0)

    def start(self) -> None:
        every(PERIOD, self._look)

    def _look(self) -> None:
        clock, recorder = self._clock, self._recorder
        before, self._last = self._last, (real_time(), processor_time(), recorder.told())
        held = 0.0
        if self._last[2] - before[2] < FEW:
            computed = self._last[1] - max(before[1], recorder.begun)  # before, nothing is recorded
            held = min(self._last[0] - before[0] - PERIOD, computed)
        thread = clock.current
        if thread is None or clock.outside or not recorder.recording or not _is_at_work(thread):
            self._mark = None
            return
        if held >= NOTICEABLE:
            # We waited for the interpreter lock so long: it was held by one call, now over.
            self._mark = None
            clock.interrupt(thread, lambda: self._charge(Used(held, held)))
            return
        mark = (clock.now, thread.ident, len(recorder.events), len(recorder.sights or ()))
        if mark != self._mark:
            self._mark, self._began, self._told = mark, used(thread.native), False
        elif not self._told and used(thread.native).seconds - self._began.seconds >= NOTICEABLE:
            self._told = True
            began, native = self._began, thread.native
            clock.interrupt(thread, lambda: self._charge(since(began, native)))

    def _charge(self, took: Used) -> tuple[int, bool]:
        """The call is over, and its thread asks what it owes: ns, and whether it computed.

        Nothing, if it was short. Only now is that known: the system counts the time that a thread
        waits for a processor when that wait is over, so a look during one takes it for use.
        """
        if took.seconds < NOTICEABLE:
            return 0, False
        computed = took.computing >= took.seconds / 2
        recorder, what = self._recorder, "computed" if computed else "waited"
        lane = recorder.own_lane()
        recorder.add(RealTime(recorder.now, lane.id, what, nanoseconds(took.seconds)))
        return nanoseconds(took.seconds), computed


def _is_at_work(thread: VirtualThread) -> bool:
    """Whether what the thread does is the program's: not a library's own thread, and no import of
    a library, which the warmed process has imported already in another run."""
    frame = sys._current_frames().get(thread.real_ident)
    return thread.data is not None and not imports_library(frame)


def used(native: int) -> Used:
    """What the thread of that id in the system has used. Without a meaning but as a difference."""
    try:
        text = Path(f"/proc/self/task/{native}/schedstat").read_text(encoding="ascii")
    except OSError:
        seconds = processor_time()
        return Used(seconds, seconds)
    computing, ready = (int(part) / NS for part in text.split()[:2])
    return Used(real_time() - ready, computing)


def since(began: Used, native: int) -> Used:
    now = used(native)
    return Used(now.seconds - began.seconds, now.computing - began.computing)
