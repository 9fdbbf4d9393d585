"""The ways to learn: chapters, predictions, pitfalls and myths, experiments, what is kept."""

import re
import tomllib

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.support.server import ROOT

from .conftest import Watch
from .stage import Stage
from .test_access import violations

without_scripts = pytest.mark.browser_context_args(java_script_enabled=False)

PAGES = [
    *(f"/c/why/{way}" for way in ("start", "why", "deep-dive", "measure")),
    "/s/long_task/break-it",
    "/glossary",
]
each_page = pytest.mark.parametrize("path", PAGES)


def ways(page: Page) -> Locator:
    return page.get_by_role("navigation", name="Ways to learn")


def test_nine_ways_lead_round_and_say_where_one_is(page: Page):
    page.goto("/c/why/start")
    names = ways(page).get_by_role("link").all_inner_texts()
    order = "Start Watch Why,Deep dive,Predict,Break it,Measure,Change it,Recall"
    assert names == order.replace(" W", ",W").split(",")
    for name in names:
        ways(page).get_by_role("link", name=name, exact=True).click()
        expect(ways(page).locator("[aria-current]")).to_have_text(name)
        expect(page.get_by_role("heading", level=1)).to_be_visible()


@each_page
def test_a_page_is_for_everybody_in_light_in_dark_and_on_a_phone(page: Page, path: str):
    page.goto(path)
    assert violations(page) == []
    page.emulate_media(color_scheme="dark")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    assert violations(page) == [], "in the dark"
    page.set_viewport_size({"width": 360, "height": 740})
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_a_text_unfolds_behind_an_answer_and_stays_so(page: Page):
    page.goto("/c/why/why")
    behind = page.get_by_role("heading", name="Intermediate: many users")
    expect(behind).to_be_hidden()
    question = page.locator("form[data-question='which_line_first']")
    question.get_by_role("radio", name="At once").check()
    question.get_by_role("button", name="Answer", exact=True).click()
    expect(question).to_contain_text("Not quite.")
    expect(question.get_by_role("link", name=re.compile("See step"))).to_be_visible()
    expect(question.get_by_role("button", name="Read on without answering")).to_have_count(0)
    expect(behind).to_be_visible()
    page.reload()
    expect(behind).to_be_visible()
    expect(page.get_by_role("heading", name="Advanced: where does the work go?")).to_be_hidden()


def test_the_page_of_a_chapter_holds_no_answer(page: Page):
    response = page.goto("/c/why/why")
    assert response is not None
    text = response.text()
    path = ROOT / "scenarios/chapters/why/questions.toml"
    for question in tomllib.loads(path.read_text(encoding="utf-8"))["questions"]:
        for secret in (question["explanation"], *question["wrong"].values()):
            for part in re.split(r"\{[^}]*\}|`", secret):
                assert len(part) < 13 or part not in text


@without_scripts
def test_a_chapter_is_read_without_javascript(page: Page):
    page.goto("/c/why/why")
    expect(page.get_by_role("heading", name="Why it was designed so")).to_be_visible()


def test_a_step_link_opens_the_stage_at_that_step(page: Page, stage: Stage):
    page.goto("/c/why/start")
    page.get_by_role("link", name="step 6").click()
    stage.ready()
    stage.expect_step("In a background thread", 6)


def predict(page: Page) -> Locator:
    return page.get_by_role("region", name="Predict")


def test_the_run_stops_for_a_prediction_and_then_answers(page: Page, stage: Stage):
    stage.open("long_task/predict")
    stage.press("End")  # nobody gets past the first stop
    stage.expect_step("Inside the request", 3)
    expect(stage.row("In a background thread", 4)).to_be_hidden()
    predict(page).get_by_role("button", name="Hint").click()
    expect(predict(page).locator(".quiz-hint")).to_be_focused()
    predict(page).get_by_role("spinbutton").fill("1")
    predict(page).get_by_role("button", name="Commit and see").click()
    expect(predict(page).get_by_text("Now watch.")).to_be_visible()
    expect(predict(page).locator(".bet-settled")).to_be_focused()
    stage.press("End")
    for n, answer in enumerate(("The task ends, and then", "The background task"), 2):
        predict(page).get_by_label(re.compile(answer)).check()
        predict(page).get_by_role("button", name="Commit and see").click()
        expect(predict(page).get_by_text("You said")).to_have_count(n)  # it has been judged
        stage.press("End")
    expect(predict(page)).to_contain_text("nothing is hidden any more")
    expect(predict(page)).to_contain_text("Right.")
    expect(predict(page).get_by_text("Now watch.")).to_have_count(0)
    expect(stage.row("In a background thread", 4)).to_be_visible()


def test_a_prediction_that_these_settings_do_not_answer_is_left_out(
    page: Page, stage: Stage, watch: Watch
):
    watch.expect("status of 400")
    stage.open("async_views/predict", "?v=threads&p.users=2")
    stage.press("End")
    predict(page).get_by_role("spinbutton").fill("1")
    predict(page).get_by_role("button", name="Commit and see").click()
    expect(predict(page)).to_contain_text("With these settings the run does not show the answer.")
    predict(page).get_by_role("button", name="Leave it out, and go on").click()
    stage.press("End")
    expect(predict(page)).to_contain_text("nothing is hidden any more")


def test_a_myth_is_decided_by_the_run(page: Page, stage: Stage):
    page.goto("/s/long_task/break-it")
    expect(page.get_by_role("img", name=re.compile("Dev waits longest"))).to_be_visible()
    myth = page.locator("form[data-question='thread_is_faster']")
    myth.get_by_role("radio", name="It is true").check()
    myth.get_by_role("button", name="Answer", exact=True).click()
    expect(myth).to_contain_text("Not quite.")
    page.get_by_role("link", name="Watch both").first.click()
    stage.ready()
    expect(page).to_have_url(re.compile(r"v=inline,thread&p\.users=4|p\.users=4"))


def test_an_experiment_is_put_on_the_stage(page: Page, stage: Stage):
    stage.open("long_task/change-it")
    expect(page.get_by_role("heading", name="Change", exact=True)).to_be_visible()
    page.get_by_role("button", name="Put it on the stage").first.click()
    expect(page.get_by_role("button", name="On the stage", exact=True)).to_be_visible()
    expect(page).to_have_url(re.compile(r"p\.users=10"))


def test_what_was_wrong_comes_back_later(page: Page, stage: Stage):
    stage.open("long_task/recall")
    stage.quiz.get_by_role("button", name="Next").click()
    stage.quiz.get_by_role("radio", name="idle").check()
    stage.quiz.get_by_role("button", name="Answer", exact=True).click()
    expect(stage.quiz).to_contain_text("Not quite.")
    page.evaluate(
        """() => {
          const kept = JSON.parse(localStorage.getItem("meanwhile.progress"));
          kept.lessons.long_task.back.status_after_completion.due = 0;
          localStorage.setItem("meanwhile.progress", JSON.stringify(kept));
        }"""
    )
    page.reload()
    stage.ready()
    expect(stage.quiz).to_contain_text("You had this one wrong before.")
    expect(stage.quiz).to_contain_text("What is the status of the background task")
