"""Listings in colour: line for line, escaped, captions apart."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from visualizer.lessons import SCENARIOS
from visualizer.lessons.highlight import highlight

LISTINGS = sorted(SCENARIOS.glob("*/*.py"))


def plain(lines: tuple[str, ...]) -> str:
    """The text that a reader sees."""
    return unescape(re.sub(r"</?span[^>]*>", "", "\n".join(lines)))


@pytest.mark.parametrize("path", LISTINGS, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_a_listing_keeps_its_text_and_its_lines(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    lines = highlight(source)
    assert plain(lines) == source.removesuffix("\n")
    assert len(lines) == len(source.splitlines())


@given(
    st.lists(st.sampled_from(['"""', "'", "a", "#: b", "\n", "(", "<&>", "\\", "é", "\t", "f'{"]))
)
def test_any_text_keeps_its_lines_and_closes_its_spans(pieces: list[str]) -> None:
    source = "".join(pieces)
    lines = highlight(source)
    assert plain(lines) == source.removesuffix("\n")
    for line in lines:
        assert line.count("<span") == line.count("</span>")
        assert "style=" not in line


def test_markup_is_escaped() -> None:
    (line,) = highlight("x = '<script>&'")
    assert "<script>" not in line
    assert "&lt;script&gt;&amp;" in line


def test_a_caption_has_a_class_of_its_own() -> None:
    code, other = highlight("work()  #: it works, <b>\nrest()  # as before\n")
    assert code.endswith(
        '<span class="caption"><span class="caption-mark">#: </span>it works, &lt;b&gt;</span>'
    )
    assert '<span class="c1"># as before</span>' in other


def test_a_caption_in_a_string_is_none() -> None:
    (line,) = highlight("x = '#: not one'")
    assert "caption" not in line


def test_a_text_over_several_lines_is_coloured_in_each() -> None:
    first, second = highlight('"""one\ntwo"""\n')
    assert first == '<span class="sd">&quot;&quot;&quot;one</span>'
    assert second == '<span class="sd">two&quot;&quot;&quot;</span>'


def test_windows_line_ends_count_once() -> None:
    assert len(highlight("a\r\nb\r\n")) == 2
