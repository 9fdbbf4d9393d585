"""What is said in a class has the shape that docs/protocol.asyncapi.yaml promises, all of it, and
the text names the figures of the program."""

from __future__ import annotations

import inspect
import typing
from collections.abc import Iterator
from typing import Any, get_args

import msgspec
import pytest

from tests.support.server import Server
from visualizer.classroom.shapes import MAX_QUESTIONS, MAX_ROUNDS, MAX_SEATS, Cursor, Do, Scene
from visualizer.web import attempts, class_messages, class_options, hall, live
from visualizer.web.app import MAX_BODY
from visualizer.web.class_desk import ClassDesk

from .classes import CURSOR, SCENE, TEA, Class, Member, new_id
from .test_protocol import API, TEXT, check

SCHEMAS = API["components"]["schemas"]
#: Events of the browser: the schema of what is sent, and of the answer.
ASKED = {
    "enter": ("enter", "snapshot"),
    "drive": ("drive", "driven"),
    "wheel": ("giveWheel", "done"),
    "following": ("following", "done"),
    "lost": ("lost", "done"),
    "ask": ("ask", "asked"),
    "vote": ("vote", "done"),
    "answer": ("answer", "answered"),
    "verdict": ("verdict", "judged"),
    "manage": ("manage", "done"),
}
TOLD = {"moved", "wheel", "question", "people", "state", "votes", "roster", "notes", "you"}
TOLD |= {"removed"}
SHAPES = {
    "enter": class_messages.Enter,
    "drive": class_messages.Drive,
    "giveWheel": class_messages.GiveWheel,
    "following": class_messages.Following,
    "lost": class_messages.IsLost,
    "ask": class_messages.Ask,
    "vote": class_messages.Vote,
    "answer": class_messages.Answered,
    "verdict": class_messages.AskVerdict,
    "manage": class_messages.Manage,
    "adhoc": class_messages.Adhoc,
    "scene": Scene,
    "cursor": Cursor,
}


@pytest.fixture
def lesson(class_server: Server) -> Iterator[Class]:
    with Class(class_server.url, scene=SCENE) as lesson:
        yield lesson


def say(member: Member, event: str, data: Any) -> Any:
    """Ask, and hold both the question and the answer against their shapes."""
    asked, answered = ASKED[event]
    check(asked, data)
    return check(answered, member.ask(event, data))


def listen(member: Member, heard: set[str]) -> None:
    """Hold everything that a member is told against its shape, and note what it was."""
    keep = member.client._keep

    def checked(frame: str) -> None:
        keep(frame)
        if frame.startswith("42"):
            name, data, _ = member.client.events[-1]
            check(name, data)
            heard.add(name)

    member.client._keep = checked  # type: ignore[method-assign]  # the test looks at all that comes


def test_a_class(lesson: Class) -> None:
    """Every event at least once, in both directions, and everything that anybody is told."""
    host, presenter = lesson.host(), lesson.host("present")
    ana, bo, cy = (lesson.student(name) for name in ("Ana", "Bo", "Cy"))
    everybody = [host, presenter, ana, bo, cy]
    heard: set[str] = set()
    for member in everybody:
        check("snapshot", member.snapshot)
        listen(member, heard)
    token = host.snapshot["token"]
    pointer = {**CURSOR, "pointer": {"at": "code:3", "x": 0.5, "y": 1}}
    say(host, "drive", {"token": token, "scene": SCENE, "cursor": pointer})
    say(ana, "drive", {"token": token, "cursor": CURSOR})
    other = {**SCENE, "lesson": "greet", "slots": [{"variant": "late"}]}
    say(host, "drive", {"token": token, "scene": other})
    say(host, "drive", {"token": token, "scene": SCENE})
    say(ana, "following", {"on": False})
    say(ana, "lost", {"on": True})
    say(host, "manage", {"do": "clear_lost"})
    say(host, "manage", {"do": "cohost", "seat": ana.seat, "on": True})
    say(host, "manage", {"do": "rename", "seat": bo.seat, "name": "Bob"})
    say(ana, "wheel", {"to": ana.seat})
    say(host, "wheel", {"to": None})
    adhocs = [
        {"adhoc": {**TEA, "answer": "tea"}},
        {"adhoc": {"kind": "choices", "text": "Which?", "choices": ["a", "b"], "answer": ["a"]}},
        {"adhoc": {"kind": "number", "text": "How many?", "unit": "s", "answer": 3}},
        {"adhoc": {"kind": "step", "text": "When?", "variant": "thread", "answer": 1}},
        {"adhoc": TEA, "points": 10},
        {"question": "when_answered", "seconds": 600},
    ]
    for wish, given in zip(adhocs, ["tea", ["b"], 4.5, 1, "tea", 2], strict=True):
        asked = say(host, "ask", wish)["asked"]
        say(ana, "answer", {"id": new_id(), "asked": asked, "round": 1, "answer": given})
        say(bo, "answer", {"id": new_id(), "asked": asked, "round": 9, "answer": given})
        say(ana, "verdict", {"asked": asked})
        for do in ("show", "again", "close", "reveal"):
            say(host, "vote", {"asked": asked, "do": do})
            for member in everybody[:3]:
                check("snapshot", member.connect_again())
        say(ana, "verdict", {"asked": asked})
        say(host, "vote", {"asked": asked, "do": "dismiss"})
    say(host, "manage", {"do": "remove", "seat": bo.seat})
    say(host, "manage", {"do": "lock"})
    host.until("roster", gone=[bo.seat])
    presenter.until("votes")
    say(host, "manage", {"do": "end"})
    ana.until("state", ended=True)
    for member in everybody:
        member.forget()
    assert heard == TOLD


