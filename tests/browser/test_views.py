"""The views of a version: chosen, kept, linked to; queue, network, page and sequence diagram."""

import re

from playwright.sync_api import Browser, Page, expect

from .conftest import Watch
from .lessons import INLINE, THREAD
from .stage import Stage, cells
from .test_access import violations

CELERY = "In a Celery queue"
QUEUE = "?v=inline,celery&p.users=4"


def test_a_view_is_opened_and_closed_in_one_version(stage: Stage):
    stage.open("send_email", QUEUE)
    expect(stage.card(CELERY, "Network")).to_be_hidden()
    stage.choose_view(CELERY, "Network")
    expect(stage.card(CELERY, "Network").get_by_role("table")).to_be_visible()
    expect(stage.card(INLINE, "Network")).to_be_hidden()
    stage.choose_view(CELERY, "Code")
    expect(stage.card(CELERY, "Code")).to_be_hidden()
    expect(stage.card(INLINE, "Code")).to_be_visible()


def test_a_choice_is_remembered_and_can_be_taken_back(stage: Stage):
    stage.open("send_email", QUEUE)
    stage.choose_view(CELERY, "Sequence diagram")
    expect(stage.page).to_have_url(re.compile("views="))
    stage.open("send_email", QUEUE)
    expect(stage.card(CELERY, "Sequence diagram")).to_be_visible()
    stage.column(CELERY).get_by_role("button", name="Views", exact=True).click()
    stage.page.get_by_role("button", name="As the lesson opens them").click()
    expect(stage.card(CELERY, "Sequence diagram")).to_be_hidden()


def test_a_link_opens_the_same_views_elsewhere(stage: Stage, browser: Browser, base_url: str):
    stage.open("send_email", QUEUE)
    stage.choose_view(CELERY, "Sequence diagram")
    stage.choose_view(CELERY, "Code")
    expect(stage.page).to_have_url(re.compile("views="))
    with browser.new_context(base_url=base_url) as other:
        there = Stage(other.new_page())
        there.page.goto(stage.page.url)
        there.ready()
        expect(there.card(CELERY, "Sequence diagram")).to_be_visible()
        expect(there.card(CELERY, "Code")).to_be_hidden()
        expect(there.card(INLINE, "Code")).to_be_visible()


def test_a_view_that_does_not_exist_is_said(stage: Stage):
    stage.open("long_task", "?views=magic")
    expect(stage.page.get_by_text("There is no view “magic”.")).to_be_visible()
    expect(stage.card(INLINE, "Code")).to_be_visible()


def test_the_chooser_works_by_keyboard_and_says_what_a_version_lacks(stage: Stage):
    stage.open("send_email", QUEUE)
    button = stage.column(INLINE).get_by_role("button", name="Views", exact=True)
    button.focus()
    stage.press("Enter")
    chooser = stage.page.get_by_role("dialog", name=f"Views of {INLINE}")
    expect(chooser.get_by_role("checkbox", name="Queue")).to_be_disabled()
    expect(chooser).to_contain_text("nothing is queued")
    network = chooser.get_by_role("checkbox", name="Network")
    network.focus()
    stage.press("Space")
    expect(network).to_be_checked()
    stage.press("Escape")
    expect(button).to_be_focused()
    expect(stage.card(INLINE, "Network")).to_be_visible()


def test_the_queue_grows_and_drains(stage: Stage):
    stage.open("send_email", f"{QUEUE}&views=,queue.steps")
    queue = stage.card(CELERY, "Queue")
    done = queue.get_by_role("group", name="At their end")
    worker = queue.get_by_role("group", name="Celery worker")
    stage.press("Home")
    expect(worker).to_contain_text("free")
    rows = stage.table(CELERY)
    rows.get_by_role("row").filter(has_text="response").last.click()
    expect(worker.get_by_role("listitem")).to_have_count(3)
    expect(queue.get_by_role("group", name="Waiting in the queue")).to_contain_text("t4")
    expect(worker.locator(".queue-token.is-running")).to_have_count(1)
    stage.press("End")
    expect(done).to_contain_text("Done 4")
    expect(worker).to_contain_text("free")
    stage.press("Home")
    expect(done).to_contain_text("Done 0")


def test_the_network_panel_fills_as_requests_are_sent_and_answered(stage: Stage):
    stage.open("send_email", "?v=inline&p.users=2&views=network")
    table = stage.card(INLINE, "Network").get_by_role("table")
    stage.press("Home")
    stage.press("ArrowRight", 2)
    rows = table.get_by_role("row").filter(has_text="POST")
    expect(rows).to_have_count(2)
    expect(rows.first).to_contain_text("pending")
    stage.press("End")
    expect(rows.first).to_contain_text("200")
    expect(rows.last).to_contain_text(re.compile(r"\d\.\d\d s"))


def test_a_users_page_loads_until_the_answer_is_there(stage: Stage):
    stage.open("send_email", "?v=inline&p.users=2&views=page")
    card = stage.card(INLINE, "The user’s page")
    stage.press("Home")
    stage.press("ArrowRight", 3)
    expect(card).to_contain_text("the browser waits for the answer")
    stage.press("End")
    expect(card.locator("pre")).to_contain_text("Welcome!")
    card.get_by_role("combobox").select_option("Ben")
    expect(card.get_by_role("group", name="Ben’s browser")).to_contain_text("Welcome!")
    stage.press("Home")
    expect(card.locator("pre")).to_be_hidden()


