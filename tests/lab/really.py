"""What really happens, on a machine that may be busy with other things."""

from __future__ import annotations

from collections.abc import Callable

UNITS = (0.03, 0.12, 0.5)
"""Seconds that a unit of a story's waits lasts. Waits that differ by half a unit come in their
order on a machine whose other work holds them up by less than that."""


def order_of(story: Callable[[float], list[str]], shown: list[str]) -> list[str]:
    """The order in which ``story`` notes its events when it runs for real, with a unit in seconds.

    A story whose order is not as ``shown`` is run again, slower: the machine may have been late.
    Returns the order of the slowest run, if none was as shown.
    """
    really: list[str] = []
    for unit in UNITS:
        really = story(unit)
        if really == shown:
            break
    return really
