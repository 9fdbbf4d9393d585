"""On a phone: versions one below the other, views as tabs, room for fingers, swipes, hints."""

import re
import time

import pytest
from playwright.sync_api import Browser, Locator, expect

from .lessons import INLINE, THREAD
from .stage import Stage
from .test_access import violations

pytestmark = pytest.mark.browser_context_args(
    viewport={"width": 360, "height": 740}, has_touch=True, is_mobile=True
)


def tab(stage: Stage, name: str) -> Locator:
    return stage.page.get_by_role("tab", name=name, exact=True)


def test_views_are_tabs_and_versions_stand_one_below_the_other(stage: Stage):
    stage.open("long_task")
    expect(stage.code(INLINE)).to_be_visible()
    expect(stage.code(THREAD)).to_be_visible()
    expect(stage.page.get_by_role("heading", name="Execution table")).to_have_count(0)
    tab(stage, "Execution table").tap()
    expect(tab(stage, "Execution table")).to_have_attribute("aria-selected", "true")
    above, below = stage.table(INLINE).bounding_box(), stage.table(THREAD).bounding_box()
    assert above and below and above["x"] == below["x"] and above["y"] < below["y"]
    expect(stage.code(INLINE)).to_have_count(0)
    stage.button("One step on").tap()
    stage.expect_step(THREAD, 2)


def test_tabs_go_by_arrow_keys(stage: Stage):
    stage.open("long_task")
    tab(stage, "Code").focus()
    stage.press("ArrowRight")
    expect(tab(stage, "Execution table")).to_be_focused()
    expect(tab(stage, "Execution table")).to_have_attribute("aria-selected", "true")
    stage.press("Home")
    expect(tab(stage, "Code")).to_have_attribute("aria-selected", "true")


def swipe(stage: Stage, over: Locator, dx: int) -> None:
    """One finger, sideways by ``dx`` pixels, over the middle of something."""
    over.scroll_into_view_if_needed()
    box = over.bounding_box()
    assert box
    x, y = box["x"] + box["width"] / 2 - dx / 2, box["y"] + box["height"] / 2
    session = stage.page.context.new_cdp_session(stage.page)
    began = time.time()
    for later, kind, at in (
        (0.0, "Start", [x]),
        (0.1, "Move", [x + dx / 2]),
        (0.2, "Move", [x + dx]),
        (0.3, "End", []),
    ):
        event = {"type": f"touch{kind}", "touchPoints": [{"x": left, "y": y} for left in at]}
        session.send("Input.dispatchTouchEvent", {**event, "timestamp": began + later})


def test_a_swipe_is_a_step_and_the_timeline_keeps_its_own(stage: Stage):
    stage.open("long_task")
    expect(stage.place).to_contain_text("Step 1 of")
    swipe(stage, stage.caption, -150)
    expect(stage.place).to_contain_text("Step 2 of")
    swipe(stage, stage.caption, -150)
    expect(stage.place).to_contain_text("Step 3 of")
    swipe(stage, stage.caption, 150)
    expect(stage.place).to_contain_text("Step 2 of")
    swipe(stage, stage.caption, 20)
    expect(stage.place).to_contain_text("Step 2 of")


def test_taps_play_step_and_go_to_a_row_and_a_finger_drags_the_timeline(stage: Stage):
    stage.open("long_task")
    stage.button("One step on").tap()
    expect(stage.place).to_contain_text("Step 2 of")
    tab(stage, "Execution table").tap()
    stage.row(THREAD, 5).get_by_role("button").tap()
    stage.expect_step(THREAD, 5)
    plot = stage.timeline.locator(".timeline-plot")
    plot.scroll_into_view_if_needed()
    box = plot.bounding_box()
    assert box
    # Along the lanes, from near the end to the start: the story goes back with the finger.
    y = box["y"] + box["height"] * 0.6
    session = stage.page.context.new_cdp_session(stage.page)
    for kind, part in (("Start", 0.9), ("Move", 0.6), ("Move", 0.3), ("Move", 0.02), ("End", None)):
        points = [] if part is None else [{"x": box["x"] + box["width"] * part, "y": y}]
        event = {"type": f"touch{kind}", "touchPoints": points}
        if kind == "End":  # a finger rests before it leaves, or the browser takes it for a throw
            stage.page.wait_for_timeout(300)  # and the next tap for one that stops what was thrown
        session.send("Input.dispatchTouchEvent", event)
    expect(stage.place).to_contain_text(re.compile("Step [12] of"))
    stage.button("Play").tap()
    expect(stage.button("Pause")).to_be_visible()
    stage.button("Pause").tap()
    expect(stage.button("Play")).to_be_visible()


def test_what_is_pressed_has_room_for_a_finger(stage: Stage):
    stage.open("long_task")
    for name in ("Code", "Execution table", "Variables"):
        tab(stage, name).tap()
        small = stage.page.evaluate(
            """() => [...document.querySelectorAll(".stage :is(button, summary, select)")]
                .filter(element => element.checkVisibility({visibilityProperty: true}))
                .filter(element => Math.max(element.offsetHeight,
                    parseFloat(getComputedStyle(element, "::after").height) || 0) < 44)
                .map(element => `${element.className} ${element.offsetHeight}`)"""
        )
        assert small == []


def test_hints_come_at_the_first_visit_and_stay_away(browser: Browser, base_url: str):
    with browser.new_context(base_url=base_url) as context:
        stage = Stage(context.new_page()).open("long_task")
        hints = stage.page.get_by_role("complementary", name="Hints for the first visit")
        expect(hints.get_by_role("button", name="Put away")).to_have_count(3)
        assert violations(stage.page) == []
        hints.get_by_role("button", name="Put away: Play, or step").click()
        expect(hints.get_by_role("button", name="Put away")).to_have_count(2)
        hints.get_by_role("button", name="No more hints").click()
        expect(hints).to_have_count(0)
        stage.open("send_email")
        expect(hints).to_have_count(0)
