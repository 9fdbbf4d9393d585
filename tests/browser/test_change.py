"""Versions and settings: compared, changed, taken back, shared; by mouse, keys and touch."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from .conftest import Watch
from .lessons import INLINE, THREAD
from .stage import Stage, cells


class Panel:
    """The settings of a stage."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.root = stage.page.get_by_role("region", name="Change", exact=True)

    def open(self) -> Panel:
        self.stage.page.get_by_role("button", name="Change", exact=True).click()
        expect(self.root).to_be_visible()
        return self

    def slider(self, label: str) -> Locator:
        return self.root.get_by_role("slider", name=label)

    def field(self, label: str) -> Locator:
        return self.root.get_by_role("spinbutton", name=label)

    def button(self, name: str) -> Locator:
        return self.root.get_by_role("button", name=name, exact=True)

    def of(self, whose: str) -> None:
        """Choose whose settings are changed."""
        self.root.get_by_role("radio", name=whose).check(force=True)

    @property
    def versions(self) -> Locator:
        return self.root.get_by_role("combobox", name=re.compile("^Program of version"))


SECONDS = "How long the task takes"
USERS = "How many users ask at the same time"


@pytest.fixture
def panel(stage: Stage) -> Panel:
    stage.open("long_task")
    return Panel(stage).open()


def constant(stage: Stage, title: str) -> str:
    """The line of the listing that holds the setting."""
    return stage.code(title).locator("li", has_text="TASK_SECONDS =").inner_text()


def test_a_slider_is_followed_and_the_other_version_stays(stage: Stage, panel: Panel):
    stage.press("ArrowRight", 3)
    box = panel.slider(SECONDS).bounding_box()
    assert box is not None
    mouse, y = stage.page.mouse, box["y"] + box["height"] / 2
    mouse.move(box["x"] + box["width"] * 0.48, y)
    mouse.down()
    for part in (0.4, 0.3, 0.2, 0.1):
        mouse.move(box["x"] + box["width"] * part, y)
        stage.ready()
        shown = panel.field(SECONDS).input_value()
        assert f"TASK_SECONDS = {shown}" in constant(stage, THREAD)
        assert "TASK_SECONDS = 5" in constant(stage, INLINE)
    mouse.up()
    stage.expect_step(THREAD, 4)
    expect(stage.caption).to_have_text("the JSON response is returned")
    stage.button("One step on").click()
    expect(stage.caption).to_have_text(f"the task sleeps {shown} s")
    panel.button("Undo").click()
    stage.ready()
    assert "TASK_SECONDS = 5" in constant(stage, THREAD)


def test_a_slider_dragged_wildly_never_shows_a_stale_picture(stage: Stage, panel: Panel):
    # Each time something is drawn, what the listing and the table say has to belong together;
    # and what is drawn last has to be what the slider says.
    stage.page.evaluate(
        """() => {
            window.seen = [];
            const [, column] = document.querySelectorAll("section.slot");
            const text = (of) => [...column.querySelectorAll(of)].map((e) => e.textContent).join();
            const look = new MutationObserver(() => {
              const code = /TASK_SECONDS = ([\\d.]+)/.exec(text(".panel-code code"));
              const told = /the task sleeps ([\\d.]+) s/.exec(text(".panel-steps"));
              const drawn = document.querySelectorAll("rect.span").length > 0;
              seen.push([code?.[1], told?.[1], drawn]);
            });
            look.observe(column, { subtree: true, childList: true, characterData: true });
        }"""
    )
    slider = panel.slider(SECONDS)
    box = slider.bounding_box()
    assert box is not None
    mouse, y = stage.page.mouse, box["y"] + box["height"] / 2
    mouse.move(box["x"] + box["width"] / 2, y)
    mouse.down()
    for i in range(60):
        mouse.move(box["x"] + box["width"] * ((i * 37) % 100) / 100, y)
    mouse.up()
    last = slider.input_value()
    stage.ready()
    assert f"TASK_SECONDS = {last}" in constant(stage, THREAD)
    expect(stage.row(THREAD, 5)).to_contain_text(f"the task sleeps {last} s")
    seen = stage.page.evaluate("seen")
    assert seen and all(code and code == told and drawn for code, told, drawn in seen)
    panel.button("Undo").click()
    stage.ready()
    assert "TASK_SECONDS = 5" in constant(stage, THREAD), "one way of the slider is one change"


