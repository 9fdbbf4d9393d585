"""What came of a class, and that a spreadsheet can open it without harm."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.classroom.making import SCENE, answer, capital, join, key
from tests.classroom.test_session import refused
from tests.classroom.test_votes import about_the_run
from visualizer.classroom import Register, Session
from visualizer.classroom.result_tables import cell
from visualizer.classroom.results import TABLES, gain


@pytest.fixture
def plain(register: Register, session: Session) -> dict[str, Any]:
    """Of students in two votes; one was removed, one came late, one left early, one is idle."""
    ana, ben, zoe, eva, out, late = join(session, 6)
    session.admit(key(9), "Idle")
    n = session.ask(about_the_run(points=3))
    first = ("idle", "idle", "completed", "completed", "idle")
    for seat, given_ in zip((ana, ben, zoe, eva, out), first, strict=True):
        answer(session, seat, given_)
    session.vote(n, "show")
    session.vote(n, "again")
    for seat, given_ in zip((ana, ben, zoe), ("completed", "sleeping", "completed"), strict=True):
        answer(session, seat, given_, round=2)
    answer(session, late, "completed", round=2)
    session.vote(n, "reveal")
    session.vote(n, "dismiss")
    session.remove(out)
    n = session.ask(capital(None))
    answer(session, ana, "Rome")
    session.vote(n, "dismiss")
    return register.export(session.code).plain()


def test_a_question(plain: dict[str, Any]) -> None:
    first = plain["questions"][0]
    assert first["right"] == ["completed"]
    assert [round["answered"] for round in first["rounds"]] == [4, 4]
    assert [round["right"] for round in first["rounds"]] == [2, 3]
    idle = first["rounds"][0]["answers"][3]
    assert (idle["answer"], idle["count"], idle["right"]) == ("idle", 2, False)
    assert idle["reason"].startswith("That is one step later")
    assert first["changed"] == {
        "wrong_right": 1,
        "right_wrong": 0,
        "right_right": 1,
        "wrong_wrong": 1,
    }
    assert first["gain"] == pytest.approx((2 / 3 - 1 / 3) / (1 - 1 / 3))
    opinion = plain["questions"][1]
    assert (opinion["changed"], opinion["gain"]) == (None, None)
    assert opinion["rounds"][0]["right_share"] is None
    assert opinion["rounds"][0]["answers"][0]["right"] is None


def test_a_student(plain: dict[str, Any]) -> None:
    ana, ben, zoe, eva, out, late, idle = plain["students"]
    assert (ana["answered"], ana["right_first"], ana["right_last"], ana["points"]) == (2, 0, 1, 3)
    assert [given_["answer"] for given_ in ben["answers"]["1"]] == ["idle", "sleeping"]
    assert (zoe["right_first"], zoe["right_last"]) == (1, 1)
    assert (eva["right_last"], eva["points"]) == (1, 3)
    assert out["removed"] is True
    assert (late["right_first"], late["right_last"]) == (0, 1)
    assert (idle["answered"], idle["answers"]) == (0, {})


def test_misconceptions(plain: dict[str, Any]) -> None:
    idle, sleeping = plain["misconceptions"]
    assert (idle["answer"], idle["first"], idle["last"]) == ("idle", 2, 0)
    assert (sleeping["answer"], sleeping["first"], sleeping["last"]) == ("sleeping", 0, 1)
    assert idle["meaning"].startswith("That is one step later")


def test_steps_and_parts_are_misconceptions_too(register: Register, session: Session) -> None:
    from tests.classroom.test_asking import made_up

    seats = join(session, 2)
    n = session.ask(about_the_run("when_answered"))
    answer(session, seats[0], 6)
    session.vote(n, "dismiss")
    n = session.ask(made_up(kind="choices", answer=["a", "b"]))
    answer(session, seats[0], ["a"])
    session.vote(n, "dismiss")
    n = session.ask(made_up(kind="number", choices=[], answer=5))
    answer(session, seats[0], 4)
    answer(session, seats[1], 7)
    step, part, low, high = register.export(session.code).plain()["misconceptions"]
    assert step["answer"].startswith("Step 6: ")
    assert step["meaning"].startswith("That would be true if")
    assert (part["answer"], part["meaning"]) == (
        "only a part",
        "That is right, but not all of it.",
    )
    assert (high["answer"], low["answer"]) == ("too low", "too high")


def test_results_need_the_secret_and_outlive_the_class(register: Register) -> None:
    started = register.start("", SCENE)
    session = register.session(started.code)
    join(session, 2)
    session.end()
    register.expire()
    plain = register.results(started.code.lower(), started.secret).plain()
    assert plain["class"]["students"] == 2
    assert json.loads(json.dumps(plain)) == plain
    told = {
        str(refused("no_class", lambda c=code, s=secret: register.results(c, s)).answer())
        for code, secret in [
            (started.code, "wrong"),
            (started.code, key(0)),
            (started.code, None),
            ("ZZZZZZ", started.secret),
            (None, None),
        ]
    }
    assert len(told) == 1
    for secret in (started.secret, key(0)):
        assert secret not in json.dumps(plain)


def test_a_deleted_student_is_not_in_the_results_of_a_running_class(
    url: str, register: Register
) -> None:
    started = register.start("", SCENE)
    session = register.session(started.code)
    join(session, 2)
    other = Register(url)
    other.open()
    other.delete_seat(started.code, 1)
    other.close()
    students = register.results(started.code, started.secret).plain()["students"]
    assert [student["seat"] for student in students] == [2]


def test_tables(register: Register, session: Session, plain: dict[str, Any]) -> None:
    results = register.export(session.code)
    tables = {name: list(csv.DictReader(io.StringIO(results.csv(name)))) for name in TABLES}
    assert {name: len(rows) for name, rows in tables.items()} == {
        "answers": 10,
        "questions": 2,
        "students": 7,
        "misconceptions": 2,
    }
    assert tables["questions"][0]["Normalised gain"] == "0.5"
    assert tables["questions"][1]["Last: answered"] == ""
    assert tables["students"][0]["Answer 1"] == "completed"
    assert [row["Vote"] for row in tables["answers"]] == ["1"] * 5 + ["2"] * 4 + ["1"]
    assert tables["answers"][0]["Answered (UTC)"].startswith("20")


def test_no_name_becomes_a_formula(register: Register, session: Session) -> None:
    session.admit(key(1), "=cmd|'/c calc'!A1")
    session.admit(key(2), '-1+1, "quoted"')
    session.admit(key(3), "@SUM(A1)")
    rows = list(csv.DictReader(io.StringIO(register.export(session.code).csv("students"))))
    assert [row["Name"][0] for row in rows] == ["'", "'", "'"]
    assert rows[1]["Name"] == '\'-1+1, "quoted"'


@given(st.one_of(st.text(), st.integers(), st.floats(allow_nan=False), st.none(), st.booleans()))
def test_a_cell_never_begins_like_a_formula(value: object) -> None:
    made = cell(value)
    if isinstance(value, str):
        assert not made.startswith(("=", "+", "-", "@", "\t", "\r", "\n"))
        assert made in (value, f"'{value}")


@pytest.mark.parametrize(
    ("before", "after", "told"), [(0.4, 0.7, 0.5), (0.5, 0.25, -0.5), (1.0, 1.0, None), (0, 0, 0)]
)
def test_the_normalised_gain(before: float, after: float, told: float | None) -> None:
    assert gain(before, after) == (told if told is None else pytest.approx(told))
