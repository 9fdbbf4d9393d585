"""A vote as people see it: in silence, shown, again, revealed; and answers that outlive a crash."""

import json
import secrets
import urllib.request
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import BrowserContext, Page, expect

from tests.support.server import Server, database_in, start

from .test_access import violations

QUESTION = "How does the timing change"
EARLY = "Nothing changes: the user has the response just as early"
LATE = "The response is delayed until the task finishes"


class Classroom:
    """A class on a server, and browsers that are in it."""

    def __init__(self, url: str, new_context: Callable[..., BrowserContext]) -> None:
        self.url, self.new_context = url, new_context
        begun = self.post("/classes", {"lesson": "long_task", "title": "Tuesday"})
        self.code, self.secret = begun["code"], begun["secret"]

    def post(self, path: str, body: dict[str, object]) -> dict[str, str]:
        headers = {"Content-Type": "application/json", "Origin": self.url}
        request = urllib.request.Request(self.url + path, json.dumps(body).encode(), headers)
        with urllib.request.urlopen(request) as response:
            answer: dict[str, str] = json.load(response)
            return answer

    def of_host(self, what: str) -> Page:
        page = self.new_context().new_page()
        page.goto(f"{self.url}/{what}/{self.code}#{self.secret}")
        return page

    def student(self, name: str) -> Page:
        key = secrets.token_urlsafe(32)
        self.post(f"/classes/{self.code}/join", {"key": key, "name": name})
        kept = json.dumps(json.dumps({"key": key, "name": name}))
        context = self.new_context()
        context.add_init_script(f"localStorage.setItem('meanwhile.class.{self.code}', {kept})")
        page = context.new_page()
        page.goto(f"{self.url}/class/{self.code}")
        expect(page.locator(".ask")).to_contain_text("Nothing is asked right now")
        return page


def ask(host: Page) -> None:
    host.get_by_role("button", name="Choose a question").click()
    host.locator(".ask").get_by_text(QUESTION).click()
    host.get_by_role("button", name="Ask the class").click()


def answer(student: Page, choice: str, button: str = "Answer") -> None:
    student.get_by_label(choice).check()
    student.get_by_role("button", name=button, exact=True).click()
    expect(student.locator(".ask-fate")).to_have_text("Your answer is stored.")


def test_two_votes_with_a_discussion_between(
    server: Server, new_context: Callable[..., BrowserContext]
):
    room = Classroom(server.url, new_context)
    host, remote = room.of_host("host"), room.of_host("present")
    remote.set_viewport_size({"width": 360, "height": 740})
    ana, ben = room.student("Ana"), room.student("Ben")
    ask(host)
    answer(ana, EARLY)
    answer(ben, LATE)
    expect(host.locator(".turnout-text")).to_have_text("2 of 2 answered")
    expect(ana.locator(".votes")).to_have_count(0)
    expect(host.locator(".votes")).to_be_hidden()
    expect(remote.locator(".votes-tag.is-right")).to_have_count(1)

    host.get_by_role("button", name="End the vote").click()
    expect(ana.locator(".ask")).to_contain_text("The vote is closed")
    expect(remote.locator(".present-advice")).to_contain_text("35 to 70 % right")
    expect(host.locator(".ask")).not_to_contain_text("% right")
    assert violations(remote) == []

    host.get_by_role("button", name="Show the votes").click()
    expect(ana.locator(".votes-row.is-own")).to_contain_text("50 %")
    expect(ana.locator(".votes-tag.is-right")).to_have_count(0)
    assert violations(ana) == []
    assert violations(host) == []

    host.get_by_role("button", name="Vote again").click()
    answer(ana, LATE)
    answer(ben, LATE)
    remote.get_by_role("button", name="Reveal the answer").click()
    expect(ana.locator(".quiz-verdict")).to_contain_text("Right.")
    expect(ana.locator(".votes-row.is-right")).to_contain_text("100 %")
    where = host.locator(".caption-where")
    expect(where).to_have_text("Step 6 of 7 · Inside the request", timeout=20_000)

    report = room.of_host("report")
    expect(report.locator(".report-growth")).to_contain_text(
        "50 % right at first, 100 % in the end."
    )
    assert violations(report) == []
    with report.expect_download() as download:
        report.get_by_role("button", name="Students").click()
    assert "Ana" in Path(download.value.path()).read_text(encoding="utf-8")


def test_an_answer_given_while_the_server_is_dead_is_stored_after_it_lives(
    new_context: Callable[..., BrowserContext], tmp_path: Path
):
    options = ("--database-url", database_in(tmp_path))
    server = start(*options)
    port = int(server.url.rsplit(":", 1)[1])
    try:
        room = Classroom(server.url, new_context)
        host, ana = room.of_host("host"), room.student("Ana")
        ask(host)
        answer(ana, EARLY)
        server.kill()
        ana.get_by_label(LATE).check()
        ana.get_by_role("button", name="Change my answer").click()
        expect(ana.locator(".ask-fate")).to_contain_text("No connection. Your answer is kept here")
        server = start(*options, port=port)
        ana.goto(f"{room.url}/class/{room.code}")  # also a page that knows nothing any more
        expect(ana.locator(".ask-fate")).to_have_text("Your answer is stored.")
        expect(ana.get_by_label(LATE)).to_be_checked()
        expect(host.locator(".turnout-text")).to_have_text("1 of 1 answered")
    finally:
        server.stop()
