"""Constants are set in the text itself; captions belong to statements."""

from __future__ import annotations

import pytest

from visualizer.lab import LabError
from visualizer.lab.listing import captions_of, constants_of, prepare

SOURCE = """\
TASK_SECONDS = 5  # how long
NAME: str = "ana"
LOW = -1; HIGH = 2


def view(
    a,
):  #: the view begins
    call(  #: a call
        a,
    )
    return "#: no caption"  #: it returns
"""


def test_constants_are_replaced_where_they_stand() -> None:
    listing = prepare("app.py", SOURCE, {"TASK_SECONDS": 0.5, "NAME": "zoë", "LOW": -7, "HIGH": 9})
    assert listing.source.splitlines()[:3] == [
        "TASK_SECONDS = 0.5  # how long",
        "NAME: str = 'zoë'",
        "LOW = -7; HIGH = 9",
    ]
    names: dict[str, object] = {}
    exec(listing.code, names)
    assert (names["TASK_SECONDS"], names["NAME"], names["LOW"]) == (0.5, "zoë", -7)


@pytest.mark.parametrize("name", ["MISSING", "view"])
def test_a_constant_that_is_not_there(name: str) -> None:
    with pytest.raises(LabError, match=f"no line '{name} = …' to set"):
        prepare("app.py", SOURCE, {name: 1})


def test_constants_can_be_listed() -> None:
    assert constants_of(SOURCE) == {
        "TASK_SECONDS": (5, 1),
        "NAME": ("ana", 2),
        "LOW": (-1, 3),
        "HIGH": (2, 3),
    }


def test_captions_belong_to_the_first_line_of_their_statement() -> None:
    assert captions_of(SOURCE) == {6: "the view begins", 9: "a call", 12: "it returns"}


def test_watched_are_the_names_that_functions_use_as_data() -> None:
    source = "A = 1\nbox = []\nunused = 2\ndef f():\n    box.append(A)\n"
    assert prepare("app.py", source, {}).watched == ("box",)
