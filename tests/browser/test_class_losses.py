"""What gets lost in a class: connections, the teacher's browser. Answers do not."""

import re
from collections.abc import Callable

from playwright.sync_api import BrowserContext, Page, expect

from tests.support.dropping import Dropping
from tests.support.server import Server
from tests.web.classes import Class, request

from .conftest import Watch
from .test_class_votes import EARLY, LATE, Classroom, answer, ask

DRINKS = ("tea", "coffee", "cocoa", "milk")


def test_a_connection_that_drops_every_three_seconds(server: Server, page: Page, watch: Watch):
    watch.expect("ERR_|WebSocket|Failed to load|request failed")
    with Class(server.url) as lesson, Dropping(server.url, 3.0) as line:
        watch.also(line.url)
        host = lesson.host()
        page.goto(f"{line.url}/j/{lesson.code}")
        page.get_by_label("Your name").fill("Ana")
        page.get_by_role("button", name="Join the class").click()
        page.wait_for_url("**/class/*")
        expect(page.locator("#stage")).to_have_attribute("aria-busy", "false", timeout=20_000)
        line.begin()
        for drink in DRINKS:
            question = {"kind": "choice", "text": f"Is {drink} good?", "choices": [drink, "none"]}
            asked = host.ask("ask", {"adhoc": question})["asked"]
            page.get_by_label(drink).check(timeout=20_000)
            page.get_by_role("button", name="Answer", exact=True).click()
            cut = line.cuts
            expect(page.locator(".ask-fate")).to_have_text("Your answer is stored.", timeout=20_000)
            while line.cuts == cut:  # the next one comes over a connection that broke in between
                page.wait_for_timeout(100)
            host.ask("vote", {"asked": asked, "do": "reveal"})
            host.ask("vote", {"asked": asked, "do": "dismiss"})
        path = f"/classes/{lesson.code}/results.json"
        _, told, _ = request(server.url, path, secret=lesson.secret)
    assert line.cuts >= len(DRINKS)
    for drink, question in zip(DRINKS, told["questions"], strict=True):
        (vote,) = question["rounds"]
        assert {row["answer"]: row["count"] for row in vote["answers"]} == {drink: 1, "none": 0}


def test_the_teachers_browser_is_closed_and_opened_in_mid_vote(
    server: Server, new_context: Callable[..., BrowserContext]
):
    room = Classroom(server.url, new_context)
    host, ana = room.of_host("host"), room.student("Ana")
    host.keyboard.press("End")
    ask(host)
    answer(ana, EARLY)
    where = host.locator(".caption-where").inner_text()
    host.context.close()
    ana.get_by_label(LATE).check()
    ana.get_by_role("button", name="Change my answer").click()
    expect(ana.locator(".ask-fate")).to_have_text("Your answer is stored.")

    again = room.of_host("host")
    expect(again.locator(".caption-where")).to_have_text(re.compile(re.escape(where.strip())))
    expect(again.locator(".turnout-text")).to_have_text("1 of 1 answered")
    again.get_by_role("button", name="End the vote").click()
    again.get_by_role("button", name="Reveal the answer").click()
    expect(ana.locator(".quiz-verdict")).to_contain_text("Right.")
