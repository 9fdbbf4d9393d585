"""Time in a trace: whole nanoseconds in events become seconds, rounded to the microsecond.

Two times that fall in one microsecond become equal floats, so times of a trace may be compared
with ``==``.
"""

from __future__ import annotations


def seconds(nanoseconds: int) -> float:
    """A time of an event (ns) as a time of a trace (s, rounded half up to 1 µs)."""
    return (nanoseconds + 500) // 1000 / 1_000_000


def tidy(value: float) -> float:
    """A computed figure (s, or a share) without the noise of floating point: six decimals."""
    return round(value, 6)
