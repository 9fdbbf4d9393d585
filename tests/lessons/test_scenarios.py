"""The lessons that come with Meanwhile, run for real: right, short, and true at every setting."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from werkzeug.routing import Map, Rule

from tests.support.shipped import SHIPPED
from tests.support.sweeps import some
from visualizer.classroom import AnswerError, expected, rehearse
from visualizer.lab import Lab
from visualizer.lessons import Facts, Lesson
from visualizer.lessons.ways import Prediction
from visualizer.trace import Trace, execution_table, variable_tracker

LESSONS = list(SHIPPED.lessons.values())
VARIANTS = {
    f"{lesson.id}-{variant.id}": (lesson, variant)
    for lesson in LESSONS
    for variant in lesson.variants
}
#: Listings that are run by default: one of each library.
A_FEW = (
    "long_task-thread",
    "quick_task-celery",
    "send_email-rq",
    "async_views-green",
    "status_feedback-push",
)


def run(lab: Lab, lesson: Lesson, variant: str, **parameters: Any) -> Trace:
    return lab.run(lesson.job(variant, parameters))


def test_long_task_in_a_thread_is_the_reference_row_for_row(lab: Lab) -> None:
    columns, rows = execution_table(run(lab, SHIPPED.lessons["long_task"], "thread"))
    assert columns == ["Step", "Action", "Thread", "Response to user", "Background task status"]
    over = "the request cycle is over, nothing is left to do for it"
    started = "background_task is started in a new thread"
    assert rows == [
        ["1", "user sends GET /start", "main", "waiting", "not started"],
        ["2", "server receives the request", "main", "waiting", "not started"],
        ["3", started, "main", "preparing response", "started"],
        ["4", "the JSON response is returned", "main", "sent", "running (sleeping 5 s)"],
        ["5", "the task sleeps 5 s", "background", "no change", "sleeping"],
        ["6", "the task completes", "background", "no change", "completed"],
        ["7", over, "main", "idle, ready for the next request", "idle"],
    ]


def test_long_task_in_a_thread_has_the_reference_tracker(lab: Lab) -> None:
    columns, rows = variable_tracker(run(lab, SHIPPED.lessons["long_task"], "thread"))
    after = ["After step 3", "After step 4", "After step 6"]
    assert columns == ["Variable", "Start", *after, "Final"]
    status = ["not started", "started", "running", "completed", "idle"]
    assert rows == [
        ["background_task status", *status],
        ["response", "none", "preparing", "sent", "sent", "sent"],
    ]


def test_long_task_gives_the_reference_response(lab: Lab) -> None:
    request = run(lab, SHIPPED.lessons["long_task"], "thread").requests[0]
    assert (request.status, (request.body or "").strip()) == (200, '{"status":"Task started"}')


def test_only_the_user_of_the_inline_variant_waits(lab: Lab) -> None:
    for name, seconds in (("long_task", 5), ("send_email", 3)):
        lesson = SHIPPED.lessons[name]
        inline = run(lab, lesson, "inline").metrics.response_max
        thread = run(lab, lesson, "thread").metrics.response_max
        assert inline is not None
        assert thread is not None
        assert thread < 0.1 < seconds < inline < seconds + 0.1


def test_the_last_of_many_inline_users_waits_for_all_the_others(lab: Lab) -> None:
    lesson = SHIPPED.lessons["long_task"]
    inline = run(lab, lesson, "inline", users=4, task_seconds=2).metrics.response_max
    assert inline is not None
    assert 8 < inline < 8.1


def test_greet_late_fails_with_flasks_own_error_and_the_user_does_not_know(lab: Lab) -> None:
    for seconds in (0, 1):
        trace = run(lab, SHIPPED.lessons["greet"], "late", work_seconds=seconds)
        assert trace.requests[0].status == 200
        assert trace.tasks[0].state == "failed"
        assert "Working outside of request context." in (trace.tasks[0].error or "")
        told = "".join(record.text for record in trace.output if record.stream == "stderr")
        assert "RuntimeError: Working outside of request context." in told
        source = trace.listing[0].source.splitlines()
        assert 'request.args["name"]' in source[trace.problems[0].line - 1]


def test_greet_captured_greets(lab: Lab) -> None:
    trace = run(lab, SHIPPED.lessons["greet"], "captured")
    assert [record.text.strip() for record in trace.output] == ["Hello, Ana!"]


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.id)
def test_a_lesson_passes_its_rehearsal(lab: Lab, lesson: Lesson) -> None:
    traces = {variant.id: run(lab, lesson, variant.id) for variant in lesson.variants}
    assert [str(error) for error in rehearse(lesson, traces)] == []
    for trace in traces.values():
        assert [step.action for step in trace.steps if step.node is None] == []
        assert trace.requests[0].status != 404


@pytest.mark.parametrize(
    "name", some(SHIPPED.lessons, "long_task", "idempotency", "status_feedback")
)
def test_every_question_has_an_answer_at_every_bound(lab: Lab, name: str) -> None:
    lesson = SHIPPED.lessons[name]
    usual = facts_of(lab, lesson)
    for _, facts in at_every_bound(lab, lesson):
        for question in lesson.quiz:
            answer = expected(question, facts[question.variant])
            if question.kind not in ("step", "number"):
                assert answer == expected(question, usual[question.variant])
            assert facts[question.variant].unanswered(question.explanation) == []
        for prediction in lesson.predictions:
            check_prediction(prediction, facts[prediction.variant], usual[prediction.variant])


def facts_of(lab: Lab, lesson: Lesson, **parameters: Any) -> dict[str, Facts]:
    return {each.id: Facts(run(lab, lesson, each.id, **parameters)) for each in lesson.variants}


def at_every_bound(lab: Lab, lesson: Lesson) -> Iterator[tuple[str, dict[str, Facts]]]:
    """Each parameter at its least, its most or each of its choices, the others as usual."""
    for name, table in lesson.parameters.items():
        for value in table.choices or (table.min, table.max):
            yield f"{name}={value}", facts_of(lab, lesson, **{name: value})


def check_prediction(prediction: Prediction, facts: Facts, usual: Facts) -> None:
    """It has a true answer, or says that these settings have none; usually it has one."""
    most_often = expected(prediction, usual)
    try:
        answer = expected(prediction, facts)
    except AnswerError:
        return
    stop = facts.step(prediction.stop.where, prediction.stop.query)
    proof = facts.step(prediction.proof.where, prediction.proof.query)
    assert stop is not None, prediction.id
    assert proof is not None, prediction.id
    assert stop < proof, prediction.id
    told = [prediction.explanation, *prediction.wrong.values()]
    assert [query for text in told for query in facts.unanswered(text)] == [], prediction.id
    if prediction.kind == "choice" and answer != most_often:
        assert most_often in prediction.wrong, prediction.id


def test_the_right_answer_is_not_always_in_the_same_place(lab: Lab) -> None:
    places = []
    for lesson in LESSONS:
        for question in lesson.quiz:
            if question.kind == "choice":
                right = expected(question, Facts(run(lab, lesson, question.variant)))
                places.append(question.choices.index(str(right)))
    assert len(places) >= 5
    assert len(set(places)) >= 3


def test_every_lesson_has_three_questions_or_more_and_key_moments() -> None:
    for lesson in LESSONS:
        assert len(lesson.quiz) >= 3
        assert {moment.step.variant for moment in lesson.moments} == {
            variant.id for variant in lesson.variants
        }


@pytest.mark.parametrize("name", VARIANTS)
def test_a_listing_is_short(name: str) -> None:
    _, variant = VARIANTS[name]
    assert len(variant.source.splitlines()) <= 40
    assert max(map(len, variant.source.splitlines())) <= 100


@pytest.mark.parametrize("name", some(VARIANTS, *A_FEW))
def test_a_listing_runs_by_itself(name: str) -> None:
    lesson, variant = VARIANTS[name]
    done = subprocess.run(
        [sys.executable, "-m", "flask", "--app", variant.file.removesuffix(".py"), "routes"],
        cwd=lesson.folder,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    rules = re.findall(r"(/\S*)\s*$", done.stdout, re.MULTILINE)
    served = Map([Rule(rule, endpoint=rule) for rule in rules]).bind("localhost")
    first = next(each for each in lesson.job(variant.id).requests if not each.socket)
    assert served.test(first.path.partition("?")[0])


@pytest.mark.parametrize("folder", [lesson.folder for lesson in LESSONS], ids=lambda f: f.name)
def test_the_introduction_has_one_to_two_hundred_words(folder: Path) -> None:
    words = (folder / "lesson.md").read_text(encoding="utf-8").split()
    assert 100 <= len(words) <= 200
