"""Work that keeps the processor busy, for listings: ``from visualizer import work``.

On the virtual clock it takes virtual time and holds the interpreter lock; elsewhere it keeps the
real processor busy for as long.
"""

from __future__ import annotations

from .clock import WallClock, active_clock


def cpu(seconds: float) -> None:
    """Use the processor for so many seconds."""
    (active_clock() or WallClock()).cpu(seconds)
