"""Every page of the course that comes with Meanwhile: readable by everybody, in light, in dark and
on a phone. One page of a browser opens them one after the other.

By turns: axe reads each page in one of these looks, and the next page in the next. The tests that
are marked `long` have it read each page in each look.
"""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.support.shipped import SHIPPED

from .stage import Stage
from .test_access import violations

CHAPTERS = [
    (f"/c/{chapter.id}/{way}", chapter.title)
    for chapter in SHIPPED.chapters.values()
    for way in chapter.texts
]
OTHERS = ["/glossary", "/search?q=thread", "/s/idempotency/transcript"]
#: The lessons whose stage is opened in each of its ways: one version of each kind of program.
STAGES = ["greet", "quick_task", "status_feedback", "async_views"]
#: A question that unfolds a text hides it until then; here all of it is looked at.
UNFOLD = "() => document.querySelectorAll('.unfold').forEach(f => f.classList.add('is-open'))"

LOOKS = ("light", "dark", "phone")
#: The ways of a lesson that have a stage, and what stands above it.
WAYS = {"predict": "^Predict$", "change-it": "^Change$", "recall": "^Question 1 of "}

each_chapter = pytest.mark.parametrize("chapter", SHIPPED.chapters)
by_turns_or_all = pytest.mark.parametrize(
    "every", [False, pytest.param(True, marks=pytest.mark.long)], ids=["by turns", "all"]
)


def turn(choices: tuple[str, ...], number: int, every: bool) -> tuple[str, ...]:
    """The choice whose turn it is, or every one."""
    return choices if every else (choices[number % len(choices)],)


def hold(page: Page, looks: tuple[str, ...] = LOOKS) -> None:
    """What must be so of every page that is open: for axe in these looks, and 360 px wide."""
    page.evaluate(UNFOLD)
    if "light" in looks:
        assert violations(page) == [], "in light"
    if "dark" in looks:
        page.emulate_media(color_scheme="dark")
        expect(page.locator("html")).to_have_attribute("data-theme", "dark")
        assert violations(page) == [], "in dark"
    page.set_viewport_size({"width": 360, "height": 740})
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    if "phone" in looks:
        assert violations(page) == [], "on a phone"


def open_wide(page: Page, path: str) -> None:
    """Open a page in light, in a wide window."""
    page.emulate_media(color_scheme="light")
    page.set_viewport_size({"width": 1440, "height": 1000})
    page.goto(path)
    expect(page.locator("html")).to_have_attribute("data-theme", "light")


@by_turns_or_all
@each_chapter
def test_pages_of_a_chapter_are_for_everybody(page: Page, chapter: str, every: bool):
    for number, (path, title) in enumerate(CHAPTERS):
        if path.startswith(f"/c/{chapter}/"):
            open_wide(page, path)
            expect(page.get_by_role("main")).to_contain_text(title)
            # Of four pages a chapter, each way has all looks in turn.
            hold(page, turn(LOOKS, number, every))


@by_turns_or_all
@each_chapter
def test_mistakes_of_every_lesson_are_for_everybody(page: Page, chapter: str, every: bool):
    for number, lesson in enumerate(SHIPPED.lessons_of(chapter)):
        open_wide(page, f"/s/{lesson.id}/break-it")
        expect(page.get_by_role("heading", level=2)).to_have_count(len(lesson.pitfalls) + 2)
        expect(page.get_by_role("button", name="Answer", exact=True)).to_have_count(
            len(lesson.myths)
        )
        hold(page, turn(LOOKS, number, every))


def test_glossary_search_and_transcript_are_for_everybody(page: Page):
    for path in OTHERS:
        open_wide(page, path)
        hold(page)


@by_turns_or_all
@pytest.mark.parametrize("lesson", STAGES)
@pytest.mark.parametrize("way", WAYS)
def test_the_stage_in_its_other_ways_is_for_everybody(
    page: Page, stage: Stage, lesson: str, way: str, every: bool
):
    open_wide(page, f"/s/{lesson}/{way}")
    stage.ready()
    hold(page, turn(LOOKS, STAGES.index(lesson) + list(WAYS).index(way), every))


@by_turns_or_all
@each_chapter
def test_every_lesson_opens_in_a_way_that_has_a_stage(
    page: Page, stage: Stage, chapter: str, every: bool
):
    for number, lesson in enumerate(SHIPPED.lessons_of(chapter)):
        for way in turn(tuple(WAYS), number, every):
            page.goto(f"/s/{lesson.id}/{way}")
            stage.ready()
            expect(page.get_by_role("heading", name=re.compile(WAYS[way]))).to_be_visible()
            assert "`" not in "".join(page.locator(".quiz-sheet").all_inner_texts())
