"""Long stories on the timeline: many lanes as one band, zoom and pan by mouse, touch and keys."""

import pytest
from playwright.sync_api import Locator, expect

from .stage import Stage

touch = pytest.mark.browser_context_args(
    viewport={"width": 390, "height": 800}, has_touch=True, is_mobile=True
)
CROWD = "?v=celery&p.users=50"


def frame(stage: Stage) -> Locator:
    """What says which part of the timeline is shown."""
    return stage.timeline.get_by_role("slider", name="Part of the timeline that is shown")


def width(stage: Stage) -> float:
    """The part of the axis that is shown, from 0 to 1."""
    share: float = frame(stage).evaluate(
        "frame => frame.offsetWidth / frame.offsetParent.clientWidth"
    )
    return share


def test_fifty_users_are_one_band_that_opens_and_closes(stage: Stage):
    stage.open("send_email", CROWD)
    button = stage.timeline.get_by_role("button", name="50 users")
    expect(button).to_have_attribute("aria-expanded", "false")
    box = stage.timeline.locator(".timeline-plot").bounding_box()
    assert box and box["height"] < 500
    stage.press("Home")
    stage.press("ArrowRight", 20)
    expect(stage.timeline.locator(".crowd-now")).to_contain_text("waiting")
    button.press("Enter")
    expect(button).to_have_attribute("aria-expanded", "true")
    expect(stage.timeline.get_by_role("group", name="Ben", exact=True)).to_be_attached()
    button.click()
    expect(stage.timeline.get_by_role("group", name="Ben", exact=True)).to_have_count(0)


def test_keys_zoom_and_move_and_show_all_of_it(stage: Stage):
    stage.open("long_task")
    expect(frame(stage)).to_have_count(0)
    stage.press("Home")
    stage.press("+", 3)
    near = width(stage)
    assert near < 0.5
    before = frame(stage).get_attribute("aria-valuetext")
    stage.press(".", 4)
    expect(frame(stage)).not_to_have_attribute("aria-valuetext", before or "")
    stage.press("-")
    expect(frame(stage)).to_be_visible()
    assert width(stage) > near
    frame(stage).focus()
    stage.press("ArrowLeft")
    stage.press("0")
    expect(frame(stage)).to_have_count(0)


def test_the_part_that_is_shown_follows_the_steps(stage: Stage):
    stage.open("long_task")
    stage.press("Home")
    stage.press("+", 5)
    for _ in range(6):
        stage.press("ArrowRight")
        expect(stage.timeline.locator(".playhead:not(.is-out)")).to_be_attached()


def test_a_wheel_with_control_zooms_and_without_it_scrolls(stage: Stage):
    stage.open("long_task")
    plot = stage.timeline.locator(".timeline-plot")
    plot.hover()
    stage.page.keyboard.down("Control")
    stage.page.mouse.wheel(0, -200)
    stage.page.keyboard.up("Control")
    expect(frame(stage)).to_be_visible()
    near = width(stage)
    stage.page.mouse.wheel(0, 60)
    # A function, not a text: the page lets nobody evaluate texts.
    stage.page.wait_for_function("() => scrollY > 0")
    assert width(stage) == pytest.approx(near, abs=0.01)


def test_the_frame_is_dragged(stage: Stage):
    stage.open("long_task")
    stage.press("Home")
    stage.press("+", 3)
    expect(frame(stage)).to_be_visible()
    box = frame(stage).bounding_box()
    assert box
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    stage.page.mouse.move(x, y)
    stage.page.mouse.down()
    stage.page.mouse.move(x + 150, y, steps=4)
    stage.page.mouse.up()
    moved = frame(stage).bounding_box()
    assert moved and moved["x"] == pytest.approx(box["x"] + 150, abs=6)


@touch
def test_two_fingers_zoom(stage: Stage):
    stage.open("long_task", "?v=thread")
    plot = stage.timeline.locator(".timeline-plot")
    plot.scroll_into_view_if_needed()
    box = plot.bounding_box()
    assert box
    middle, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    session = stage.page.context.new_cdp_session(stage.page)
    for kind, apart in (("touchStart", 30), ("touchMove", 60), ("touchMove", 120)):
        points = [{"x": middle - apart, "y": y, "id": 0}, {"x": middle + apart, "y": y, "id": 1}]
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    expect(frame(stage)).to_be_visible()
    assert width(stage) < 0.5


def test_a_version_without_its_timeline_leaves_the_other(stage: Stage):
    stage.open("long_task", "?views=code,timeline.code")
    assert stage.waits() == ["Ana waits 3 ms"]
    stage.timeline.get_by_role("group", name="background").locator(".span").first.click()
    expect(stage.place).to_contain_text("In a background thread")
