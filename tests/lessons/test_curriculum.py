"""docs/curriculum.md and README.md tell of the lessons that are there, and of no others."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from tests.support.shipped import SHIPPED
from visualizer.lessons import SCENARIOS

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "docs" / "curriculum.md").read_text(encoding="utf-8")
LESSONS = SHIPPED.lessons
ROW = re.compile(
    r"^\| S\d\d \| \[(\w+)\]\((\S+)\): (.+?) \| (\w+) \| (.+?) \| .+ \|$", re.MULTILINE
)
TAUGHT = re.compile(r"\[([^]]+)\]\(\.\./scenarios/(\w+)/(\w+)\.toml\), [\w ]+: `(\w+)`")


def test_every_lesson_has_all_five_ways_and_every_chapter_all_four() -> None:
    assert SHIPPED.broken == {}
    for lesson in LESSONS.values():
        assert lesson.ways == ["watch", "predict", "break-it", "change-it", "recall"], lesson.id
        assert 2 <= len(lesson.predictions) <= 3, lesson.id
        assert lesson.pitfalls and lesson.myths and lesson.experiments, lesson.id
        assert len(lesson.quiz) >= 5, lesson.id
    assert {lesson.chapter for lesson in LESSONS.values()} == set(SHIPPED.chapters)
    for chapter in SHIPPED.chapters.values():
        assert list(chapter.texts) == ["start", "why", "deep-dive", "measure"], chapter.id


def test_the_table_has_every_lesson_with_its_title_chapter_and_versions() -> None:
    told = {
        name: (title, chapter, tuple(versions.split(" · ")))
        for name, _, title, chapter, versions in ROW.findall(TEXT)
    }
    assert told == {
        name: (lesson.title, lesson.chapter, tuple(variant.id for variant in lesson.variants))
        for name, lesson in LESSONS.items()
    }


@pytest.mark.parametrize("link", sorted(set(re.findall(r"\]\((\.\./\S+?)\)", TEXT))))
def test_every_link_leads_somewhere(link: str) -> None:
    assert (ROOT / "docs" / link).is_file()


def test_every_mistake_is_taught_where_the_table_says() -> None:
    rows = TEXT[TEXT.index("## What learners get wrong") :].split("\n## ")[0].splitlines()
    mistakes = [row for row in rows if row.startswith("| ")][1:]
    assert mistakes
    for row in mistakes:
        places = TAUGHT.findall(row)
        assert places, row
        for title, name, way, entry in places:
            assert title == LESSONS[name].title
            path = SCENARIOS / name / f"{way}.toml"
            lists = tomllib.loads(path.read_text(encoding="utf-8")).values()
            assert entry in [item["id"] for entries in lists for item in entries], (name, entry)


def test_every_lesson_that_falls_short_exists() -> None:
    short = TEXT[TEXT.index("## Where a lesson shows less") :]
    named = re.findall(r"\*\*(\w+)\*\*", short)
    assert named
    assert set(named) <= set(LESSONS)


def test_the_readme_names_every_lesson() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    named = re.findall(r"^\| (.+?) \| .+ \| .+ \|$", readme, re.MULTILINE)
    assert {lesson.title for lesson in LESSONS.values()} <= set(named)
