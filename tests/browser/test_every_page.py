"""Every page of the course that comes with Meanwhile: readable by everybody, in light, in dark and
on a phone. One page of a browser opens them one after the other."""

import re
from typing import Literal

import pytest
from playwright.sync_api import Page, expect

from tests.support.sweeps import some
from visualizer.lessons import SCENARIOS, Catalogue

from .stage import Stage
from .test_access import violations

CATALOGUE = Catalogue([SCENARIOS])
CHAPTERS = [
    (f"/c/{chapter.id}/{way}", chapter.title)
    for chapter in CATALOGUE.chapters.values()
    for way in chapter.texts
]
OTHERS = ["/glossary", "/search?q=thread", "/s/idempotency/transcript"]
#: The lessons whose stage is opened in each of its ways: one version of each kind of program.
STAGES = ["greet", "quick_task", "status_feedback", "async_views"]
#: A question that unfolds a text hides it until then; here all of it is looked at.
UNFOLD = "() => document.querySelectorAll('.unfold').forEach(f => f.classList.add('is-open'))"


def hold(page: Page) -> None:
    """What must be so of every page that is open: in light, in dark, and 360 px wide."""
    page.evaluate(UNFOLD)
    themes: tuple[Literal["light", "dark"], ...] = ("light", "dark")
    for theme in themes:
        page.emulate_media(color_scheme=theme)
        expect(page.locator("html")).to_have_attribute("data-theme", theme)
        assert violations(page) == [], theme
    page.set_viewport_size({"width": 360, "height": 740})
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert violations(page) == [], "on a phone"


def open_wide(page: Page, path: str) -> None:
    page.emulate_media(color_scheme="light")
    page.set_viewport_size({"width": 1440, "height": 1000})
    page.goto(path)


@pytest.mark.parametrize("chapter", CATALOGUE.chapters)
def test_pages_of_a_chapter_are_for_everybody(page: Page, chapter: str):
    for path, title in CHAPTERS:
        if path.startswith(f"/c/{chapter}/"):
            open_wide(page, path)
            expect(page.get_by_role("main")).to_contain_text(title)
            hold(page)


@pytest.mark.parametrize("chapter", CATALOGUE.chapters)
def test_mistakes_of_every_lesson_are_for_everybody(page: Page, chapter: str):
    for lesson in CATALOGUE.lessons_of(chapter):
        open_wide(page, f"/s/{lesson.id}/break-it")
        expect(page.get_by_role("heading", level=2)).to_have_count(len(lesson.pitfalls) + 2)
        expect(page.get_by_role("button", name="Answer", exact=True)).to_have_count(
            len(lesson.myths)
        )
        hold(page)


def test_glossary_search_and_transcript_are_for_everybody(page: Page):
    for path in OTHERS:
        open_wide(page, path)
        hold(page)


@pytest.mark.parametrize("lesson", STAGES)
@pytest.mark.parametrize("way", ["predict", "change-it", "recall"])
def test_the_stage_in_its_other_ways_is_for_everybody(
    page: Page, stage: Stage, lesson: str, way: str
):
    open_wide(page, f"/s/{lesson}/{way}")
    stage.ready()
    hold(page)


@pytest.mark.parametrize("chapter", some(CATALOGUE.chapters, "why"))
def test_every_lesson_opens_in_each_way_that_has_a_stage(page: Page, stage: Stage, chapter: str):
    for lesson in CATALOGUE.lessons_of(chapter):
        for way, heading in (
            ("predict", re.compile("^Predict$")),
            ("change-it", re.compile("^Change$")),
            ("recall", re.compile("^Question 1 of ")),
        ):
            page.goto(f"/s/{lesson.id}/{way}")
            stage.ready()
            expect(page.get_by_role("heading", name=heading)).to_be_visible()
            assert "`" not in "".join(page.locator(".quiz-sheet").all_inner_texts())
