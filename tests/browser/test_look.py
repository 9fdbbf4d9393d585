"""The look that a reader chooses, and what follows the system until then."""

import pytest
from playwright.sync_api import Locator, Page, expect

from .stage import Stage
from .test_access import violations

calm = pytest.mark.browser_context_args(reduced_motion="reduce")
contrasting = pytest.mark.browser_context_args(contrast="more")


def look(page: Page) -> Locator:
    """The popover in which the look is chosen, opened."""
    page.get_by_role("button", name="Look and motion").click()
    popover = page.get_by_role("dialog", name="Look and motion")
    expect(popover).to_be_visible()
    return popover


def choose(page: Page, group: str, option: str) -> None:
    """Choose one of a group and close the popover."""
    popover = look(page)
    popover.get_by_role("group", name=group).get_by_role("radio", name=option).check(force=True)
    page.keyboard.press("Escape")
    expect(popover).to_be_hidden()


def test_what_is_chosen_stays_after_a_reload_and_on_other_pages(page: Page, stage: Stage):
    stage.open("long_task")
    html = page.locator("html")
    choose(page, "Colours", "Dark")
    choose(page, "Contrast", "High")
    choose(page, "Motion", "Less")
    look(page).get_by_role("checkbox", name="For a projector").check()
    for path in ("/s/long_task", "/"):
        page.goto(path)
        for name, value in (("theme", "dark"), ("contrast", "more"), ("motion", "less")):
            expect(html).to_have_attribute(f"data-{name}", value)
        expect(html).to_have_attribute("data-projector", "on")
    choose(page, "Colours", "As the system")
    expect(html).to_have_attribute("data-theme", "light")


@contrasting
def test_high_contrast_follows_the_system_until_something_else_is_chosen(page: Page, stage: Stage):
    stage.open("long_task")
    html = page.locator("html")
    expect(html).to_have_attribute("data-contrast", "more")
    choose(page, "Contrast", "Usual")
    expect(html).to_have_attribute("data-contrast", "usual")


@calm
def test_motion_follows_the_system_until_something_else_is_chosen(page: Page, stage: Stage):
    stage.open("long_task")
    html = page.locator("html")
    expect(html).to_have_attribute("data-motion", "less")
    choose(page, "Motion", "Usual")
    expect(html).to_have_attribute("data-motion", "usual")


def test_a_projector_has_larger_letters_and_higher_lanes(page: Page, stage: Stage):
    stage.open("long_task")
    size = "element => parseFloat(getComputedStyle(element).fontSize)"
    bar = stage.timeline.locator("rect.span[data-span]").first
    label = stage.timeline.locator(".lane-name text").first
    before = (stage.caption.evaluate(size), label.evaluate(size), bar.bounding_box())
    look(page).get_by_role("checkbox", name="For a projector").check()
    page.keyboard.press("Escape")
    assert stage.caption.evaluate(size) > before[0]
    assert label.evaluate(size) > before[1]
    after = bar.bounding_box()
    assert before[2] and after and after["height"] > before[2]["height"]


def test_on_a_projector_what_travels_is_where_the_story_is(page: Page, stage: Stage):
    page.add_init_script(
        "for (const [name, value] of [['projector', 'on'], ['motion', 'less']])"
        " localStorage.setItem('meanwhile.' + name, value)"
    )
    stage.open("long_task")
    stage.press("Home")
    stage.press("ArrowRight", 3)
    expect(stage.travellers.first).to_be_visible()  # with less motion it stands where it arrives
    travels = stage.travellers.first.bounding_box()
    now = stage.timeline.locator(".playhead").bounding_box()
    assert travels and now
    assert travels["width"] > 18  # larger, and yet in its place
    assert abs(travels["x"] + travels["width"] / 2 - now["x"] - now["width"] / 2) < 60


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("path", ["/", "/s/long_task"])
def test_axe_finds_nothing_with_high_contrast_on_a_projector(page: Page, path: str, theme: str):
    page.add_init_script(
        f"for (const [name, value] of Object.entries({{theme: '{theme}', contrast: 'more',"
        " projector: 'on'})) localStorage.setItem('meanwhile.' + name, value)"
    )
    page.goto(path)
    if path != "/":
        stage = Stage(page).ready()
        stage.press("ArrowRight", 3)
        stage.settle()
    expect(page.locator("html")).to_have_attribute("data-contrast", "more")
    assert violations(page) == []


def test_the_popover_is_for_everybody(page: Page, stage: Stage):
    stage.open("long_task")
    look(page)
    assert violations(page) == []
