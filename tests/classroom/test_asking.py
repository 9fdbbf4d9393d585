"""Questions as they are put: an answer key from the run, and what a host may make up."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from tests.classroom.making import answer, capital, join
from tests.classroom.test_session import refused
from tests.classroom.test_votes import LONG_TASK, TRACE, about_the_run, public, votes
from visualizer.classroom import Adhoc, Asked, Session, from_adhoc, from_lesson, grade, records
from visualizer.classroom.quiz import is_right, reason_for


def made_up(**fields: Any) -> Asked:
    plain = {"kind": "choice", "text": "Why?", "choices": ["a", "b"]}
    return from_adhoc("long_task", Adhoc(**(plain | fields)), TRACE)


def test_a_key_judges_as_the_run_does() -> None:
    for question in LONG_TASK.quiz[:2]:
        asked = about_the_run(question.id)
        for given in question.choices or range(1, len(TRACE.steps) + 1):
            verdict = grade(question, given, TRACE)
            assert is_right(asked.key, given) == verdict.correct
            reason = "" if verdict.correct else reason_for(asked.key, given)
            assert f"{reason} {asked.key.explanation}".strip() == verdict.explanation
        assert asked.key.proof == verdict.step


def test_a_question_is_stored_as_it_is() -> None:
    for asked in (about_the_run("when_answered"), capital(), made_up(answer=None)):
        records.check_storable(asked, "question")


def test_settings_without_an_answer_are_refused() -> None:
    question = LONG_TASK.question("status_after_completion")
    empty = msgspec.structs.replace(TRACE, steps=[])
    caught = refused("parameters", lambda: from_lesson("x", question, empty, parameters={}))
    assert caught.field == "question"


@pytest.mark.parametrize(
    ("field", "fields"),
    [
        ("text", {"text": " \u200b"}),
        ("choices", {"choices": ["one"]}),
        ("choices", {"choices": []}),
        ("choices", {"choices": ["a", " a "]}),
        ("choices", {"choices": [str(n) for n in range(9)]}),
        ("choices[1]", {"choices": ["a", ""]}),
        ("choices", {"kind": "number"}),
        ("answer", {"answer": "c"}),
        ("answer", {"answer": ["a"]}),
        ("answer", {"answer": {"a": 1}}),
        ("answer", {"kind": "choices", "answer": []}),
        ("answer", {"kind": "choices", "answer": ["a", 1]}),
        ("answer", {"kind": "number", "choices": [], "answer": "five"}),
        ("answer", {"kind": "number", "choices": [], "answer": float("nan")}),
        ("answer", {"kind": "step", "choices": [], "variant": "thread", "answer": 99}),
        ("variant", {"kind": "step", "choices": [], "answer": 1}),
    ],
)
def test_mistakes_are_named(field: str, fields: dict[str, Any]) -> None:
    assert refused("adhoc", lambda: made_up(**fields)).field == f"adhoc.{field}"


@pytest.mark.parametrize("more", [{"seconds": 4}, {"seconds": 3601}, {"points": -1}])
def test_seconds_and_points_have_bounds(more: dict[str, int]) -> None:
    refused(*more, lambda: capital(**more))
    refused(*more, lambda: about_the_run(**more))


def test_texts_are_plain_and_tidied() -> None:
    asked = made_up(text=" Is\n<b>this</b>\u202e it? ", choices=["ye s", "ｎｏ"], answer="ｎｏ")
    assert (asked.text, asked.key.choices) == ("Is <b>this</b> it?", ["ye s", "no"])
    assert asked.key.right == "no"


def test_several_choices_count_one_by_one(session: Session) -> None:
    seats = join(session, 3)
    session.ask(made_up(kind="choices", choices=["a", "b", "c"], answer=["a", "b"]))
    for seat, given in zip(seats, (["b", "a"], ["a"], []), strict=True):
        answer(session, seat, given)
    assert votes(session)["distribution"] == [
        [
            {"answer": "a", "count": 2, "right": True},
            {"answer": "b", "count": 1, "right": True},
            {"answer": "c", "count": 0, "right": False},
        ]
    ]
    assert votes(session)["right_share"] == 1 / 3
    assert votes(session)["right"] == ["a", "b"]


def test_numbers_are_told_in_order_and_in_ranges_where_they_are_many(session: Session) -> None:
    seats = join(session, 30)
    n = session.ask(made_up(kind="number", choices=[], unit="s", answer=2.5, tolerance=0.5))
    for seat, given in zip(seats, (3, 0.25, 2.5, 2.5), strict=False):
        answer(session, seat, given)
    assert votes(session)["distribution"] == [
        [
            {"answer": "0.25 s", "count": 1, "right": False},
            {"answer": "2.5 s", "count": 2, "right": True},
            {"answer": "3 s", "count": 1, "right": True},
        ]
    ]
    for seat in seats:
        answer(session, seat, seat * 10**12)
    session.vote(n, "show")
    bars = public(session)["distribution"][0]
    assert len(bars) == 8
    assert sum(bar["count"] for bar in bars) == 30


def test_a_step_is_pointed_at(session: Session) -> None:
    ana, ben = join(session, 2)
    n = session.ask(about_the_run("when_answered"))
    answer(session, ana, 6)
    answer(session, ben, 4)
    refused("answer", lambda: answer(session, ana, 99))
    session.vote(n, "reveal")
    told = public(session)
    assert [bar["answer"].partition(":")[0] for bar in told["distribution"][0]] == [
        "Step 4",
        "Step 6",
    ]
    assert told["reveal"]["answers"][0].startswith("Step 4: ")
    assert told["reveal"]["reasons"]["6"].startswith("That would be true if")
    assert session.verdict(ana, n)["explanation"].startswith("That would be true if")


def test_an_order_is_told_as_a_whole(session: Session) -> None:
    asked = capital()
    key = msgspec.structs.replace(asked.key, kind="order", right=["Turin", "Milan", "Rome"])
    seats = join(session, 3)
    session.ask(msgspec.structs.replace(asked, key=key))
    for seat in seats:
        order = ["Turin", "Milan", "Rome"] if seat > 1 else ["Rome", "Milan", "Turin"]
        answer(session, seat, order)
    assert votes(session)["distribution"] == [
        [
            {"answer": "Turin → Milan → Rome", "count": 2, "right": True},
            {"answer": "Rome → Milan → Turin", "count": 1, "right": False},
        ]
    ]