def test_fields_take_the_nearest_valid_value(stage: Stage, panel: Panel):
    field = panel.field(SECONDS)
    for typed, valid in (("99", "10"), ("-3", "0.5"), ("", "5"), ("2.5", "2.5")):
        field.fill(typed)
        field.press("Enter")
        stage.ready()
        expect(field).to_have_value(valid)
        assert f"TASK_SECONDS = {valid}" in constant(stage, THREAD)
    expect(panel.root).to_contain_text("usually 5 s")
    expect(stage.code(THREAD)).to_contain_text("usually 5")
    expect(stage.code(INLINE)).not_to_contain_text("usually")
    panel.button(f"{SECONDS}: back to 5 s").click()
    stage.ready()
    assert "TASK_SECONDS = 5" in constant(stage, THREAD)
    expect(panel.root).not_to_contain_text("usually 5 s")


def test_keys_change_undo_and_redo(stage: Stage):
    stage.open("long_task")
    stage.press("c")
    panel = Panel(stage)
    panel.slider(USERS).focus()
    stage.press("ArrowRight", 2)
    stage.ready()
    assert stage.waits()[1].startswith("3 users wait")
    stage.press("Control+z")
    stage.ready()
    assert stage.waits()[1].startswith("2 users wait")
    stage.press("Control+Shift+Z")
    stage.ready()
    assert stage.waits()[1].startswith("3 users wait")
    stage.press("o")
    expect(panel.field("Order of threads")).to_have_value("0")  # keys belong to the slider
    stage.press("Escape")
    expect(panel.root).to_be_hidden()
    stage.press("o")
    stage.press("c")
    expect(panel.field("Order of threads")).to_have_value("1")


def test_a_fork_is_kept_and_compared(stage: Stage, panel: Panel):
    stage.row(THREAD, 6).click()
    panel.button("Fork version 2").click()
    expect(panel.versions).to_have_count(3)
    first, copy = f"{THREAD}", f"{THREAD} (2)"
    assert cells(stage.table(copy)) == cells(stage.table(first))
    assert (stage.step(first), stage.step(copy)) == (6, 6)
    field = panel.field(USERS)
    field.fill("5")
    field.press("Enter")
    stage.ready()
    assert [wait.split(" wait")[0] for wait in stage.waits()] == ["Ana", "Ana", "5 users"]
    expect(stage.column(f"{THREAD}, users 5")).to_be_visible()
    panel.button("Remove version 2").click()
    expect(panel.versions).to_have_count(2)
    panel.button("Undo").click()
    stage.ready()
    expect(panel.versions).to_have_count(3)
    panel.button("Move up version 3").click()
    assert stage.waits()[1].startswith("5 users")
    panel.button("Add a version").click()
    expect(panel.button("Add a version")).to_be_hidden()
    expect(panel.button("Fork version 1")).to_be_disabled()
    stage.ready()
    assert len(stage.waits()) == 4


def test_settings_of_all_and_a_reset_of_all(stage: Stage, panel: Panel):
    panel.of("All versions")
    panel.button("Another order of threads").click()
    field = panel.field(SECONDS)
    field.fill("2")
    field.press("Enter")
    stage.ready()
    assert stage.waits()[0] == "Ana waits 2.00 s"
    assert "TASK_SECONDS = 2" in constant(stage, INLINE)
    assert "TASK_SECONDS = 2" in constant(stage, THREAD)
    panel.button("Reset all").click()
    stage.ready()
    assert "TASK_SECONDS = 5" in constant(stage, INLINE)
    expect(panel.button("Reset all")).to_be_disabled()


def test_another_program_in_a_slot(stage: Stage, panel: Panel):
    stage.row(THREAD, 4).click()
    panel.versions.nth(1).select_option(label=INLINE)
    stage.ready()
    assert stage.waits() == ["Ana waits 5.00 s", "Ana waits 5.00 s just as long"]
    expect(stage.caption).to_have_text("the JSON response is returned")


