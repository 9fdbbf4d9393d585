"""The handout: what a browser prints, read back from the PDF."""

from __future__ import annotations

import io
import re

import pytest
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from tests.support.shipped import SHIPPED

from .lessons import INLINE, THREAD
from .stage import Stage


def printed(page: Page) -> tuple[list[str], str]:
    """The text of each sheet, and all of it with single spaces."""
    reader = PdfReader(io.BytesIO(page.pdf(format="A4")))
    sheets = [sheet.extract_text() for sheet in reader.pages]
    return sheets, plain(" ".join(sheets))


def plain(text: str) -> str:
    return re.sub(r"\s+", " ", text.replace("`", ""))


@pytest.mark.parametrize(("width", "theme"), [(1440, "dark"), (390, "light")])
def test_a_handout_holds_everything_but_the_answers(
    stage: Stage, page: Page, width: int, theme: str
):
    lesson = SHIPPED.lesson("long_task")
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=theme)
    stage.open("long_task", "?step=2.4")
    sheets, text = printed(page)
    assert 2 <= len(sheets) <= 5
    for title in (lesson.title, INLINE, THREAD, "Execution table", "Variables", "Questions"):
        assert title in text
    for variant in lesson.variants:
        last = variant.source.rstrip().splitlines()[-1].partition("  #:")[0]
        assert plain(last).strip() in text
    assert text.count("idle, ready for the next request") == 2
    assert "sleeps 5 s" in text
    for question in lesson.quiz:
        assert plain(question.text) in text
        assert plain(question.explanation.partition("{")[0])[:40] not in text
        assert plain(question.hint)[:40] not in text
    page.emulate_media(media="print", color_scheme=theme)
    for title in (INLINE, THREAD):
        heading = page.get_by_role("heading", name=title, exact=True).bounding_box()
        assert heading and heading["height"] > 10, "each version's part says which it is"
    controls = (
        "Answer",
        "Hint",
        "Save or share",
        "True time",
        "Watch",
        "Run it for real",
        "Start a class",
    )
    for control in controls:
        assert control not in text


def test_a_handout_with_answers_says_what_is_right_in_the_runs_that_it_shows(
    stage: Stage, page: Page
):
    page.add_init_script("window.print = () => { window.printed = document.body.textContent; }")
    stage.open("long_task", "?p.task_seconds=3")
    page.get_by_role("button", name="Save or share").click()
    page.get_by_role("button", name="Print it with answers").click()
    page.wait_for_function("() => window.printed")
    text = page.evaluate("printed")
    assert "Step 4: the JSON response is returned" in text
    assert "3.003 s" in plain(text)
    assert "The response is delayed until the task finishes" in text
    # Once it is printed the answers are gone from the page.
    page.wait_for_function("() => document.querySelector('.handout-right') === null")


def test_the_screen_is_as_before(stage: Stage, page: Page):
    page.emulate_media(color_scheme="dark")
    stage.open("long_task", "?step=2.4")
    drawing = page.locator(".timeline-still")
    before = drawing.get_attribute("width")
    printed(page)
    expect(drawing).to_have_attribute("width", before or "")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    expect(page.locator(".handout").first).to_be_hidden()
    stage.expect_step(THREAD, 4)


def test_a_chapter_on_paper_has_all_of_its_text_and_nothing_to_press(page: Page):
    page.goto("/c/why/why")
    expect(page.get_by_role("button", name="Read on without answering").first).to_be_visible()
    _, text = printed(page)
    for _, heading in SHIPPED.chapters["why"].texts["why"].headings:
        assert plain(heading) in text
    for control in ("Read on without answering", "Go on:", "On this page"):
        assert control not in text
