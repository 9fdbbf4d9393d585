"""Who may do what in a class: a clear error to the sender, and nothing for anybody else."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from typing import Any

import pytest

from tests.support.server import Server

from .classes import CURSOR, SCENE, TEA, Class, Member, new_id, request
from .client import Client

HOST_EVENTS: list[tuple[str, Any]] = [
    ("ask", {"adhoc": TEA}),
    ("vote", {"asked": 1, "do": "reveal"}),
    ("manage", {"do": "end"}),
    ("manage", {"do": "remove", "seat": 1}),
    ("manage", {"do": "lock"}),
]
STUDENT_EVENTS: list[tuple[str, Any]] = [
    ("following", {"on": False}),
    ("lost", {"on": True}),
    ("answer", {"id": "x" * 20, "asked": 1, "round": 1, "answer": "tea"}),
    ("verdict", {"asked": 1}),
]
OTHERS: list[tuple[str, Any]] = [
    ("drive", {"token": 1, "cursor": CURSOR}),
    ("wheel", {"to": None}),
]


@pytest.fixture
def lesson(class_server: Server) -> Iterator[Class]:
    with Class(class_server.url, scene=SCENE) as lesson:
        yield lesson


@pytest.mark.parametrize(("event", "data"), HOST_EVENTS + STUDENT_EVENTS + OTHERS)
def test_nothing_goes_before_a_class_is_entered(
    class_server: Server, event: str, data: Any
) -> None:
    with Client(class_server.url) as client:
        assert client.ask(event, data)["error"]["code"] == "not_in_class"


def test_a_student_cannot_do_what_the_host_does(lesson: Class) -> None:
    host, ana, bo = lesson.host(), lesson.student(), lesson.student()
    for member in (host, bo):
        member.forget()
    for event, data in HOST_EVENTS:
        assert ana.refused(event, data) == "not_allowed"
    for to in (ana.seat, bo.seat):
        assert ana.refused("wheel", {"to": to}) == "not_allowed"
    assert ana.refused("wheel", {"to": None}) == "not_allowed"
    for token in (0, 1, 2, host.snapshot["token"]):
        assert ana.refused("drive", {"token": token, "cursor": CURSOR}) == "not_driving"
    assert bo.nothing("moved", "wheel", "question", "state", "removed", "you")
    assert host.nothing("moved", "wheel", "question", "state", "votes")


def test_the_host_is_no_student(lesson: Class) -> None:
    for role in ("host", "present"):
        host = lesson.host(role)
        for event, data in STUDENT_EVENTS:
            assert host.refused(event, data) == "not_allowed"


def test_only_the_right_secret_opens_a_class(lesson: Class) -> None:
    ana = lesson.student()
    with Client(lesson.url) as client:
        for code, secret, role, error in (
            ("ZZZZZZ", lesson.secret, "host", "no_class"),
            (lesson.code, "wrong", "host", "not_yours"),
            (lesson.code, ana.secret, "host", "not_yours"),
            (lesson.code, ana.secret, "present", "not_yours"),
            (lesson.code, lesson.secret, "student", "not_yours"),
            (lesson.code, "", "student", "not_yours"),
            (lesson.code, "x" * 10_000, "student", "not_yours"),
        ):
            answer = client.ask("enter", {"code": code, "secret": secret, "as": role})
            assert set(answer) == {"error"}
            assert answer["error"]["code"] == error
        assert client.ask("lost", {"on": True})["error"]["code"] == "not_in_class"


@pytest.mark.parametrize(
    ("event", "data", "field"),
    [
        ("enter", {"code": "x", "secret": "y"}, "as"),
        ("enter", {"code": "x", "secret": "y", "as": "teacher"}, "as"),
        ("enter", {"code": ["x"], "secret": "y", "as": "host"}, "code"),
        ("enter", None, None),
        ("enter", [], None),
        ("drive", {"token": 1}, "cursor"),
        ("drive", {"cursor": CURSOR}, "token"),
        ("drive", {"token": "1", "cursor": CURSOR}, "token"),
        ("drive", {"token": 1, "cursor": {**CURSOR, "slot": 4}}, "cursor.slot"),
        ("drive", {"token": 1, "cursor": {**CURSOR, "t": 1e300}}, "cursor.t"),
        ("drive", {"token": 1, "cursor": {**CURSOR, "colour": 1}}, "cursor.colour"),
        ("drive", {"token": 1, "cursor": {**CURSOR, "pointer": {"at": "x"}}}, "cursor.pointer.x"),
        ("drive", {"token": 1, "scene": {**SCENE, "slots": []}}, "scene.slots"),
        ("drive", {"token": 1, "scene": {**SCENE, "lesson": "nope"}}, "scene.lesson"),
        (
            "drive",
            {"token": 1, "scene": {**SCENE, "highlights": ["x" * 121]}},
            "scene.highlights[0]",
        ),
        ("drive", {"token": 1, "scene": {**SCENE, "highlights": ["x"] * 41}}, "scene.highlights"),
        ("drive", {"token": 1, "scene": {**SCENE, "align": "colour"}}, "scene.align"),
        ("drive", {"token": 1, "scene": {**SCENE, "views": "x" * 401}}, "scene.views"),
        (
            "drive",
            {"token": 1, "scene": {**SCENE, "slots": [{"variant": "inline", "seed": -1}]}},
            "scene.slots[0].seed",
        ),
        ("wheel", {"to": "Ana"}, "to"),
        ("wheel", {}, "to"),
        ("ask", {}, "question"),
        ("ask", {"question": "x", "adhoc": TEA}, "question"),
        ("ask", {"question": "nope"}, "question"),
        ("ask", {"adhoc": TEA, "seconds": 4}, "seconds"),
        ("ask", {"adhoc": TEA, "points": 1001}, "points"),
        ("ask", {"adhoc": {**TEA, "text": "x" * 10_000}}, "adhoc.text"),
        ("ask", {"adhoc": {**TEA, "kind": "poll"}}, "adhoc.kind"),
        ("vote", {"asked": 1, "do": "win"}, "do"),
        ("manage", {"do": "promote"}, "do"),
        ("manage", {"do": "rename", "seat": 1}, "name"),
        ("manage", {"do": "remove"}, "seat"),
        ("manage", {"do": "cohost", "seat": 1}, "on"),
    ],
)
def test_a_message_that_makes_no_sense(
    lesson: Class, event: str, data: Any, field: str | None
) -> None:
    lesson.join()
    host = lesson.host()
    answer = host.ask(event, data)
    assert set(answer) == {"error"}, answer
    assert answer["error"]["field"] == field
    assert len(answer["error"]["message"]) < 500
    assert "\n" not in answer["error"]["message"]
    assert host.ask("enter", {"code": lesson.code, "secret": lesson.secret, "as": "host"})


@pytest.mark.parametrize("event", ["following", "lost", "answer", "verdict"])
def test_a_student_who_sends_nonsense(lesson: Class, event: str) -> None:
    ana = lesson.student()
    for data in (None, [], "x" * 10_000, {"on": "x" * 10_000}, {"x" * 10_000: 1}, {"on": 1}):
        assert ana.refused(event, data) == "invalid"


def test_a_name_is_changed_by_the_host_and_bounded(lesson: Class) -> None:
    host, ana = lesson.host(), lesson.student("Ana")
    rename = {"do": "rename", "seat": ana.seat}
    assert host.refused("manage", {**rename, "name": "x" * 10_000}) == "name"
    assert host.refused("manage", {**rename, "name": " "}) == "name"
    assert host.refused("manage", {**rename, "seat": 99, "name": "Bo"}) == "no_seat"
    markup = "<script>alert(1)</script>"
    assert host.ask("manage", {**rename, "name": markup}) == {}
    assert ana.event("you")["name"] == markup
    while not any(seat["name"] == markup for seat in host.event("roster")["changed"]):
        pass


def test_a_removed_student_is_told_and_comes_back_no_more(lesson: Class) -> None:
    host, ana, bo = lesson.host(), lesson.student("Ana"), lesson.student("Bo")
    second = Member(lesson, ana.secret, "student")
    second.connect()
    bo.forget()
    assert host.ask("manage", {"do": "remove", "seat": ana.seat}) == {}
    for tab in (ana, second):
        assert tab.event("removed") == {"reason": "removed"}
        assert tab.refused("lost", {"on": True}) == "not_in_class"
        enter = {"code": lesson.code, "secret": ana.secret, "as": "student"}
        assert tab.refused("enter", enter) == "removed"
    assert bo.nothing("removed")
    assert host.until("people", here=1, seats=1)
    while ana.seat not in host.event("roster")["gone"]:
        pass
    ana.forget()
    host.ask("drive", {"token": host.snapshot["token"], "cursor": CURSOR})
    assert bo.event("moved")["cursor"] == CURSOR
    assert ana.nothing("moved")


def test_a_forgotten_student_is_told(lesson: Class) -> None:
    host, ana = lesson.host(), lesson.student("Ana")
    assert host.ask("manage", {"do": "forget", "seat": ana.seat}) == {}
    assert ana.event("removed") == {"reason": "forgotten"}
    enter = {"code": lesson.code, "secret": ana.secret, "as": "student"}
    assert ana.refused("enter", enter) == "not_yours"


def test_a_student_who_leaves_is_gone_from_the_screen(lesson: Class) -> None:
    host, ana = lesson.host(), lesson.student("Ana")
    path = f"/classes/{lesson.code}/seat"
    assert request(lesson.url, path, method="DELETE", secret=ana.secret)[0] == 200
    assert ana.event("removed") == {"reason": "forgotten"}
    while ana.seat not in host.event("roster")["gone"]:
        pass


def test_a_locked_class_is_said_to_be(lesson: Class) -> None:
    host, ana = lesson.host(), lesson.student()
    assert host.ask("manage", {"do": "lock"}) == {}
    assert ana.event("state")["locked"] is True
    assert host.ask("manage", {"do": "unlock"}) == {}
    assert ana.event("state")["locked"] is False


def test_another_class_hears_nothing(class_server: Server, lesson: Class) -> None:
    with Class(class_server.url) as other:
        their_host, witness = other.host(), other.student()
        host, ana = lesson.host(), lesson.student()
        for member in (witness, their_host):
            member.until("people", here=1)
            member.forget()
        host.ask("drive", {"token": host.snapshot["token"], "cursor": CURSOR})
        asked = host.ask("ask", {"adhoc": TEA})["asked"]
        ana.answer(asked, "tea")
        ana.ask("lost", {"on": True})
        host.ask("wheel", {"to": ana.seat})
        host.ask("manage", {"do": "lock"})
        host.ask("manage", {"do": "remove", "seat": ana.seat})
        host.ask("manage", {"do": "end"})
        assert host.until("state", ended=True)
        for member in (witness, their_host):
            assert member.client.quiet(0.6)


def test_who_enters_another_class_leaves_the_first(class_server: Server, lesson: Class) -> None:
    host, ana = lesson.host(), lesson.student()
    with Class(class_server.url) as other:
        key = secrets.token_urlsafe(32)
        other.join(key=key)
        answer = ana.ask("enter", {"code": other.code, "secret": key, "as": "student"})
        assert answer["code"] == other.code
        assert host.until("people", here=0)
        ana.forget()
        host.ask("drive", {"token": host.snapshot["token"], "cursor": CURSOR})
        assert ana.nothing("moved")


def test_an_id_is_what_a_browser_makes(lesson: Class) -> None:
    host, ana = lesson.host(), lesson.student()
    asked = host.ask("ask", {"adhoc": TEA})["asked"]
    for id in ("", "short", "x" * 10_000, "ä" * 20, "a b" * 10):
        assert ana.answer(asked, "tea", id=id)["error"]["code"] == "id"
    assert ana.answer(asked, "tea", id=new_id())["stored"]
