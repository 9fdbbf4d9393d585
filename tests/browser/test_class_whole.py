"""A whole class: a teacher and five students, each with a browser of their own.

They join, follow, look around, take the wheel, vote twice, see the answer, and the teacher takes
the results away. Everything that the students' pages receive is kept, and searched for what they
must not know yet.
"""

import csv
import io
import json
import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Error, Page, Response, WebSocket, expect

from tests.support.server import Server

from .conftest import Watch

QUESTION = "How does the timing change"
EARLY = "Nothing changes: the user has the response just as early"
LONGER = "The task takes longer, because the server is busy"
LATE = "The response is delayed until the task finishes"
#: Words of the explanation, which only the reveal may bring.
WHY = "the whole task comes first"
PHONE = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}
PROJECTOR = {"viewport": {"width": 1920, "height": 1080}}


class Heard:
    """Everything that one page has received from the server, as text."""

    def __init__(self, page: Page) -> None:
        self.texts: list[str] = []
        page.on("websocket", self._socket)
        page.on("response", self._response)

    def _socket(self, socket: WebSocket) -> None:
        socket.on("framereceived", lambda frame: self.texts.append(str(frame)))

    def _response(self, response: Response) -> None:
        if "/static/" not in response.url and response.request.resource_type != "websocket":
            with suppress(Error):  # a redirect has no body, nor has a page that was left meanwhile
                self.texts.append(response.text())

    def __contains__(self, text: str) -> bool:
        return any(text in heard for heard in self.texts)


class People:
    """Makes browsers that are watched for faults, and puts students into a class."""

    def __init__(self, browser: Browser, usual: dict[str, Any], watch: Watch) -> None:
        self.browser, self.usual, self.watch = browser, usual, watch

    def page(self, **settings: Any) -> Page:
        context = self.browser.new_context(**{**self.usual, **settings})
        context.on("console", self.watch.on_console)
        context.on("weberror", lambda error: self.watch.faults.append(f"script: {error.error}"))
        context.on("request", self.watch.on_request)
        page = context.new_page()
        page.set_default_timeout(15_000)
        return page

    def teacher(self) -> Page:
        """Who starts a class from the lesson's page."""
        host = self.page(**PROJECTOR)
        host.goto("/s/long_task")
        ready(host)
        host.get_by_role("button", name="Start a class").click()
        host.locator("dialog").get_by_label("Title").fill("Web programming")
        host.locator("dialog [type=submit]").click()
        host.wait_for_url("**/host/*")
        ready(host)
        return host

    def student(self, code: str, name: str, **settings: Any) -> tuple[Page, Heard]:
        page = self.page(**settings)
        heard = Heard(page)
        page.goto("/join")
        page.get_by_label("Class code").fill(code)
        page.get_by_label("Your name").fill(name)
        page.get_by_role("button", name="Join the class").click()
        page.wait_for_url("**/class/*")
        ready(page)
        return page, heard


def ready(page: Page) -> None:
    expect(page.locator("#stage")).to_have_attribute("aria-busy", "false", timeout=20_000)


def at(page: Page, where: str) -> None:
    expect(page.locator(".caption-where")).to_have_text(re.compile(re.escape(where)))


def answer(student: Page, choice: str) -> None:
    student.get_by_label(choice).check()
    student.get_by_role("button", name="Answer", exact=True).click()
    expect(student.locator(".ask-fate")).to_have_text("Your answer is stored.")


@pytest.fixture
def people(
    browser: Browser, browser_context_args: dict[str, Any], server: Server, watch: Watch
) -> Iterator[People]:
    before = list(browser.contexts)
    yield People(browser, {**browser_context_args, "base_url": server.url}, watch)
    for context in browser.contexts:
        if context not in before:
            context.close()


def test_a_whole_class(people: People, tmp_path: Path) -> None:
    host = people.teacher()
    code = host.url.rsplit("/", 1)[1]
    secret = json.loads(host.evaluate(f"localStorage.getItem('meanwhile.class.{code}')"))["host"]
    settings: dict[str, dict[str, Any]] = {
        "Ana": {},
        "Ben": PHONE,
        "Cem": {"color_scheme": "dark"},
        "": {"viewport": {"width": 1024, "height": 768}},
        "Eva": {"reduced_motion": "reduce"},
    }
    students = {name: people.student(code, name, **given) for name, given in settings.items()}
    pages = [page for page, _ in students.values()]
    ana, ben, cem, anonymous, eva = pages
    expect(host.locator(".class-bar")).to_contain_text("5 here")
    expect(anonymous.locator(".class-bar")).to_contain_text("You follow")

    follow(host, pages)
    look_around(host, ana, others=[ben, cem, anonymous, eva])
    hand_the_wheel(host, cem, others=[ana, eva])

    ana.keyboard.press("l")
    expect(host.locator(".class-bar")).to_contain_text("1 lost")
    ana.keyboard.press("l")
    expect(host.locator(".class-bar")).not_to_contain_text("lost")

    vote_twice(host, pages, [heard for _, heard in students.values()])

    results(people, code, secret, tmp_path)

    host.get_by_text("Class", exact=True).click()
    host.get_by_role("button", name="End the class").click()
    host.locator("dialog").get_by_role("button", name="End the class", exact=True).click()
    for page in pages:
        expect(page.locator("#stage")).to_contain_text("over")
    for _, heard in students.values():
        assert secret not in heard


