"""Asking, voting, revealing: what fits when, what counts, what nobody learns before its time."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.classroom.making import Clock, answer, capital, join, new_id
from tests.classroom.test_session import Again, refused
from tests.support.shipped import SHIPPED
from tests.trace.runs import THREAD_APP, about, thread_run
from visualizer.classroom import Asked, Register, Session, from_lesson
from visualizer.classroom.shapes import MAX_ROUNDS
from visualizer.trace import derive

LONG_TASK = SHIPPED.lessons["long_task"]
TRACE = derive(about(THREAD_APP), thread_run())


def about_the_run(id: str = "status_after_completion", **more: Any) -> Asked:
    question = LONG_TASK.question(id)
    return from_lesson("long_task", question, TRACE, parameters={"task_seconds": 5}, **more)


def public(session: Session) -> dict[str, Any]:
    found = session.public_question()
    assert found is not None
    return found


def votes(session: Session) -> dict[str, Any]:
    found = session.votes()
    assert found is not None
    return found


def test_peer_instruction_from_the_question_to_its_end(session: Session) -> None:
    ana, ben, zoe = join(session, 3)
    n = session.ask(about_the_run())
    for seat, given in ((ana, "sleeping"), (ben, "completed"), (zoe, "idle")):
        answer(session, seat, given)
    assert votes(session)["advice"] is None
    session.vote(n, "close")
    told = votes(session)
    assert (told["advice"], told["answered"], told["of"]) == ("hint", 3, 3)
    session.vote(n, "hint")
    session.vote(n, "show")
    assert public(session)["hint"] == LONG_TASK.question("status_after_completion").hint
    session.vote(n, "again")
    assert (public(session)["round"], public(session)["distribution"]) == (2, None)
    answer(session, ana, "completed", round=2)
    answer(session, ben, "completed", round=2)
    session.vote(n, "reveal")
    told = public(session)
    assert told["distribution"] == [
        [
            {"answer": choice, "count": count}
            for choice, count in zip(told["choices"], counts, strict=True)
        ]
        for counts in ((0, 1, 1, 1), (0, 0, 2, 0))
    ]
    assert told["answered_by_round"] == [3, 2]
    assert told["reveal"]["answers"] == ["completed"]
    assert told["reveal"]["step"] == {"variant": "thread", "n": 6}
    assert votes(session)["advice"] is None
    verdict = session.verdict(zoe, n)
    assert (verdict["answered"], verdict["correct"]) == (True, False)
    assert verdict["explanation"].startswith("That is one step later")
    session.vote(n, "dismiss")
    assert session.public_question() is None
    assert session.votes() is None
    assert session.verdict(ana, n)["correct"] is True
    assert session.missed(zoe) == [
        {"n": 1, "text": about_the_run().text, "stage": "revealed", "answered": True}
    ]


@pytest.mark.parametrize(
    ("right", "told"), [(1, "hint"), (3, "hint"), (4, "discuss"), (7, "discuss"), (8, "move_on")]
)
def test_the_advice(session: Session, right: int, told: str) -> None:
    seats = join(session, 10)
    n = session.ask(capital())
    for seat in seats:
        answer(session, seat, "Rome" if seat <= right else "Turin")
    session.vote(n, "close")
    assert votes(session)["right_share"] == right / 10
    assert votes(session)["advice"] == told


def test_nothing_of_the_answer_is_out_before_the_reveal(session: Session) -> None:
    asked = about_the_run()
    hidden = [asked.key.explanation, *asked.key.reasons.values(), asked.hint]
    (ana, _) = join(session, 2)
    n = session.ask(asked)
    answer(session, ana, "idle")
    for do in ("close", "show", "again", "show"):
        session.vote(n, do)
        told = public(session)
        text = json.dumps([told, session.mine(ana), session.missed(ana)], ensure_ascii=False)
        assert not [secret for secret in hidden if secret in text]
        assert "right" not in text
        assert told["reveal"] is None
        assert (told["distribution"] is None) == (told["stage"] != "shown")
        assert refused("not_yet", lambda: session.verdict(ana, n)).message not in hidden
    session.vote(n, "dismiss")
    refused("not_yet", lambda: session.verdict(ana, n))


@pytest.mark.parametrize(
    ("before", "never"),
    [
        ([], ["again"]),
        (["close"], ["close"]),
        (["show"], ["close", "show"]),
        (["reveal"], ["close", "show", "hint", "again", "reveal"]),
    ],
)
def test_what_does_not_fit_is_refused(
    session: Session, before: list[Any], never: list[Any]
) -> None:
    n = session.ask(capital())
    refused("stage", lambda: session.vote(n, "hint"))  # it has none
    for do in before:
        session.vote(n, do)
    before_it = session.public_question()
    for do in never:
        refused("stage", lambda do=do: session.vote(n, do))
    refused("unknown_question", lambda: session.vote(n + 1, "close"))
    refused("open_question", lambda: session.ask(capital()))
    assert session.public_question() == before_it


def test_there_are_only_so_many_rounds(session: Session) -> None:
    n = session.ask(capital())
    for _ in range(MAX_ROUNDS - 1):
        session.vote(n, "close")
        session.vote(n, "again")
    session.vote(n, "close")
    refused("stage", lambda: session.vote(n, "again"))


def test_the_newest_answer_counts_and_a_repeated_one_does_not(
    url: str, clock: Clock, register: Register, session: Session
) -> None:
    (ana,) = join(session, 1)
    n = session.ask(capital(points=5))
    first, second = new_id(), new_id()
    assert session.answer(ana, first, n, 1, "Rome").repeated is False
    session.answer(ana, second, n, 1, "Milan")
    for _ in range(3):
        again = session.answer(ana, first, n, 1, "Rome")
        assert (again.id, again.repeated) == (first, True)
    assert session.mine(ana) == {"asked": n, "round": 1, "answer": "Milan", "id": second}
    session.vote(n, "close")
    assert session.answer(ana, second, n, 1, "Turin").repeated is True
    refused("closed", lambda: session.answer(ana, new_id(), n, 1, "Rome"))
    session.vote(n, "again")
    refused("closed", lambda: session.answer(ana, new_id(), n, 1, "Rome"))
    assert session.answer(ana, first, n, 2, "Rome").round == 1
    session.vote(n, "reveal")
    verdict = session.verdict(ana, n)
    assert (verdict["answered"], verdict["correct"], verdict["points"]) == (True, False, 0)
    with Again(url, clock, session.code) as after:
        assert after.answer(ana, first, n, 1, "Rome").repeated is True
        assert after.snapshot() == session.snapshot()
    line = next(line for line in register.overview() if line.code == session.code)
    assert line.answers == 2


@pytest.mark.parametrize(
    ("code", "asked", "round", "given"),
    [
        ("unknown_question", 0, 1, "Rome"),
        ("unknown_question", 2, 1, "Rome"),
        ("unknown_question", -1, 1, "Rome"),
        ("closed", 1, 2, "Rome"),
        ("closed", 1, 0, "Rome"),
        ("answer", 1, 1, "Paris"),
        ("answer", 1, 1, None),
        ("answer", 1, 1, ["Rome"]),
        ("answer", 1, 1, "x" * 100_000),
        ("answer", 1, 1, {"answer": "Rome"}),
    ],
)
def test_bad_answers_change_nothing(
    session: Session, code: str, asked: int, round: int, given: object
) -> None:
    (ana,) = join(session, 1)
    session.ask(capital())
    before = session.snapshot()
    refused(code, lambda: session.answer(ana, new_id(), asked, round, given))
    assert session.snapshot() is before


@pytest.mark.parametrize("id", ["", "short", "x" * 65, "with space in it..", None, 7, "ä" * 20])
def test_an_id_has_a_form(session: Session, id: object) -> None:
    (ana,) = join(session, 1)
    n = session.ask(capital())
    refused("id", lambda: session.answer(ana, id, n, 1, "Rome"))


def test_an_answer_to_an_earlier_question_is_closed(session: Session) -> None:
    (ana,) = join(session, 1)
    first = session.ask(capital())
    session.vote(first, "dismiss")
    session.ask(capital())
    refused("closed", lambda: session.answer(ana, new_id(), first, 1, "Rome"))


def test_a_timed_vote_closes_by_itself(session: Session, clock: Clock) -> None:
    ana, ben = join(session, 2)
    n = session.ask(capital(seconds=20))
    closes = public(session)["closes_at"]
    assert closes == int(clock() * 1000) + 20_000
    assert session.due is not None and closes < session.due <= closes + 1000
    clock.pass_by(20.5)  # what was on its way at the end still counts
    answer(session, ana, "Rome")
    assert session.settle() is False
    clock.pass_by(0.3)
    assert public(session)["stage"] == "closed"
    refused("closed", lambda: session.answer(ben, new_id(), n, 1, "Rome"))
    assert session.settle() is True
    assert (session.due, session.settle()) == (None, False)
    assert public(session)["here_answered"] == 1
    session.vote(n, "again")
    assert public(session)["closes_at"] == int(clock() * 1000) + 20_000


def test_a_timed_vote_can_be_closed_before(session: Session, clock: Clock) -> None:
    (ana,) = join(session, 1)
    n = session.ask(capital(seconds=20))
    session.vote(n, "show")
    refused("closed", lambda: session.answer(ana, new_id(), n, 1, "Rome"))
    assert session.due is None


def test_points_are_for_the_last_answer(session: Session) -> None:
    ana, ben, zoe = join(session, 3)
    n = session.ask(capital(points=10))
    answer(session, ana, "Rome")
    answer(session, ben, "Milan")
    session.vote(n, "show")
    session.vote(n, "again")
    answer(session, ben, "Rome", round=2)
    session.vote(n, "reveal")
    assert [session.verdict(seat, n)["points"] for seat in (ana, ben, zoe)] == [10, 10, 0]
    assert session.verdict(zoe, n)["correct"] is None
    refused("unknown_question", lambda: session.verdict(ana, 9))


def test_an_opinion_has_no_right_answer(session: Session) -> None:
    (ana,) = join(session, 1)
    n = session.ask(capital(None, points=10))
    answer(session, ana, "Turin")
    session.vote(n, "reveal")
    assert session.verdict(ana, n) == {
        "answered": True,
        "correct": None,
        "explanation": "",
        "step": None,
        "points": 0,
    }
    told = votes(session)
    assert (told["right_share"], told["advice"], told["right"]) == (None, None, [])


def test_a_late_joiner_sees_the_present_and_what_was_missed(session: Session) -> None:
    (ana,) = join(session, 1)
    session.vote(session.ask(capital()), "dismiss")
    second = session.ask(about_the_run("when_answered"))
    answer(session, ana, 4)
    (_, zoe) = join(session, 2)
    assert session.missed(zoe) == [
        {"n": 1, "text": "Capital of Italy?", "stage": "closed", "answered": False}
    ]
    assert session.mine(zoe) is None
    assert public(session)["asked"] == second
