"""The stage as its tests see it: where things are on the page, and nothing of how they are made.

The only file of the browser tests with selectors in it: roles and names where a person has them
too, classes where a role says nothing.
"""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, expect

#: Ends once nothing on the timeline has moved for twelve frames, and no transition runs.
_STILL = """() => new Promise((done) => {
    let before = "", still = 0;
    const look = () => {
        const moving = document.querySelectorAll(".timeline :is(.playhead, .traveller)");
        const now = [...moving].map((each) => each.className + each.style.cssText).join();
        const ends = document.getAnimations().filter(
            (each) => Number.isFinite(each.effect.getComputedTiming().endTime));
        still = now === before && ends.length === 0 ? still + 1 : 0;
        before = now;
        if (still < 12) requestAnimationFrame(look); else done();
    };
    look();
})"""


class Stage:
    """One page that shows a lesson. A version of its program goes by its title."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def open(self, lesson: str, query: str = "") -> Stage:
        """Open a lesson and wait until the runs of all versions are there."""
        self.page.goto(f"/s/{lesson}{query}")
        return self.ready()

    def ready(self) -> Stage:
        """Wait until every version has its whole run."""
        # Not `expect`, which looks again after up to a second: this is waited for most of all.
        self.page.locator("#stage[aria-busy='false']").wait_for(timeout=20_000)
        return self

    def settle(self) -> Stage:
        """Wait until what travels has arrived."""
        self.page.evaluate(_STILL)
        return self

    # Playback

    @property
    def transport(self) -> Locator:
        return self.page.get_by_role("group", name="Playing")

    def button(self, name: str) -> Locator:
        """A button of the transport."""
        return self.transport.get_by_role("button", name=name, exact=True)

    @property
    def scrubber(self) -> Locator:
        return self.page.get_by_role("slider", name="Position")

    @property
    def speed(self) -> Locator:
        return self.page.get_by_role("combobox", name="Speed")

    @property
    def true_time(self) -> Locator:
        return self.page.get_by_role("button", name="True time")

    @property
    def by_step(self) -> Locator:
        return self.page.get_by_role("button", name="By step")

    def press(self, key: str, times: int = 1) -> None:
        """Press a key as a person does who has clicked nowhere in particular."""
        for _ in range(times):
            self.page.keyboard.press(key)

    # Where we are

    @property
    def caption(self) -> Locator:
        """The sentence of the present step of the version that leads."""
        return self.page.get_by_role("region", name="What happens now").locator(".caption-text")

    @property
    def place(self) -> Locator:
        """Which step of how many, and the title of the version that leads."""
        return self.page.get_by_role("region", name="What happens now").locator(".caption-where")

    @property
    def announced(self) -> Locator:
        """What a screen reader says."""
        return self.page.get_by_role("region", name="What happens now").locator("[aria-live]")

    def step(self, title: str) -> int:
        """The number of a version's present step; 0 before the first."""
        present = self.present_row(title)
        return int(present.get_by_role("button").inner_text()) if present.count() else 0

    def expect_step(self, title: str, number: int) -> None:
        """Wait until a version is at that step."""
        present = self.present_row(title).get_by_role("button", name=f"Go to step {number}")
        expect(present).to_have_accessible_name(f"Go to step {number}")

    # The parts

    @property
    def timeline(self) -> Locator:
        return self.page.get_by_role("region", name="Timeline")

    def waits(self) -> list[str]:
        """What the timeline says of how long the users wait, from top to bottom."""
        return self.timeline.locator(".band-wait").all_inner_texts()

    @property
    def travellers(self) -> Locator:
        """The marks of requests and responses that are on their way now."""
        return self.timeline.locator(".traveller:not(.is-away):not(.is-still)")

    def column(self, title: str) -> Locator:
        """All that belongs to one version."""
        return self.page.get_by_role("region", name=title, exact=True)

    def table(self, title: str) -> Locator:
        header = self.page.get_by_role("columnheader", name="Action")
        return self.column(title).get_by_role("table").filter(has=header)

    def variables(self, title: str) -> Locator:
        header = self.page.get_by_role("columnheader", name="Start")
        return self.column(title).get_by_role("table").filter(has=header)

    def row(self, title: str, number: int) -> Locator:
        button = self.page.get_by_role("button", name=f"Go to step {number}", exact=True)
        return self.table(title).get_by_role("row").filter(has=button)

    def present_row(self, title: str) -> Locator:
        return self.table(title).locator("tr[aria-current='step']")

    def card(self, title: str, name: str) -> Locator:
        """The card of a view of one version, by its heading."""
        heading = self.page.get_by_role("heading", name=name, exact=True)
        return self.column(title).locator(".panel").filter(has=heading)

    def choose_view(self, title: str, name: str) -> None:
        """Open or close a view with the chooser of a version."""
        self.column(title).get_by_role("button", name="Views", exact=True).click()
        chooser = self.page.get_by_role("dialog", name=f"Views of {title}")
        chooser.get_by_role("checkbox", name=name).click()
        self.press("Escape")
        expect(chooser).to_be_hidden()

    def code(self, title: str) -> Locator:
        return self.column(title).get_by_role("region", name=re.compile("^Program "))

    def marked_lines(self, title: str) -> list[str]:
        """The code of each line on which a live thread stands, without its caption."""
        texts = (
            self.code(title).locator("li[aria-current] code:not(.code-caption)").all_inner_texts()
        )
        return [text.split("#:")[0].strip() for text in texts]

    def threads(self, title: str) -> list[str]:
        """The names beside the marked lines."""
        tags = self.code(title).locator("li[aria-current] .code-tag").all_inner_texts()
        return [tag.removeprefix("here:").strip() for tag in tags]

    def flow(self, title: str) -> Locator:
        return self.column(title).get_by_role("img", name=re.compile("^Concept flow"))

    def moments(self, title: str) -> Locator:
        return self.column(title).locator(".moments").get_by_role("button")

    def output(self, title: str) -> Locator:
        return self.column(title).get_by_role("region", name=re.compile("^Output"))

    @property
    def quiz(self) -> Locator:
        return self.page.get_by_role("region", name=re.compile(r"^Question \d"))


def cells(table: Locator) -> list[list[str]]:
    """The texts of a table as they are on the screen, row by row, with its header."""
    rows = table.get_by_role("row").all()
    return [[text.strip() for text in row.locator("th, td").all_inner_texts()] for row in rows]
