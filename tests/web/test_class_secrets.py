"""Everything that one student's socket receives over a whole class holds no answer before its time,
no secret, and nothing that is for the host."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest

from tests.support.server import Server

from .classes import CURSOR, SCENE, TEA, Class, Member
from .client import Client

QUIZ = tomllib.loads(
    (Path(__file__).parents[2] / "scenarios" / "long_task" / "quiz.toml").read_text("utf-8")
)["questions"]
#: What a student may hear of.
EVENTS = {
    *("moved", "wheel", "question", "people", "state", "you", "removed"),
    *("chunk", "end"),
}
#: What no message to a student is to hold before the reveal, at whatever depth.
FORBIDDEN = {"right", "right_share", "advice", "correct", "explanation", "roster", "votes"}
FORBIDDEN |= {"notes", "secret", "key", "token", "reasons"}
ADHOC = {**TEA, "answer": "tea"}


class Ear:
    """Hears every frame that a student's connection receives."""

    def __init__(self, client: Client) -> None:
        self.frames: list[str] = []
        receive = client.socket.recv

        def recv() -> Any:
            frame = receive()
            self.frames.append(frame)
            return frame

        client.socket.recv = recv  # type: ignore[method-assign]  # the test listens along

    def take(self) -> list[Any]:
        """What was heard since the last time, each as the list that it is; pings left out."""
        frames, self.frames = self.frames, []
        return [json.loads(frame[frame.index("[") :]) for frame in frames if "[" in frame]


def names(value: Any) -> set[str]:
    """All names of fields, at whatever depth, whose value says something."""
    if isinstance(value, list):
        return set().union(*map(names, value)) if value else set()
    if not isinstance(value, dict):
        return set()
    found = {name for name, inner in value.items() if inner is not None}
    return found.union(*map(names, value.values()))


def fragments(question: dict[str, Any]) -> list[str]:
    """Texts that give the answer away: the explanation and the reasons, without what is filled."""
    texts = [question["explanation"], *question["wrong"].values()]
    return [max(text.replace("}", "{").split("{")[::2], key=len) for text in texts]


def mistaken(question: dict[str, Any], right: list[str]) -> Any:
    """An answer to a question, of its kind, that is not right."""
    choices = question["choices"] or [1, 2]
    if question["kind"] == "order":
        return choices if choices != right else choices[::-1]
    wrong = next(choice for choice in choices if str(choice) not in right)
    return [wrong] if question["kind"] == "choices" else wrong


@pytest.mark.parametrize("given", [*QUIZ, ADHOC], ids=lambda given: given.get("id", "adhoc"))
def test_nothing_is_told_before_its_time(class_server: Server, given: dict[str, Any]) -> None:
    with Class(class_server.url, scene=SCENE) as lesson:
        host, presenter, other = lesson.host(), lesson.host("present"), lesson.student("Otto")
        ana = lesson.join("Ana")
        ana.client = Client(lesson.url)
        lesson.clients.append(ana.client)
        ear = Ear(ana.client)
        enter(ana)
        host.ask("drive", {"token": host.snapshot["token"], "cursor": CURSOR})
        run = {"scenario": "long_task", "slots": [{"variant": "thread"}, {"variant": "inline"}]}
        ana.client.collect(ana.ask("open", run)["run"], 2)

        wish = {"question": given["id"]} if "id" in given else {"adhoc": given}
        asked = host.ask("ask", {**wish, "points": 5})["asked"]
        question = ana.until("question", asked=asked)
        right = presenter.until("votes", asked=asked)["right"]
        wrong = mistaken(question, right)
        assert ana.answer(asked, wrong)["stored"]
        other.answer(asked, wrong)
        if "id" in given:
            host.vote(asked, "hint")
        host.vote(asked, "close")
        assert ana.refused("verdict", {"asked": asked}) == "not_yet"
        check(ear, given, shown=False)
        host.vote(asked, "show")
        ana.until("question", stage="shown")
        host.vote(asked, "again")
        ana.until("question", round=2)
        other.answer(asked, wrong, round=2)
        host.vote(asked, "show")
        host.ask("manage", {"do": "rename", "seat": other.seat, "name": "Otto Two"})
        ana.until("question", stage="shown", round=2)
        enter(ana)  # as after a lost connection
        check(ear, given, shown=True)

        host.vote(asked, "reveal")
        revealed = ana.until("question", stage="revealed")
        assert revealed["reveal"]["answers"] == right
        assert ana.ask("verdict", {"asked": asked})["correct"] is False
        heard = json.dumps(ear.take(), ensure_ascii=False)
        if "id" in given:  # so the check above would have found them
            assert all(fragment in heard for fragment in fragments(given))
        assert lesson.secret not in heard and other.secret not in heard
        assert "Otto" not in heard


def enter(ana: Member) -> None:
    answer = ana.ask("enter", {"code": ana.of.code, "secret": ana.secret, "as": "student"})
    assert answer["role"] == "student"


def check(ear: Ear, given: dict[str, Any], shown: bool) -> None:
    heard = ear.take()
    assert len(heard) > 3
    events = {message[0] for message in heard if isinstance(message[0], str)}
    assert events <= EVENTS
    told = [message for message in heard if message[0] not in ("chunk", "end")]
    assert names(told) & FORBIDDEN == set()
    distributions = [
        question["distribution"]
        for _, question in (message for message in told if message[0] == "question")
        if question is not None
    ]
    assert any(distributions) == shown
    text = json.dumps(told, ensure_ascii=False)
    if "id" in given:
        for fragment in fragments(given):
            assert len(fragment) > 12
            assert fragment not in text
    assert "Otto" not in text
