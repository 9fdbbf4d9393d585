"""The first page, and pages that are not there."""

from pathlib import Path

from playwright.sync_api import Page, expect

from tests.support.shipped import SHIPPED

from .conftest import Watch
from .lessons import LESSONS
from .stage import Stage

COUNT = len(SHIPPED.lessons)


def test_every_lesson_can_be_opened_from_the_catalogue(page: Page):
    page.goto("/")
    expect(page.locator("a.lesson-link")).to_have_count(COUNT)
    for lesson in LESSONS:
        page.goto("/")
        link = page.locator(f"a.lesson-link[href='/s/{lesson}']")
        title = link.inner_text()
        link.click()
        expect(page.get_by_role("heading", level=1)).to_have_text(title)
        Stage(page).ready()


def test_by_keyboard_alone_from_the_address_to_a_playing_lesson(page: Page):
    page.goto("/")
    while page.evaluate("document.activeElement.closest('a.lesson-link') === null"):
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    stage = Stage(page).ready()
    page.keyboard.press("Space")
    expect(stage.button("Pause")).to_be_visible()


def test_a_missing_page_says_so_and_leads_back(page: Page, watch: Watch):
    watch.expect("status of 404")
    response = page.goto("/nothing/here")
    assert response is not None
    assert response.status == 404
    page.get_by_role("main").get_by_role("link").click()
    expect(page.locator("a.lesson-link")).to_have_count(COUNT)


def test_progress_is_shown_kept_saved_and_loaded(page: Page, stage: Stage, tmp_path: Path):
    page.goto("/")
    said = page.get_by_role("region", name="Your progress")
    expect(said).to_contain_text("You have not begun yet.")
    stage.open("long_task")
    page.goto("/")
    expect(said).to_contain_text(f"You have begun 1 of {COUNT} lessons.")
    expect(page.locator("[data-lesson='long_task'] .lesson-progress")).to_contain_text(
        "1 of 5 ways"
    )
    with page.expect_download() as download:
        said.get_by_role("button", name="Save as a file").click()
    file = tmp_path / "progress.json"
    download.value.save_as(file)
    page.evaluate("localStorage.clear()")
    page.reload()
    expect(said).to_contain_text("You have not begun yet.")
    page.get_by_label("A file with progress").set_input_files(file)
    expect(said).to_contain_text("You have begun 1 of")
    wrong = tmp_path / "wrong.json"
    wrong.write_text("[]")
    page.get_by_label("A file with progress").set_input_files(wrong)
    expect(said).to_contain_text("wrong.json holds no progress.")
    page.reload()
    expect(said).to_contain_text("You have begun 1 of")


def test_every_lesson_has_a_picture_of_its_own_run(page: Page):
    page.goto("/")
    expect(page.locator(".lesson-picture svg")).to_have_count(COUNT, timeout=30_000)


def test_the_search_opens_by_its_key_and_finds_with_each_letter(page: Page):
    page.goto("/")
    page.keyboard.press("/")
    dialog = page.get_by_role("dialog", name="Search")
    expect(dialog.get_by_role("searchbox")).to_be_focused()
    page.keyboard.type("idempot")
    expect(dialog.get_by_role("link", name="idempotent")).to_be_visible()
    page.keyboard.type("zzz")
    expect(dialog).to_contain_text("Nothing has these words.")
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
