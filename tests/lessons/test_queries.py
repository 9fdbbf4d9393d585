"""Values as they go into a text for a reader."""

from __future__ import annotations

from typing import Any

import pytest

from visualizer.lessons import show


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "?"),
        ([], "?"),
        (True, "yes"),
        (5, "5"),
        (5.0, "5"),
        (0.0, "0"),
        (5.0034, "5.003"),
        (0.0306, "0.031"),
        (1200.0, "1200"),
        ("sent", "sent"),
        ([4, 7], "4, 7"),
        (list(range(9)), "0, 1, 2, 3, 4, …"),
    ],
)
def test_a_value_is_shown_as_a_reader_writes_it(value: Any, text: str) -> None:
    assert show(value) == text
