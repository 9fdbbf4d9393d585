"""What a benchmark reports: figures, each with the target that it is meant to reach, if any."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from statistics import median
from typing import Literal, TypeAlias

import msgspec

Bound: TypeAlias = Literal["at most", "at least"]


class Figure(msgspec.Struct, kw_only=True):
    """Something that was measured. ``target`` has the same unit; None where there is none."""

    what: str
    value: float
    unit: str = ""
    bound: Bound = "at most"
    target: float | None = None
    #: What the value is made of, in words: both sides of a ratio, how many repetitions.
    made_of: str = ""

    @property
    def reached(self) -> bool | None:
        """Whether the target is reached; None where there is none."""
        if self.target is None:
            return None
        return self.value <= self.target if self.bound == "at most" else self.value >= self.target

    @property
    def verdict(self) -> str:
        return {True: "reached", False: "not reached", None: ""}[self.reached]

    @property
    def aim(self) -> str:
        """The target in words, empty where there is none."""
        return "" if self.target is None else f"{self.bound} {quantity(self.target, self.unit)}"

    @property
    def shown(self) -> str:
        return quantity(self.value, self.unit)


def quantity(value: float, unit: str) -> str:
    """A number to three digits, or whole from 100 on, with its unit."""
    text = f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"
    if unit == "x":
        return f"{text}×"
    return f"{text} {unit}".strip()


def in_turn(
    repetitions: int, *measurements: Callable[[], float], rest: Callable[[], None] | None = None
) -> list[list[float]]:
    """Measure each of them in turn, over and over: what the machine does meanwhile meets all alike.

    The first round warms up and does not count. Gives a list of values for each.
    """
    results: list[list[float]] = [[] for _ in measurements]
    for repetition in range(repetitions + 1):
        for values, measure in zip(results, measurements, strict=True):
            value = measure()
            if repetition:
                values.append(value)
        if rest is not None:
            rest()
    return results


def stay_on_one_processor() -> None:
    """Keep this process on one processor, as the lab keeps a program, where the system can."""
    if sys.platform == "linux":
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})


def median_ratio(above: Sequence[float], below: Sequence[float]) -> float:
    """The median of the ratios of values that were measured next to each other."""
    return median(a / b for a, b in zip(above, below, strict=True))
