"""The first page, and pages that are not there."""

import pytest
from playwright.sync_api import Page, expect

from .conftest import Watch
from .lessons import LESSONS
from .stage import Stage


def test_every_lesson_can_be_opened_from_the_catalogue(page: Page):
    page.goto("/")
    links = page.get_by_role("main").get_by_role("link")
    expect(links).to_have_count(len(LESSONS))
    for index in range(len(LESSONS)):
        page.goto("/")
        title = links.nth(index).inner_text()
        links.nth(index).click()
        expect(page.get_by_role("heading", level=1)).to_have_text(title)
        Stage(page).ready()


def test_by_keyboard_alone_from_the_address_to_a_playing_lesson(page: Page):
    page.goto("/")
    while page.evaluate("document.activeElement.closest('main a') === null"):
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    stage = Stage(page).ready()
    page.keyboard.press("Space")
    expect(stage.button("Pause")).to_be_visible()


@pytest.mark.parametrize("path", ["/s/no_such_lesson", "/nothing/here"])
def test_a_missing_page_says_so_and_leads_back(page: Page, watch: Watch, path: str):
    watch.expect("status of 404")
    response = page.goto(path)
    assert response is not None
    assert response.status == 404
    page.get_by_role("main").get_by_role("link").click()
    expect(page.get_by_role("main").get_by_role("link")).to_have_count(len(LESSONS))