def test_the_sequence_diagram_grows_and_goes_where_it_is_clicked(stage: Stage):
    stage.open("send_email", "?v=celery&views=sequence.steps")
    card = stage.card(CELERY, "Sequence diagram")
    shown = "element => new DOMMatrix(getComputedStyle(element).transform).m42"
    stage.press("Home")
    first = card.locator(".sequence-veil").evaluate(shown)
    stage.press("End")
    assert card.locator(".sequence-veil").evaluate(shown) > first
    card.get_by_text("POST /signup").click()
    expect(stage.place).to_contain_text("Step 1 of")


def test_a_view_that_cannot_be_fetched_is_fetched_again(page: Page, stage: Stage, watch: Watch):
    watch.expect("Failed to load resource|request failed")
    page.route("**/views/network.js*", lambda route: route.abort())
    stage.open("long_task", "?v=thread&views=network")
    again = page.get_by_role("button", name="Try again")
    expect(again).to_be_visible()
    page.unroute_all()
    again.click()
    expect(stage.card(THREAD, "Network").get_by_role("table")).to_be_visible()


def test_the_table_is_sorted_and_filtered(stage: Stage):
    stage.open("send_email", "?v=celery&p.users=3&views=steps")
    table = stage.table(CELERY)
    thread = table.get_by_role("columnheader", name="Thread")
    thread.get_by_role("button").click()
    expect(thread).to_have_attribute("aria-sort", "ascending")
    first = table.get_by_role("row").nth(1)
    expect(first).to_contain_text("Celery worker")
    thread.get_by_role("button").press("Enter")
    expect(thread).to_have_attribute("aria-sort", "descending")
    expect(first).to_contain_text("main")
    stage.card(CELERY, "Execution table").get_by_text("Filter").click()
    stage.page.get_by_label("Request").select_option(label="Ben: POST /signup")
    expect(table.locator(".steps-user", has_text="for Ben").first).to_be_visible()
    expect(table.locator(".steps-user", has_text="for Ana")).to_have_count(0)
    stage.page.get_by_role("button", name="Show all steps").click()
    expect(table.locator(".steps-user", has_text="for Ana").first).to_be_attached()


def test_a_link_opens_the_same_rows_in_the_same_order(
    stage: Stage, browser: Browser, base_url: str
):
    stage.open("send_email", "?v=inline,celery&p.users=3&views=steps,steps")
    table = stage.table(CELERY)
    table.get_by_role("columnheader", name="Action").get_by_role("button").click()
    card = stage.card(CELERY, "Execution table")
    card.get_by_text("Filter").click()
    card.get_by_label("Request").select_option(label="Ben: POST /signup")
    expect(stage.page).to_have_url(re.compile(r"sort2=action&only2\.request=r2"))
    with browser.new_context(base_url=base_url) as other:
        there = Stage(other.new_page())
        there.page.goto(stage.page.url)
        there.ready()
        assert cells(there.table(CELERY)) == cells(table)
        assert cells(there.table(INLINE)) == cells(stage.table(INLINE))


def test_rows_of_what_a_run_does_not_have_are_said(stage: Stage):
    stage.open("send_email", "?v=celery&views=steps&only1.request=r7&sort1=colour")
    for said in ("no request “r7”", "no column “colour”"):
        expect(stage.page.get_by_role("status").filter(has_text=said)).to_be_visible()
    expect(stage.row(CELERY, 1)).to_be_attached()


def test_what_is_pushed_arrives_on_the_users_page(stage: Stage):
    told = "The server tells the browser"
    stage.open("status_feedback", "?v=push&views=page.sequence")
    updates = stage.card(told, "The user’s page").get_by_role("list", name="Live updates")
    stage.press("Home")
    expect(updates).to_have_count(0)
    stage.press("End")
    expect(updates).to_contain_text("done")
    expect(updates).to_contain_text('{"film": 7}')
    drawn = stage.card(told, "Sequence diagram").locator(".sequence-message")
    expect(drawn.filter(has_text=re.compile("^\\s*done\\s*$"))).to_have_count(1)


def test_of_a_long_table_only_a_part_is_drawn_and_the_present_row_is_in_it(stage: Stage):
    stage.open("send_email", "?v=inline&p.users=50&views=steps")
    table = stage.table(INLINE)
    table.evaluate("table => table.parentElement.scrollIntoView({block: 'end'})")
    stage.press("End")
    row = stage.present_row(INLINE)
    expect(row).to_be_in_viewport()
    assert int(table.get_attribute("aria-rowcount") or 0) > 400
    assert table.get_by_role("row").count() < 150
    stage.press("Home")
    stage.expect_step(INLINE, 1)
    expect(row).to_be_in_viewport()


def test_a_variable_tells_its_history_by_mouse_and_by_key(stage: Stage):
    stage.open("send_email", "?v=celery&views=tracker")
    stage.press("End")
    name = stage.card(CELERY, "Variables").get_by_role("button", name="send_email status, history")
    tip = stage.page.get_by_role("tooltip")
    name.hover()
    expect(tip).to_contain_text("After step 4queued")
    stage.page.mouse.move(0, 0)
    expect(tip).to_be_hidden()
    name.focus()
    expect(tip).to_contain_text("completed")
    stage.press("Escape")
    expect(tip).to_be_hidden()


def test_axe_finds_nothing_in_any_view(stage: Stage):
    stage.open("send_email", "?v=celery&p.users=10&views=timeline.queue.network.page.sequence")
    stage.press("Home")
    stage.press("ArrowRight", 30)
    stage.press("+")
    expect(stage.card(CELERY, "Sequence diagram").locator("svg")).to_be_visible()
    stage.settle()
    assert violations(stage.page) == []
    stage.page.emulate_media(color_scheme="dark")
    expect(stage.page.locator("html")).to_have_attribute("data-theme", "dark")
    assert violations(stage.page) == [], "in the dark"