def test_a_link_opens_the_same_in_another_browser(
    stage: Stage, panel: Panel, browser: Browser, browser_context_args: dict[str, object]
):
    panel.button("Fork version 2").click()
    panel.button("Another order of threads").click()
    panel.field(USERS).fill("3")
    panel.field(USERS).press("Enter")
    panel.field(SECONDS).fill("2")
    panel.field(SECONDS).press("Enter")
    stage.ready()
    forked = f"{THREAD}, task seconds 2 s, users 3"
    stage.row(forked, 8).click()
    stage.expect_step(forked, 8)
    address = stage.page.evaluate("location.href")
    other_context: BrowserContext = browser.new_context(**browser_context_args)  # type: ignore[arg-type]  # the options are of any type
    page = other_context.new_page()
    page.goto(address)
    other = Stage(page).ready()
    for title in (INLINE, f"{THREAD}, task seconds 5 s, users 1", forked):
        assert cells(other.table(title)) == cells(stage.table(title))
        assert other.step(title) == stage.step(title)
    assert other.waits() == stage.waits()
    again = Panel(other)
    expect(again.root).to_be_visible()
    expect(again.field("Order of threads")).to_have_value("1")
    assert page.evaluate("location.href") == address
    other_context.close()


def test_a_lost_connection_holds_back_a_change_and_loses_nothing(
    page: Page, stage: Stage, panel: Panel, watch: Watch
):
    watch.expect("ERR_INTERNET_DISCONNECTED|WebSocket")
    stage.row(THREAD, 4).click()
    page.context.set_offline(True)
    panel.field(SECONDS).fill("3")
    panel.field(SECONDS).press("Enter")
    assert "TASK_SECONDS = 5" in constant(stage, THREAD)
    stage.expect_step(THREAD, 4)
    page.context.set_offline(False)
    stage.ready()
    assert "TASK_SECONDS = 3" in constant(stage, THREAD)
    stage.expect_step(THREAD, 4)


@pytest.mark.browser_context_args(viewport={"width": 390, "height": 844}, has_touch=True)
def test_on_a_phone_the_settings_are_a_sheet(stage: Stage, panel: Panel):
    slider = panel.slider(SECONDS)
    for control in (slider, panel.button("Undo"), panel.button("Another order of threads")):
        box = control.bounding_box()
        assert box is not None
        assert box["height"] >= 44
    box = slider.bounding_box()
    assert box is not None
    stage.page.touchscreen.tap(box["x"] + box["width"] * 0.9, box["y"] + box["height"] / 2)
    stage.ready()
    value = float(slider.input_value())
    assert value > 8
    assert f"TASK_SECONDS = {value:g}" in constant(stage, THREAD)
    sheet, picture = panel.root.bounding_box(), stage.timeline.bounding_box()
    assert sheet is not None
    assert picture is not None
    assert picture["y"] < sheet["y"]
    stage.page.get_by_role("button", name="Close the settings").tap()
    expect(panel.root).to_be_hidden()


def test_by_keys_alone_a_version_is_forked_changed_reset_and_taken_back(stage: Stage):
    stage.open("long_task")
    stage.press("c")
    panel = Panel(stage)
    panel.button("Fork version 2").focus()
    stage.press("Enter")
    expect(panel.versions).to_have_count(3)
    panel.field(SECONDS).focus()
    stage.press("Control+a")
    stage.page.keyboard.type("3")
    stage.press("Enter")
    stage.ready()
    forked = f"{THREAD}, task seconds 3 s"
    expect(stage.column(forked)).to_be_visible()
    panel.button("Reset").focus()
    stage.press("Enter")
    stage.ready()
    expect(stage.column(forked)).to_have_count(0)
    stage.press("Control+z")
    stage.ready()
    expect(stage.column(forked)).to_be_visible()
    stage.press("Control+z")
    stage.press("Control+z")
    stage.ready()
    expect(panel.versions).to_have_count(2)


def test_on_a_desk_the_settings_stay_in_view_and_cover_nothing(stage: Stage, panel: Panel):
    stage.page.mouse.move(900, 700)
    stage.page.mouse.wheel(0, 900)
    stage.page.wait_for_function("() => scrollY > 600")
    expect(panel.slider(SECONDS)).to_be_in_viewport()
    own = panel.root.bounding_box()
    story = stage.page.get_by_role("region", name="The story").bounding_box()
    assert own and story
    assert own["y"] >= story["y"] + story["height"]
    assert own["y"] + own["height"] <= 1000
    for part in (stage.table(INLINE), stage.table(THREAD), stage.variables(THREAD)):
        box = part.bounding_box()
        assert box and box["x"] >= own["x"] + own["width"]
    panel.button("Close the settings").click()
    wide = stage.table(INLINE).bounding_box()
    assert wide and wide["x"] < own["x"] + own["width"]
