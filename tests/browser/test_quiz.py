"""The quiz beside the stage: choose, ask for the hint, answer, see the proof. And no peeping."""

import json
import re
import tomllib
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Response, WebSocket, expect

from tests.support.server import ROOT

from .lessons import LESSONS, THREAD
from .stage import Stage

WHAT_A_PAGE_MAY_KNOW = {"id", "kind", "variant", "text", "hint", "choices", "unit", "one"}


def test_a_wrong_answer_a_hint_and_the_right_one_with_its_proof(stage: Stage):
    stage.open("long_task/recall")
    stage.press("End")
    quiz = stage.quiz
    expect(quiz).to_contain_text("At which step does the user have the response?")
    expect(quiz.get_by_role("button", name="Answer")).to_be_disabled()

    quiz.get_by_role("spinbutton").fill("6")
    quiz.get_by_role("button", name="Answer").click()
    expect(quiz).to_contain_text("Not quite.")
    expect(quiz).to_contain_text("That would be true if the view waited for the task.")

    quiz.get_by_role("spinbutton").fill("3")
    quiz.get_by_role("button", name="Hint").click()
    expect(quiz).to_contain_text("Look at the column “Response to user”")

    quiz.get_by_role("spinbutton").fill("4")
    stage.press("Enter")
    expect(quiz).to_contain_text("Right.")
    expect(quiz).to_contain_text("The user has the response at step 4.")
    quiz.get_by_role("button", name="Show me in step 4").click()
    stage.expect_step(THREAD, 4)
    expect(stage.caption).to_have_text("the JSON response is returned")


def test_a_step_can_be_answered_by_pointing_at_its_row(stage: Stage):
    stage.open("long_task/recall")
    stage.row(THREAD, 4).click()
    expect(stage.quiz.get_by_role("spinbutton")).to_have_value("4")


def test_the_second_and_the_third_question(stage: Stage):
    stage.open("long_task/recall")
    quiz = stage.quiz
    quiz.get_by_role("button", name="Next").click()
    quiz.get_by_role("radio", name="idle").check()
    quiz.get_by_role("button", name="Answer").click()
    expect(quiz).to_contain_text("That is one step later")
    quiz.get_by_role("radio", name="completed").check()
    quiz.get_by_role("button", name="Answer").click()
    expect(quiz).to_contain_text("Right.")

    quiz.get_by_role("button", name="Next").click()
    quiz.get_by_role("radio", name="The response is delayed until the task finishes").check()
    quiz.get_by_role("button", name="Answer").click()
    expect(quiz).to_contain_text("Right.")
    quiz.get_by_role("button", name=re.compile("Show me in step 6")).click()
    expect(stage.place).to_contain_text("Inside the request")


def test_the_answer_follows_the_run_that_is_on_the_stage(stage: Stage):
    stage.open("long_task/recall", "?p.task_seconds=2")
    quiz = stage.quiz
    quiz.get_by_role("button", name="Next").click()
    quiz.get_by_role("button", name="Next").click()
    quiz.get_by_role("radio", name="The response is delayed").check()
    quiz.get_by_role("button", name="Answer").click()
    expect(quiz).to_contain_text("So the response leaves after 2.00")


def test_the_quiz_by_keyboard_alone(stage: Stage):
    stage.open("long_task/recall")
    stage.quiz.get_by_role("button", name="Next").focus()
    stage.press("Enter")
    expect(stage.quiz).to_have_accessible_name("Question 2 of 6")
    for _ in range(10):
        stage.press("Tab")
        if stage.page.evaluate("document.activeElement.type") == "radio":
            break
    stage.press("Space")
    stage.press("ArrowDown", 2)
    expect(stage.quiz.get_by_role("radio", name="completed")).to_be_checked()
    stage.press("Enter")
    expect(stage.quiz).to_contain_text("Right.")


@pytest.fixture
def received(page: Page) -> Callable[[], str]:
    """Everything that the browser has been sent: bodies of answers, and frames of sockets."""
    responses: list[Response] = []
    frames: list[str | bytes] = []

    def on_socket(socket: WebSocket) -> None:
        socket.on("framereceived", lambda frame: frames.append(frame))

    page.on("response", lambda response: responses.append(response))
    page.on("websocket", on_socket)

    def texts() -> str:
        bodies = [response.body() for response in responses if response.status == 200]
        return "\n".join(
            part.decode("utf-8", "replace") if isinstance(part, bytes) else part
            for part in [*bodies, *frames]
        )

    return texts


@pytest.mark.parametrize("lesson", LESSONS)
def test_nothing_that_has_been_received_gives_an_answer_away(
    page: Page, stage: Stage, received: Callable[[], str], lesson: str
):
    stage.open(f"{lesson}/recall")
    stage.press("End")
    for _ in range(len(stage_quiz(page)) - 1):
        stage.quiz.get_by_role("button", name="Hint").click()
        stage.quiz.get_by_role("button", name="Next").click()
    before = received()
    assert "steps" in before  # the run has been heard, too

    for question in stage_quiz(page):
        assert set(question) <= WHAT_A_PAGE_MAY_KNOW
    quiz = tomllib.loads((ROOT / "scenarios" / lesson / "quiz.toml").read_text(encoding="utf-8"))
    for question in quiz["questions"]:
        secrets = [question["explanation"], *question["wrong"].values()]
        secrets += [question[key] for key in ("query",) if key in question]
        for secret in secrets:
            # Their figures are filled in by the server, so look for what stands between these.
            for part in re.split(r"\{[^}]*\}", secret):
                if len(part) > 12:
                    assert part not in before
                    assert json.dumps(part)[1:-1] not in before


def stage_quiz(page: Page) -> list[dict[str, object]]:
    text = page.locator("script#lesson").text_content()
    assert text
    questions: list[dict[str, object]] = json.loads(text)["quiz"]
    return questions


def test_a_proof_in_a_version_that_is_not_on_the_stage_puts_it_there(stage: Stage):
    stage.open("priorities/recall", "?v=one_queue")
    quiz = stage.quiz
    for _ in range(3):
        quiz.get_by_role("button", name="Next").click()
    title = "Two queues, a worker for each"
    expect(quiz).to_contain_text(title)
    quiz.get_by_role("checkbox", name="When the other tasks take very long").check()
    quiz.get_by_role("button", name="Answer").click()
    quiz.get_by_role("button", name=f"Put “{title}” on the stage").click()
    quiz.get_by_role("button", name=re.compile("Show me in step")).click()
    expect(stage.place).to_contain_text(title)


def test_a_hint_takes_the_focus_of_the_button_that_is_gone(stage: Stage):
    stage.open("long_task/recall")
    stage.quiz.get_by_role("button", name="Hint").click()
    expect(stage.quiz.locator(".quiz-hint")).to_be_focused()
