"""The clock: virtual time for real threads, and the wall clock behind the same interface.

    from visualizer.clock import VirtualClock, install

    install()                      # before the program's libraries are imported
    import threading, time

    def program():
        thread = threading.Thread(target=time.sleep, args=(3600,))
        thread.start()
        thread.join()

    VirtualClock().run(program)    # an hour passes at once

Read ``virtual`` first, then ``threads``, ``locks`` and ``patch``. Knows nothing of Flask, tracing
or lessons.
"""

from __future__ import annotations

from . import active
from .base import NS, Clock, Instrument, Outcome, State, ThreadInfo, Waiting, nanoseconds
from .observed import ObservedClock
from .patch import (
    EPOCH,
    every,
    install,
    processor_time,
    real_time,
    replace,
    travel,
)
from .virtual import SWITCH_INTERVAL, VirtualClock
from .wall import WallClock

__all__ = [
    "EPOCH",
    "NS",
    "SWITCH_INTERVAL",
    "Clock",
    "Instrument",
    "ObservedClock",
    "Outcome",
    "State",
    "ThreadInfo",
    "VirtualClock",
    "Waiting",
    "WallClock",
    "active_clock",
    "every",
    "install",
    "nanoseconds",
    "processor_time",
    "real_time",
    "replace",
    "travel",
]


def active_clock() -> VirtualClock | None:
    """The virtual clock that runs in this process, or None."""
    return active.clock
