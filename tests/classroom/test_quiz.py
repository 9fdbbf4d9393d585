"""Answers are judged by the run: every kind of question, right, wrong and impossible."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from tests.support.shipped import SHIPPED
from tests.trace.runs import INLINE_APP, THREAD_APP, about, inline_run, thread_run
from visualizer.classroom import AnswerError, ProofStep, grade
from visualizer.lessons import Question
from visualizer.trace import Trace, derive

LONG_TASK = SHIPPED.lessons["long_task"]


@pytest.fixture(scope="module")
def thread() -> Trace:
    return derive(about(THREAD_APP), thread_run())


@pytest.fixture(scope="module")
def inline() -> Trace:
    return derive(about(INLINE_APP, variant="inline"), inline_run())


def question(**changes: Any) -> Question:
    plain = {
        "id": "q",
        "kind": "choice",
        "variant": "thread",
        "text": "?",
        "hint": "!",
        "explanation": "Because.",
        "proof": {"where": "response sent"},
    }
    return msgspec.convert(plain | changes, Question)


def test_the_three_reference_questions(thread: Trace, inline: Trace) -> None:
    answered, status, main = LONG_TASK.quiz[:3]
    verdict = grade(answered, 4, thread)
    assert (verdict.correct, verdict.step) == (True, ProofStep("thread", 4))
    assert verdict.explanation.startswith("The user has the response at step 4.")
    verdict = grade(status, "completed", thread)
    assert (verdict.correct, verdict.step) == (True, ProofStep("thread", 6))
    verdict = grade(main, "The response is delayed until the task finishes", inline)
    assert verdict.correct
    assert verdict.step is not None
    assert verdict.step.variant == "inline"


def test_every_wrong_answer_is_told_why_and_what_is_right(thread: Trace, inline: Trace) -> None:
    for asked in LONG_TASK.quiz[:3]:
        trace = thread if asked.variant == "thread" else inline
        given: list[Any] = list(asked.choices) or [step.n for step in trace.steps]
        verdicts = [grade(asked, answer, trace) for answer in given]
        assert [verdict.correct for verdict in verdicts].count(True) == 1
        right = next(verdict for verdict in verdicts if verdict.correct).explanation
        for verdict in verdicts:
            assert "?" not in verdict.explanation
            assert verdict.correct or verdict.explanation.endswith(f" {right}")
        told = {verdict.explanation for verdict in verdicts}
        assert len(told) == len(given)


def test_a_choice_is_matched_to_what_the_run_says(thread: Trace) -> None:
    asked = question(choices=["200", "404"], query="requests[0].status", wrong={"404": "No."})
    assert grade(asked, "200", thread).correct
    assert grade(asked, "404", thread).explanation == "No. Because."


def test_several_choices_have_to_be_all_and_only_the_right_ones(thread: Trace) -> None:
    asked = question(
        kind="choices", choices=["a", "b", "c"], answer=["a", "c"], wrong={"b": "Not b."}
    )
    assert grade(asked, ["c", "a"], thread).correct
    assert grade(asked, ["a", "b", "c"], thread).explanation == "Not b. Because."
    assert grade(asked, ["a"], thread).explanation == "That is right, but not all of it. Because."


def test_a_reason_that_two_mistakes_share_is_told_once(thread: Trace) -> None:
    asked = question(
        kind="choices",
        choices=["a", "b", "c"],
        answer=["c"],
        wrong={"a": "It waits.", "b": "It waits."},
    )
    assert grade(asked, ["a", "b"], thread).explanation == "It waits. Because."


def test_an_order_has_to_be_the_order_of_the_run(thread: Trace) -> None:
    asked = question(
        kind="order",
        choices=["task finished", "response sent", "task started"],
        query="steps[?moment=='task started' || moment=='response sent'"
        " || moment=='task finished'].moment",
        wrong={"task finished": "It ends last."},
    )
    assert grade(asked, ["task started", "response sent", "task finished"], thread).correct
    verdict = grade(asked, ["task finished", "task started", "response sent"], thread)
    assert verdict.explanation == "It ends last. Because."


def test_a_number_may_be_off_by_its_tolerance(thread: Trace) -> None:
    asked = question(
        kind="number",
        query="requests[0].done",
        tolerance=0.01,
        wrong={"too low": "Low.", "too high": "High."},
    )
    assert grade(asked, 0.003, thread).correct
    assert grade(asked, 0.0129, thread).correct
    assert grade(asked, 0.014, thread).explanation == "High. Because."
    assert grade(asked, -1, thread).explanation == "Low. Because."


def test_a_step_nobody_spoke_about_is_told_by_its_action(thread: Trace) -> None:
    asked = question(kind="step", query="steps[?moment=='response sent'].n | [0]")
    assert grade(asked, 6, thread).explanation == "Step 6 is “the task completes”. Because."
    assert grade(asked, 4.0, thread).correct


def test_several_steps_may_be_right(thread: Trace) -> None:
    asked = question(
        kind="step",
        query="steps[?lane=='thread-1'].n",
        explanation="At {steps[?lane=='thread-1'].n}.",
    )
    assert [grade(asked, n, thread).correct for n in (4, 5, 6)] == [False, True, True]
    assert grade(asked, 5, thread).explanation == "At 5, 6."
    with pytest.raises(AnswerError):
        grade(question(kind="step", query="steps[?lane=='x'].n"), 5, thread)


CHOICE: dict[str, Any] = {"choices": ["a", "b"], "answer": "a"}
CHOICES: dict[str, Any] = {"kind": "choices", "choices": ["a", "b"], "answer": ["a"]}
ORDER: dict[str, Any] = {"kind": "order", "choices": ["a", "b"], "answer": ["a", "b"]}
STEP: dict[str, Any] = {"kind": "step", "answer": 4}
NUMBER: dict[str, Any] = {"kind": "number", "answer": 4}


@pytest.mark.parametrize(
    ("asked", "given"),
    [
        (CHOICE, "c"),
        (CHOICE, 1),
        (CHOICE, None),
        (CHOICE, ["a"]),
        (CHOICES, "a"),
        (CHOICES, ["a", "a"]),
        (CHOICES, ["c"]),
        (CHOICES, [1]),
        (CHOICES, [["a"]]),
        (ORDER, ["a"]),
        (ORDER, ["a", "a"]),
        (STEP, 0),
        (STEP, 8),
        (STEP, 2.5),
        (STEP, True),
        (STEP, "4"),
        (STEP, 10**400),
        (NUMBER, float("nan")),
        (NUMBER, float("inf")),
        (NUMBER, "4"),
        (NUMBER, False),
        (NUMBER, {}),
    ],
)
def test_an_answer_of_a_wrong_shape_is_refused(
    thread: Trace, asked: dict[str, Any], given: Any
) -> None:
    with pytest.raises(AnswerError) as caught:
        grade(question(**asked), given, thread)
    assert caught.value.field == "answer"


def test_a_huge_number_is_only_wrong(thread: Trace) -> None:
    assert not grade(question(**NUMBER), 10**400, thread).correct


@pytest.mark.parametrize("query", ["steps[?moment=='task lost'].n | [0]", "length(duration)"])
def test_a_run_without_an_answer_is_told_so(thread: Trace, query: str) -> None:
    with pytest.raises(AnswerError) as caught:
        grade(question(kind="step", query=query), 4, thread)
    assert caught.value.field == "parameters"


def test_a_proof_may_be_a_query_or_missing_from_the_run(thread: Trace) -> None:
    by_query = question(**CHOICE, proof={"query": "steps[-1].n"})
    assert grade(by_query, "a", thread).step == ProofStep("thread", 7)
    for proof in ({"where": "task lost"}, {"query": "length(steps) + `1`"}, {"query": "`99`"}):
        assert grade(question(**CHOICE, proof=proof), "a", thread).step is None
