"""Several versions on one axis, aligned by time or by step: by mouse, key and link."""

import re

from playwright.sync_api import BrowserContext, expect

from .lessons import INLINE, THREAD
from .stage import Stage, cells


def clocks(stage: Stage) -> list[str]:
    """The time that each version is at, where each has its own."""
    return stage.timeline.locator(".band-clock").all_inner_texts()


def test_the_same_step_of_every_version_stands_at_the_same_place(stage: Stage):
    stage.open("long_task")
    stage.press("Home")
    stage.by_step.click()
    expect(stage.by_step).to_have_attribute("aria-pressed", "true")
    for step in (2, 3, 4):
        stage.button("One step on").click()
        stage.expect_step(INLINE, step)
        stage.expect_step(THREAD, step)
    assert clocks(stage) == ["at 0.002 s", "at 0.003 s"]
    expect(stage.timeline.locator(".playhead-time")).to_have_text("step 4")
    expect(stage.transport.locator(".transport-now")).to_have_text("0.003 s")
    assert stage.marked_lines(INLINE) == ["time.sleep(TASK_SECONDS)"]
    stage.button("One step back").click()
    stage.expect_step(INLINE, 3)
    stage.expect_step(THREAD, 3)
    stage.by_step.click()
    stage.expect_step(THREAD, 3)
    assert clocks(stage) == []


def test_the_key_turns_it_and_true_time_is_by_time(stage: Stage):
    stage.open("long_task")
    stage.press("a")
    expect(stage.by_step).to_have_attribute("aria-pressed", "true")
    stage.press("t")
    expect(stage.by_step).to_have_attribute("aria-pressed", "false")
    expect(stage.true_time).to_have_attribute("aria-pressed", "true")
    stage.press("a")
    expect(stage.true_time).to_have_attribute("aria-pressed", "false")
    stage.press("?")
    expect(stage.page.get_by_role("dialog", name="Keys")).to_contain_text("aligned by step")


def test_playing_a_click_and_another_lead_keep_the_steps_together(stage: Stage):
    stage.open("long_task", "?align=step")
    stage.row(INLINE, 6).click()
    stage.expect_step(INLINE, 6)
    stage.expect_step(THREAD, 6)
    stage.press("1")
    expect(stage.transport.locator(".transport-now")).to_have_text("5.00 s")
    assert clocks(stage)[0] == "at 5.003 s"
    stage.press("Home")
    stage.speed.select_option("8")
    stage.press(" ")
    expect(stage.button("Play")).to_be_visible(timeout=15_000)
    stage.expect_step(INLINE, 7)
    stage.expect_step(THREAD, 7)


def test_a_link_opens_the_same_steps_elsewhere(stage: Stage, context: BrowserContext):
    stage.open("long_task")
    stage.press("Home")
    stage.press("a")
    stage.press("ArrowRight", 3)
    stage.expect_step(INLINE, 4)
    expect(stage.page).to_have_url(re.compile(r"step=2\.4&align=step$"))
    other = Stage(context.new_page())
    other.page.goto(stage.page.url)
    other.ready()
    assert clocks(other) == clocks(stage)
    for title in (INLINE, THREAD):
        assert cells(other.variables(title)) == cells(stage.variables(title))
        assert other.step(title) == stage.step(title)


def test_one_version_alone_is_aligned_with_nothing(stage: Stage):
    stage.open("long_task", "?v=thread&align=step")
    expect(stage.timeline).to_be_visible()
    expect(stage.by_step).to_have_count(0)


def test_what_cannot_be_aligned_by_is_said(stage: Stage):
    stage.open("long_task", "?align=colour")
    expect(stage.page.get_by_role("status").filter(has_text="not by “colour”")).to_be_visible()
    expect(stage.by_step).to_have_attribute("aria-pressed", "false")
