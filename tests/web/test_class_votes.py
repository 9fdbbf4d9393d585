"""Asking and voting: graded against the class's own run, each answer once, closed in time."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

import pytest

from tests.support.server import Server

from .classes import SCENE, TEA, Class, new_id, request


@pytest.fixture
def lesson(class_server: Server) -> Iterator[Class]:
    with Class(class_server.url, scene=SCENE) as lesson:
        yield lesson


def seconds(duration: float) -> dict[str, Any]:
    slots = [{**slot, "parameters": {"task_seconds": duration}} for slot in SCENE["slots"]]
    return {**SCENE, "slots": slots}


def test_a_question_is_graded_by_the_run_that_the_class_sees(lesson: Class) -> None:
    host, ana = lesson.host("present"), lesson.student()
    found = []
    for duration in (2.0, 7.0):
        drive = {"token": host.snapshot["token"], "scene": seconds(duration)}
        assert host.ask("drive", drive)["seq"]
        asked = host.ask("ask", {"adhoc": STEP})["asked"]
        question = ana.until("question", asked=asked)
        assert question["parameters"]["task_seconds"] == duration
        assert ana.answer(asked, 1)["stored"]
        host.vote(asked, "reveal")
        assert ana.until("question", stage="revealed")["reveal"]["answers"][0].startswith("Step 2")
        found.append(ana.ask("verdict", {"asked": asked})["correct"])
        host.vote(asked, "dismiss")
    assert found == [False, False]


STEP = {"kind": "step", "text": "When is the answer sent?", "variant": "thread", "answer": 2}


def test_the_run_s_own_answer_follows_the_parameters(lesson: Class) -> None:
    """The step that answers the user is where the run has it, not where the author thought."""
    host, ana = lesson.host("present"), lesson.student()
    asked = host.ask("ask", {"question": "when_answered"})["asked"]
    votes = host.until("votes", asked=asked)
    (right,) = votes["right"]
    number = int(right.split(":")[0].removeprefix("Step "))
    assert ana.answer(asked, number)["stored"]
    host.vote(asked, "reveal")
    verdict = ana.ask("verdict", {"asked": asked})
    assert verdict["correct"] is True
    assert verdict["step"]["variant"] == "thread"
    assert verdict["explanation"]


@pytest.mark.parametrize(
    "given",
    [99, 0, -1, "2", 2.5, None, [2], {"n": 2}, True, 10**400],
    ids=lambda given: repr(given)[:9],
)
def test_answers_that_the_question_does_not_take(lesson: Class, given: Any) -> None:
    host, ana = lesson.host(), lesson.student()
    asked = host.ask("ask", {"question": "when_answered"})["asked"]
    error = ana.answer(asked, given)["error"]
    assert (error["code"], error["field"]) == ("answer", "answer")
    assert lesson.host().snapshot["votes"]["answered"] == 0


@pytest.mark.parametrize(
    ("wish", "field"),
    [
        ({"adhoc": {**TEA, "choices": ["tea"]}}, "adhoc.choices"),
        ({"adhoc": {**TEA, "choices": ["x" * 10_000, "y"]}}, "adhoc.choices[0]"),
        ({"adhoc": {**TEA, "choices": ["tea", "tea"]}}, "adhoc.choices"),
        ({"adhoc": {**TEA, "answer": "cocoa"}}, "adhoc.answer"),
        ({"adhoc": {**TEA, "text": " "}}, "adhoc.text"),
        ({"adhoc": {**STEP, "answer": 999}}, "adhoc.answer"),
        ({"adhoc": {**STEP, "variant": None}}, "adhoc.variant"),
        ({"adhoc": {**STEP, "variant": "nope"}}, "variant"),
    ],
)
def test_questions_that_cannot_be_asked(lesson: Class, wish: Any, field: str) -> None:
    host, ana = lesson.host(), lesson.student()
    error = host.ask("ask", wish)["error"]
    assert error["field"] == field
    assert ana.nothing("question")
    assert host.ask("ask", {"adhoc": TEA})["asked"] == 1


def test_markup_in_a_question_stays_text(lesson: Class) -> None:
    host, ana = lesson.host(), lesson.student()
    text = "<img src=x onerror=alert(1)> ?"
    host.ask("ask", {"adhoc": {**TEA, "text": text, "choices": ["<b>", "&amp;"]}})
    question = ana.event("question")
    assert (question["text"], question["choices"]) == (text, ["<b>", "&amp;"])


def test_one_question_at_a_time_and_stages_in_order(lesson: Class) -> None:
    host, ana = lesson.host(), lesson.student()
    asked = host.ask("ask", {"adhoc": TEA})["asked"]
    assert host.refused("ask", {"adhoc": TEA}) == "open_question"
    for do in ("hint", "again"):
        assert host.refused("vote", {"asked": asked, "do": do}) == "stage"
    for wrong in (asked + 1, 0, -5):
        assert host.refused("vote", {"asked": wrong, "do": "close"}) == "unknown_question"
    host.vote(asked, "close")
    assert host.refused("vote", {"asked": asked, "do": "close"}) == "stage"
    host.vote(asked, "show")
    assert host.refused("vote", {"asked": asked, "do": "show"}) == "stage"
    for round in range(2, 6):
        host.vote(asked, "again")
        assert ana.until("question", stage="voting", round=round)
        host.vote(asked, "show")
    assert host.refused("vote", {"asked": asked, "do": "again"}) == "stage"
    host.vote(asked, "reveal")
    assert host.refused("vote", {"asked": asked, "do": "reveal"}) == "stage"
    host.vote(asked, "dismiss")
    assert host.refused("vote", {"asked": asked, "do": "dismiss"}) == "unknown_question"
    assert host.ask("ask", {"adhoc": TEA})["asked"] == asked + 1


def test_an_answer_is_counted_once_however_often_it_is_sent(lesson: Class) -> None:
    host, ana, bo = lesson.host(), lesson.student(), lesson.student()
    asked = host.ask("ask", {"adhoc": TEA})["asked"]
    id = new_id()
    for _ in range(5):
        assert ana.answer(asked, "tea", id=id) == {"id": id, "stored": True, "round": 1}
    assert bo.answer(asked, "tea", id=id)["stored"]  # somebody else's id is another answer
    assert ana.answer(asked, "coffee")["stored"]  # changed one's mind
    assert ana.answer(asked, "tea", id=id)["stored"]  # a late copy changes nothing
    votes = lesson.host().snapshot["votes"]
    assert votes["answered"] == 2
    assert {bar["answer"]: bar["count"] for bar in votes["distribution"][0]} == {
        "tea": 1,
        "coffee": 1,
    }
    host.vote(asked, "show")
    assert ana.answer(asked, "tea", id=id)["stored"]  # it was, whatever has happened since
    assert ana.answer(asked, "tea")["error"]["code"] == "closed"


def test_answers_out_of_order_and_to_foreign_questions(lesson: Class) -> None:
    host, ana = lesson.host(), lesson.student()
    assert ana.answer(1, "tea")["error"]["code"] == "unknown_question"
    first = host.ask("ask", {"adhoc": TEA})["asked"]
    assert ana.answer(first, "tea", round=2)["error"]["code"] == "closed"
    assert ana.answer(first, "tea", round=0)["error"]["code"] == "closed"
    assert ana.answer(first + 1, "tea")["error"]["code"] == "unknown_question"
    host.vote(first, "dismiss")
    second = host.ask("ask", {"adhoc": TEA})["asked"]
    assert ana.answer(first, "tea")["error"]["code"] == "closed"
    assert ana.answer(second, "tea")["stored"]
    assert ana.refused("verdict", {"asked": 99}) == "unknown_question"
    assert ana.refused("verdict", {"asked": first}) == "not_yet"


def test_a_late_joiner_sees_the_moment_and_what_was_missed(lesson: Class) -> None:
    host, ana = lesson.host(), lesson.student()
    first = host.ask("ask", {"adhoc": TEA})["asked"]
    ana.answer(first, "tea")
    host.vote(first, "reveal")
    host.vote(first, "dismiss")
    second = host.ask("ask", {"adhoc": TEA})["asked"]
    late = lesson.student().snapshot
    assert late["question"]["asked"] == second
    (missed,) = late["missed"]
    assert (missed["text"], missed["answered"]) == (TEA["text"], False)
    assert ana.connect()["missed"][0]["answered"] is True


def test_an_opinion_has_no_advice_and_a_question_has(lesson: Class) -> None:
    host = lesson.host("present")
    students = [lesson.student() for _ in range(3)]
    asked = host.ask("ask", {"adhoc": TEA})["asked"]
    students[0].answer(asked, "tea")
    host.vote(asked, "show")
    assert host.until("votes", stage="shown")["advice"] is None
    host.vote(asked, "dismiss")
    for right, advice in ((1, "hint"), (2, "discuss"), (3, "move_on")):
        asked = host.ask("ask", {"adhoc": {**TEA, "answer": "tea"}})["asked"]
        for place, student in enumerate(students):
            student.answer(asked, "tea" if place < right else "coffee")
        host.vote(asked, "show")
        votes = host.until("votes", asked=asked, stage="shown", answered=3)
        assert votes["advice"] == advice
        host.vote(asked, "dismiss")


def test_the_presenter_is_told_what_is_right_and_the_projected_stage_is_not(lesson: Class) -> None:
    stage, presenter = lesson.host(), lesson.host("present")
    asked = stage.ask("ask", {"adhoc": {**TEA, "answer": "tea"}})["asked"]
    assert presenter.until("votes", asked=asked)["right"] == ["tea"]
    told = stage.until("votes", asked=asked)
    for votes in (told, lesson.host().snapshot["votes"]):
        assert {"right", "explanation"}.isdisjoint(votes)
        assert all("right" not in bar for bars in votes["distribution"] for bar in bars)
    assert lesson.host("present").snapshot["votes"]["right"] == ["tea"]


def test_a_removed_student_s_vote_counts_no_more(lesson: Class) -> None:
    host, ana, bo = lesson.host(), lesson.student(), lesson.student()
    asked = host.ask("ask", {"adhoc": TEA})["asked"]
    ana.answer(asked, "tea")
    bo.answer(asked, "coffee")
    host.until("votes", answered=2)
    host.ask("manage", {"do": "remove", "seat": ana.seat})
    assert host.until("votes", answered=1)["of"] == 1


def test_notes_are_for_the_presenter_only(lesson: Class) -> None:
    presenter, stage, ana = lesson.host("present"), lesson.host(), lesson.student()
    notes = presenter.snapshot["notes"]
    assert notes
    assert "notes" not in stage.snapshot and "notes" not in ana.snapshot
    other = {**SCENE, "lesson": "greet", "slots": [{"variant": "late"}]}
    answer = stage.ask("drive", {"token": stage.snapshot["token"], "scene": other})
    assert "seq" in answer, answer
    told = presenter.event("notes")
    assert told["lesson"] == "greet"
    assert ana.event("moved")["scene"]["lesson"] == "greet"
    assert ana.nothing("notes") and stage.nothing("notes")


def test_results_of_what_was_voted(lesson: Class) -> None:
    host = lesson.host()
    students = [lesson.student() for _ in range(4)]
    asked = host.ask("ask", {"adhoc": {**TEA, "answer": "tea"}, "points": 10})["asked"]
    for student in students[:3]:
        student.answer(asked, "coffee")
    host.vote(asked, "show")
    host.vote(asked, "again")
    for student in students:
        student.answer(asked, "tea", round=2)
    host.vote(asked, "reveal")
    assert students[0].ask("verdict", {"asked": asked})["points"] == 10
    path = f"/classes/{lesson.code}/results.json"
    status, results, _ = request(lesson.url, path, secret=lesson.secret)
    assert status == 200
    (question,) = results["questions"]
    assert [part["right_share"] for part in question["rounds"]] == [0.0, 1.0]
    assert question["changed"]["wrong_right"] == 3
    assert {student["points"] for student in results["students"]} == {10}


def test_every_answer_of_a_student_whose_connection_drops_is_stored(lesson: Class) -> None:
    """The connection is lost after every few messages, sometimes before the answer to one."""
    chance = random.Random(5)
    host, ana = lesson.host(), lesson.student()
    for n in range(12):
        asked = host.ask("ask", {"adhoc": TEA})["asked"]
        id, given = new_id(), ("tea", "coffee")[n % 2]
        stored = False
        while not stored:
            lost = chance.random()
            if lost < 0.3:
                ana.drop()
                ana.connect()
            if 0.3 < lost < 0.6:  # sent, and never heard whether it arrived
                message = {"id": id, "asked": asked, "round": 1, "answer": given}
                ana.client.send("answer", message)
                ana.drop()
                ana.connect()
            else:
                stored = ana.answer(asked, given, id=id)["stored"]
        assert ana.connect()["mine"]["id"] == id
        host.vote(asked, "dismiss")
    path = f"/classes/{lesson.code}/results.json"
    _, results, _ = request(lesson.url, path, secret=lesson.secret)
    for n, question in enumerate(results["questions"]):
        counts = {bar["answer"]: bar["count"] for bar in question["rounds"][0]["answers"]}
        assert counts == {"tea": int(n % 2 == 0), "coffee": int(n % 2 == 1)}
