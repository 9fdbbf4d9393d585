"""For everybody: by keyboard, with a screen reader, on a phone, in the dark, without motion."""

import pytest
from playwright.sync_api import Page, expect

from tests.support.server import ROOT

from .conftest import Watch
from .lessons import LESSONS
from .stage import Stage

PAGES = ["/", *(f"/s/{lesson}" for lesson in LESSONS)]
each_page = pytest.mark.parametrize("path", PAGES)
narrow = pytest.mark.browser_context_args(viewport={"width": 360, "height": 740})
calm = pytest.mark.browser_context_args(reduced_motion="reduce")

AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
FOCUSABLE = (
    "a[href], button:not([disabled]), input:not([disabled]), select, summary, "
    "[tabindex]:not([tabindex='-1'])"
)


def opened(page: Page, path: str) -> None:
    """Open a page; a stage in the middle of its story."""
    page.goto(path)
    if path != "/":
        stage = Stage(page).ready()
        stage.press("Home")
        stage.press("ArrowRight", 4)
        stage.settle()


def violations(page: Page) -> list[str]:
    """What axe finds against WCAG 2.2 AA, one line each."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text(encoding="utf-8"))
    # What a rule finds in order need not be told, one line for each part of the page.
    options = {"runOnly": TAGS, "resultTypes": ["violations"]}
    found = page.evaluate("options => axe.run(options).then(({violations}) => violations)", options)
    return [
        f"{rule['id']}: {node['target']} {node['failureSummary']}"
        for rule in found
        for node in rule["nodes"]
    ]


@each_page
def test_axe_finds_nothing_in_light_and_in_dark(page: Page, path: str):
    """A stage in the middle of its story, and at its end."""
    opened(page, path)
    assert violations(page) == []
    page.emulate_media(color_scheme="dark")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    assert violations(page) == [], "in the dark"
    if path != "/":
        page.emulate_media(color_scheme="light")
        stage = Stage(page)
        stage.press("End")
        stage.settle()
        assert violations(page) == [], "at the end"


@narrow
@each_page
def test_on_a_phone_axe_finds_nothing_and_nothing_scrolls_sideways(page: Page, path: str):
    opened(page, path)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert page.evaluate("document.body.scrollWidth") <= 360
    assert violations(page) == []


@each_page
def test_tab_reaches_everything_that_can_be_used(page: Page, path: str):
    opened(page, path)
    page.evaluate(
        """selector => {
            window.left = new Set([...document.querySelectorAll(selector)].filter(
                element => element.checkVisibility({visibilityProperty: true})));
            window.wanted = window.left.size;
            document.addEventListener("focusin", event => window.left.delete(event.target));
            document.activeElement?.blur();
        }""",
        FOCUSABLE,
    )
    for _ in range(page.evaluate("window.wanted") + 5):
        page.keyboard.press("Tab")
    missed = page.evaluate("[...window.left].map(element => element.outerHTML.slice(0, 120))")
    # Of a group of radio buttons Tab reaches one, and the arrows the others.
    assert [html for html in missed if 'type="radio"' not in html] == []


def test_what_has_the_focus_is_seen_to_have_it(page: Page, stage: Stage):
    stage.open("long_task")
    for _ in range(12):
        stage.press("Tab")
        outline = page.evaluate(
            """() => {
                const seen = element => {
                    const style = getComputedStyle(element);
                    return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0
                        || style.boxShadow !== "none";
                };
                const element = document.activeElement;
                return seen(element) || [...element.parentElement.querySelectorAll("*")].some(seen)
                    || element.outerHTML.slice(0, 100);
            }"""
        )
        assert outline is True


def test_a_screen_reader_hears_each_step_but_not_the_playback(stage: Stage):
    stage.open("long_task")
    stage.press("Home")
    stage.press("ArrowRight", 3)
    expect(stage.announced).to_have_text("Step 4 of 7. the JSON response is returned")
    expect(stage.announced).to_have_attribute("aria-live", "polite")
    stage.press("Space")
    expect(stage.announced).to_be_empty()


def positions(stage: Stage) -> list[str]:
    """Where the travelling marks were in each frame of the next 600 ms."""
    found: list[str] = stage.page.evaluate(
        """() => new Promise(done => {
            const seen = new Set(), end = performance.now() + 600;
            const look = () => {
                const marks = document.querySelectorAll(
                    ".timeline .travellers .traveller:not(.is-away)");
                for (const mark of marks) seen.add(mark.style.transform);
                if (performance.now() < end) requestAnimationFrame(look); else done([...seen]);
            };
            look();
        })"""
    )
    return found


def test_a_request_travels_between_the_lanes(stage: Stage):
    stage.open("long_task")
    stage.press("Home")
    stage.press("Space")
    assert len(positions(stage)) > 5


@calm
def test_with_reduced_motion_nothing_travels(stage: Stage):
    stage.open("long_task")
    stage.press("Home")
    stage.press("Space")
    assert len(positions(stage)) <= 2
    stage.press("Space")


@calm
def test_with_reduced_motion_nothing_is_animated(page: Page, stage: Stage):
    stage.open("long_task")
    stage.press("ArrowRight")
    running = page.evaluate(
        "document.getAnimations().filter(a => a.effect.getTiming().duration > 50).length"
    )
    assert running == 0


def test_a_page_that_is_not_there_is_for_everybody_too(page: Page, watch: Watch):
    watch.expect("status of 404")
    page.goto("/nothing/here")
    assert violations(page) == []
