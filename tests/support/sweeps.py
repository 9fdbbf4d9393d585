"""What a sweep runs by default, and what only the stage `long` runs.

    @pytest.mark.parametrize("lesson", some(LESSONS, "long_task", "greet"))

gives a test for each lesson, and all but those of `long_task` and `greet` bear the mark `long`.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest


def some(every: Iterable[Any], *usual: Any) -> list[Any]:
    """Parameters for each of ``every``, of which all but the ``usual`` are marked `long`."""
    values = list(every)
    unknown = [value for value in usual if value not in values]
    assert not unknown, f"{unknown[0]!r} is none of {values}"
    return [
        value if value in usual else pytest.param(value, marks=pytest.mark.long) for value in values
    ]
