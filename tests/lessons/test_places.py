"""places: every key that tomllib reads has a line, and it is the right one."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from visualizer.lessons import SCENARIOS
from visualizer.lessons.places import line_of, places

TEXT = (
    r"""# "comment [
a = 1
"b c".'d' = "x # y"     # comment
e.f.g = [
  1, # one
  "]",
  { h = 2, i = [3, { j = 'it' }] },
]
k = '''
l = not a key
'''
m = "\"]\\"
n = """
    + '"""\nquote: \\""" and "" and #\n""""'
    + r"""
[o]
p = 2026-11-20T10:00:00Z
[o.q]
r = true
[[s]]
t = 1
[[s]]
t = 2
[s.u]
v = 3
[[s.w]]
x = 4
[[s.w]]
x = 5
["y z"]
a-1_B = -1.5e3
"""
)


def paths(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    if path:
        yield path
    if isinstance(value, (dict, list)):
        for key, item in value.items() if isinstance(value, dict) else enumerate(value):
            yield from paths(item, (*path, key))


@pytest.mark.parametrize(
    "text",
    [TEXT, *(path.read_text("utf-8") for path in sorted(SCENARIOS.glob("*/*.toml")))],
)
def test_every_key_has_the_line_in_which_it_is_written(text: str) -> None:
    found = places(text)
    lines = text.splitlines()
    expected = set(paths(tomllib.loads(text)))
    assert expected
    assert set(found) == expected
    for path, line in found.items():
        if isinstance(path[-1], str):
            assert path[-1] in lines[line - 1], path


@pytest.mark.parametrize(
    ("path", "start"),
    [
        (("b c", "d"), "\"b c\".'d'"),
        (("e", "f", "g", 1), '  "]",'),
        (("e", "f", "g", 2, "i", 1, "j"), "  { h = 2"),
        (("m",), 'm = "'),
        (("o", "q", "r"), "r = true"),
        (("s", 1, "t"), "t = 2"),
        (("s", 1, "w", 1, "x"), "x = 5"),
        (("y z", "a-1_B"), "a-1_B"),
    ],
)
def test_the_line_is_the_right_one_of_several(path: tuple[str | int, ...], start: str) -> None:
    assert TEXT.splitlines()[places(TEXT)[path] - 1].startswith(start)


def test_what_is_missing_stands_where_it_would_belong() -> None:
    found = places(TEXT)
    assert line_of(found, ("s", 1, "missing")) == found[("s", 1)]
    assert line_of(found, ("nothing",)) == 1


def test_scenarios_were_found() -> None:
    assert len(list(Path(SCENARIOS).glob("*/*.toml"))) >= 6