def test_refusals(lesson: Class) -> None:
    host, ana = lesson.host(), lesson.student()
    for event, (_, answer) in ASKED.items():
        for member in (host, ana):
            for data in (None, {}, {"on": 5}, {"asked": 1, "do": "win"}):
                check(answer, member.ask(event, data))


def test_the_description_has_all_events_and_the_desk_no_others() -> None:
    operations = API["operations"]
    received = {name for name, operation in operations.items() if operation["action"] == "receive"}
    told = {name for name, operation in operations.items() if operation["action"] == "send"}
    assert received - {"open", "close"} == {asked for asked, _ in ASKED.values()}
    assert told - {"chunk", "end", "problem"} == TOLD
    for name in (*ASKED, *TOLD):
        assert f"`{name}`" in TEXT or f"`{name} {{" in TEXT, name


def test_the_desk_answers_what_is_described() -> None:
    desk = ClassDesk(*[None] * len(inspect.signature(ClassDesk).parameters))  # type: ignore[arg-type]  # it is asked for its names only
    assert set(desk.events) == set(ASKED)


@pytest.mark.parametrize("name", SHAPES)
def test_fields_are_those_of_the_program(name: str) -> None:
    fields = {field.encode_name: field for field in msgspec.structs.fields(SHAPES[name])}
    schema = SCHEMAS[name]
    if "$ref" in schema:
        schema = SCHEMAS[schema["$ref"].rpartition("/")[2]]
    assert set(schema["properties"]) == set(fields)
    assert set(schema.get("required", [])) == {
        field.encode_name for field in fields.values() if field.required
    }


def test_choices_are_those_of_the_program() -> None:
    assert SCHEMAS["vote"]["properties"]["do"]["enum"] == list(get_args(Do))
    orders = SCHEMAS["manage"]["properties"]["do"]["enum"]
    assert orders == list(get_args(class_messages.Manageable))
    hints = typing.get_type_hints(class_messages.Enter)
    assert SCHEMAS["enter"]["properties"]["as"]["enum"] == list(get_args(hints["role"]))


def test_the_figures_are_those_of_the_program() -> None:
    for figure in (
        f"{MAX_BODY // 1024} KB",
        f"{MAX_SEATS:,} seats",
        f"has had {MAX_QUESTIONS} questions",
        f"({MAX_ROUNDS} at most)",
        f"{1 / live.CURSORS:g} times a second",
        f"send {hall.BURST:g} of these events at once and {hall.PACE:g} a second",
        f"1, 2, 4 … {attempts.LONGEST:g} seconds",
        f"every {attempts.FORGIVEN:g} seconds",
        f"{class_options.FREE_PASSWORDS} of them free",
        f"{class_options.FREE_STARTS} of them free",
        "`people` comes once a second at most, `roster` and `votes` twice",
    ):
        assert figure in " ".join(TEXT.split()), figure
    assert (live.PEOPLE, live.ROSTER, live.VOTES) == (1.0, 0.5, 0.5)
    assert attempts.Attempts()._free == 20
