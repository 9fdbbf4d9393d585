"""How a comparison names its runs: what all share is said once, what differs stands over each."""

from __future__ import annotations

import re

import pytest

from tests.support.shipped import SHIPPED
from visualizer.course import Library
from visualizer.course.blocks import compare_table
from visualizer.lab import Lab
from visualizer.lessons.runs import run_name
from visualizer.lessons.ways import Row

ROWS = [Row(label="Waits for `start`", query="metrics.response_max", unit="seconds")]


@pytest.fixture(scope="module")
def library(lab: Lab) -> Library:
    return Library(SHIPPED, lab.run)


@pytest.mark.parametrize(
    ("runs", "shared", "titles"),
    [
        (["inline", "thread"], "", ["Inside the request", "In a background thread"]),
        (
            ["inline?users=4", "thread?users=4"],
            "How many users ask at the same time: 4",
            ["Inside the request", "In a background thread"],
        ),
        (
            ["inline", "inline?users=4"],
            "Inside the request",
            ["How many users ask at the same time: 1", "How many users ask at the same time: 4"],
        ),
        (
            ["inline", "thread?users=4"],
            "",
            [
                "Inside the request",
                "In a background thread (How many users ask at the same time: 4)",
            ],
        ),
    ],
)
def test_what_all_runs_share_is_said_once(
    library: Library, runs: list[str], shared: str, titles: list[str]
) -> None:
    table = compare_table([run_name(name, "long_task") for name in runs], ROWS, library)
    caption = re.search(r"<caption>(.*?)</caption>", table)
    assert (caption[1] if caption else "") == shared
    assert re.findall(r'<th scope="col"[^>]*>(.*?)</th>', table) == titles
    assert re.findall(r'<td [^>]*data-label="([^"]*)"', table) == titles
    assert "Waits for <code>start</code>" in table
