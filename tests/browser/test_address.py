"""The address holds the whole view: whoever opens a copied link sees the same."""

from playwright.sync_api import BrowserContext, Page, expect

from .lessons import INLINE, THREAD
from .stage import Stage, cells


def copied(stage: Stage) -> str:
    stage.page.get_by_role("button", name="Save or share").click()
    entry = stage.page.get_by_role("button", name="Copy a link")
    entry.click()
    expect(entry).to_contain_text("Copied")
    stage.press("Escape")
    return str(stage.page.evaluate("navigator.clipboard.readText()"))


def test_a_copied_link_opens_the_very_same_view(stage: Stage, context: BrowserContext):
    stage.open("long_task", "?v=thread,inline&p.task_seconds=3.5&p.users=2&seed=4")
    stage.press("t")
    stage.row(INLINE, 5).click()
    stage.expect_step(INLINE, 5)
    link = copied(stage)

    other = Stage(context.new_page())
    other.page.goto(link)
    other.ready()
    for title in (INLINE, THREAD):
        assert cells(other.table(title)) == cells(stage.table(title))
        assert cells(other.variables(title)) == cells(stage.variables(title))
        assert other.step(title) == stage.step(title)
        assert other.marked_lines(title) == stage.marked_lines(title)
    assert other.place.inner_text() == stage.place.inner_text()
    assert other.caption.inner_text() == stage.caption.inner_text()
    assert other.waits() == stage.waits()
    expect(other.true_time).to_have_attribute("aria-pressed", "true")
    assert copied(other) == link


def test_a_link_to_a_place_between_two_steps(stage: Stage, context: BrowserContext):
    stage.open("long_task")
    stage.press("Home")
    stage.press("Shift+ArrowRight", 5)
    lines = stage.marked_lines(THREAD)
    time = stage.transport.locator(".transport-now").inner_text()
    other = Stage(context.new_page())
    other.page.goto(copied(stage))
    other.ready()
    assert other.marked_lines(THREAD) == lines
    assert other.transport.locator(".transport-now").inner_text() == time


def test_an_address_that_does_not_fit_is_mended_and_said(page: Page, stage: Stage):
    stage.open("long_task", "?v=thread,celery&p.task_seconds=99&step=1.3")
    notices = page.get_by_role("status")
    expect(notices.filter(has_text="no version “celery”")).to_be_visible()
    expect(notices.filter(has_text="cannot be “99”")).to_be_visible()
    expect(stage.code(THREAD)).to_contain_text("TASK_SECONDS = 10")
    stage.expect_step(THREAD, 3)