def follow(host: Page, students: list[Page]) -> None:
    """Steps, playing and the teacher's settings appear on every screen."""
    for _ in range(2):
        host.keyboard.press("ArrowRight")
    for page in [host, *students]:
        at(page, "Step 3 of 7 · In a background thread")
    host.keyboard.press("Space")
    for page in students:
        expect(page.get_by_role("button", name="Pause", exact=True)).to_be_visible()
    host.keyboard.press("Space")
    host.keyboard.press("End")
    host.keyboard.press("t")
    for page in [host, *students]:
        at(page, "Step 7 of 7")
        expect(page.get_by_role("button", name="True time")).to_have_attribute(
            "aria-pressed", "true"
        )
    host.keyboard.press("t")
    host.keyboard.press("1")
    for page in students:
        at(page, "Inside the request")
    host.keyboard.press("2")


def look_around(host: Page, student: Page, others: list[Page]) -> None:
    """A student goes their own way, sees where the class is, and comes back by one key."""
    student.keyboard.press("Home")
    at(student, "Step 1 of 7")
    expect(student.locator(".class-bar")).to_contain_text("The class is at step 7")
    host.keyboard.press("ArrowLeft")
    host.keyboard.press("ArrowLeft")
    for page in others:
        at(page, "Step 5 of 7")
    expect(student.locator(".class-bar")).to_contain_text("The class is at step 5")
    at(student, "Step 1 of 7")
    student.keyboard.press("f")
    at(student, "Step 5 of 7")
    expect(student.locator(".class-bar")).to_contain_text("You follow")


def hand_the_wheel(host: Page, student: Page, others: list[Page]) -> None:
    """A student leads, the host takes the wheel back."""
    host.get_by_role("button", name=re.compile("here")).click()
    row = host.locator(".person", has_text="Cem")
    row.get_by_role("button", name="Give the wheel").click()
    host.keyboard.press("Escape")
    expect(student.locator(".class-bar")).to_contain_text("The wheel is yours")
    student.keyboard.press("ArrowLeft")
    for page in [host, *others]:
        at(page, "Step 4 of 7")
    host.get_by_role("button", name="Take the wheel").click()
    expect(student.locator(".class-bar")).to_contain_text("You follow")
    host.keyboard.press("ArrowLeft")
    for page in [student, *others]:
        at(page, "Step 3 of 7")


def vote_twice(host: Page, students: list[Page], heard: list[Heard]) -> None:
    """In silence, shown, discussed, again, revealed with the run that proves it."""
    ana, ben, cem, anonymous, eva = students
    host.get_by_role("button", name="Choose a question").click()
    host.locator(".ask").get_by_text(QUESTION).click()
    host.get_by_role("button", name="Ask the class").click()
    for page, choice in zip(students, (EARLY, EARLY, LONGER, LATE, LATE), strict=True):
        answer(page, choice)
    expect(host.locator(".turnout-text")).to_have_text("5 of 5 answered")
    for page, told in zip(students, heard, strict=True):
        expect(page.locator(".votes")).to_have_count(0)
        assert '"distribution":[[' not in told

    host.get_by_role("button", name="End the vote").click()
    expect(ana.locator(".ask")).to_contain_text("The vote is closed")
    host.get_by_role("button", name="Show the votes").click()
    for page in students:
        expect(page.locator(".votes-row")).to_have_count(4)
        expect(page.locator(".ask")).to_contain_text("Discuss")
        expect(page.locator(".votes-tag.is-right")).to_have_count(0)

    host.get_by_role("button", name="Vote again").click()
    for page, choice in zip(students, (LATE, LATE, LATE, LATE, EARLY), strict=True):
        answer(page, choice)
    for told in heard:
        assert WHY not in told
        assert '"reveal":{' not in told
    host.get_by_role("button", name="End the vote").click()
    host.get_by_role("button", name="Reveal the answer").click()
    for page in (ana, ben, cem, anonymous):
        expect(page.locator(".quiz-verdict")).to_contain_text("Right.")
    expect(eva.locator(".quiz-verdict")).to_contain_text("Not quite.")
    for page, told in zip(students, heard, strict=True):
        expect(page.locator(".quiz-verdict")).to_contain_text(WHY)
        assert WHY in told
    for page in [host, *students]:
        expect(page.locator(".caption-where")).to_have_text(
            "Step 6 of 7 · Inside the request", timeout=20_000
        )


def results(people: People, code: str, secret: str, folder: Path) -> None:
    """The report, and what it gives away as files."""
    report = people.page()
    report.goto(f"/report/{code}#{secret}")
    expect(report.locator(".report-growth")).to_contain_text(
        "40 % right at first, 80 % in the end."
    )
    expect(report.get_by_text(LONGER).first).to_be_visible()

    def download(name: str) -> str:
        with report.expect_download() as wanted:
            report.get_by_role("button", name=name).click()
        path = folder / name
        wanted.value.save_as(path)
        return path.read_text(encoding="utf-8-sig")

    told = json.loads(download("JSON"))
    first, last = told["questions"][0]["rounds"]
    counts = {row["answer"]: row["count"] for row in first["answers"]}
    assert (counts[EARLY], counts[LONGER], counts[LATE]) == (2, 1, 2)
    assert {row["answer"]: row["count"] for row in last["answers"]}[LATE] == 4
    assert [row["right"] for row in last["answers"] if row["answer"] == LATE] == [True]
    assert {student["name"] for student in told["students"]} >= {"Ana", "Ben", "Cem", "Eva"}
    assert len(told["students"]) == 5

    rows = list(csv.DictReader(io.StringIO(download("All answers"))))
    assert len(rows) == 10
    given = {(row["Name"], row["Vote"]): row["Answer"] for row in rows}
    assert given["Eva", "1"] == LATE
    assert given["Eva", "2"] == EARLY
