"""Nanoseconds become seconds, to the microsecond."""

from __future__ import annotations

import pytest

from visualizer.trace.times import seconds


@pytest.mark.parametrize(
    ("nanoseconds", "expected"),
    [(0, 0.0), (499, 0.0), (500, 1e-6), (1_499, 1e-6), (5_004_000_000, 5.004), (-600, -1e-6)],
)
def test_times_are_rounded_to_the_microsecond(nanoseconds: int, expected: float) -> None:
    assert seconds(nanoseconds) == expected
