"""The server is killed in the middle of a vote, and the class goes on where it was.

``MEANWHILE_TEST_STUDENTS=200 pytest tests/web/test_class_losses.py`` has a larger class.
"""

from __future__ import annotations

import json
import os
import secrets
import time
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import websocket

from tests.support.server import Server, database_in, running, start
from tests.support.sweeps import some

from .classes import CURSOR, SCENE, TEA, Class, Member, new_id, request
from .conftest import MODES

STUDENTS = int(os.environ.get("MEANWHILE_TEST_STUDENTS", "30"))


class Voter:
    """A student who keeps an answer until the server has acknowledged it, as the page does."""

    def __init__(self, member: Member, given: str) -> None:
        self.member = member
        self.given = given
        self.id = new_id()
        self.acknowledged = False

    def send(self, asked: int) -> None:
        """Send the answer and do not wait; the server may be gone."""
        message = {"id": self.id, "asked": asked, "round": 1, "answer": self.given}
        try:
            self.member.client.send("answer", message)
        except (OSError, websocket.WebSocketException):
            return

    def wait(self) -> None:
        """Take what comes until the connection breaks or the answer is acknowledged."""
        try:
            answer = self.member.client.answer(self.member.client._number)
        except (OSError, websocket.WebSocketException):
            return
        self.acknowledged = answer.get("stored") is True and answer["id"] == self.id


def port_of(server: Server) -> int:
    return int(server.url.rpartition(":")[2])


@pytest.mark.parametrize("mode", some(MODES, "eventlet"))
def test_killed_in_the_middle_of_a_vote(mode: str, tmp_path: Path) -> None:
    number = STUDENTS if mode == "eventlet" else min(STUDENTS, 12)
    options = ("--async-mode", mode, "--database-url", database_in(tmp_path))
    server = start(*options)
    lesson = Class(server.url, scene=SCENE)
    try:
        with ThreadPoolExecutor(8) as pool:
            members = list(pool.map(lambda _: lesson.student(), range(number)))
        voters = [Voter(member, TEA["choices"][n % 2]) for n, member in enumerate(members)]
        host = lesson.host()
        token = host.snapshot["token"]
        seq = 0
        for step in range(20):
            seq = host.ask("drive", {"token": token, "cursor": {**CURSOR, "step": step}})["seq"]
        time.sleep(1)  # a cursor is stored within half a second
        asked = host.ask("ask", {"adhoc": TEA, "seconds": 3600})["asked"]
        for voter in voters[: number // 2]:
            voter.send(asked)
        for voter in voters[: number // 2]:
            voter.wait()
        assert all(voter.acknowledged for voter in voters[: number // 2])
        members[0].until("moved", seq=seq)
        for voter in voters[number // 2 :]:
            voter.send(asked)
        server.kill()
        for voter in voters[number // 2 :]:
            voter.wait()
        acknowledged = {voter.id for voter in voters if voter.acknowledged}

        server = start(*options, port=port_of(server))
        with ThreadPoolExecutor(8) as pool:
            snapshots = list(pool.map(lambda voter: voter.member.connect(), voters))
        for voter, snapshot in zip(voters, snapshots, strict=True):
            check_snapshot(snapshot, asked, seq)
            mine = snapshot["mine"]
            assert mine is None or (mine["id"], mine["answer"]) == (voter.id, voter.given)
            assert mine is not None or voter.id not in acknowledged
            if not voter.acknowledged:
                voter.send(asked)
        for voter in voters:
            if not voter.acknowledged:
                voter.wait()
                assert voter.acknowledged
        back = host.connect()
        assert back["token"] == token
        assert host.ask("drive", {"token": token, "cursor": CURSOR})["seq"] > seq
        assert members[0].until("moved")["cursor"] == CURSOR
        check_results(lesson, number)
        host.vote(asked, "reveal")
        assert members[0].until("question", stage="revealed")
        server.stop()
        assert "".join(line for line in server.printed if "Meanwhile is on" not in line) == ""
    finally:
        lesson.close()
        server.stop()


def check_snapshot(snapshot: dict[str, Any], asked: int, seq: int) -> None:
    """The class is where it was."""
    assert snapshot["scene"] == SCENE
    assert snapshot["cursor"]["step"] == 19
    assert snapshot["seq"] >= seq
    assert (snapshot["question"]["asked"], snapshot["question"]["stage"]) == (asked, "voting")


def check_results(lesson: Class, number: int) -> None:
    """Every student's answer counts once."""
    path = f"/classes/{lesson.code}/results.json"
    _, results, _ = request(lesson.url, path, secret=lesson.secret)
    (round,) = results["questions"][0]["rounds"]
    counts = {bar["answer"]: bar["count"] for bar in round["answers"]}
    assert counts == {"tea": (number + 1) // 2, "coffee": number // 2}
    assert round["answered"] == number


def test_a_timed_vote_closes_after_the_server_was_killed(tmp_path: Path) -> None:
    options = ("--database-url", database_in(tmp_path))
    server = start(*options)
    lesson = Class(server.url)
    try:
        host, ana = lesson.host(), lesson.student()
        asked = host.ask("ask", {"adhoc": TEA, "seconds": 5})["asked"]
        assert ana.answer(asked, "tea")["stored"]
        server.kill()
        server = start(*options, port=port_of(server))
        snapshot = ana.connect()  # the host is still away
        assert snapshot["question"]["asked"] == asked
        if snapshot["question"]["stage"] == "voting":
            ana.until("question", stage="closed")
        assert host.connect()["votes"]["stage"] == "closed"
        assert host.snapshot["votes"]["answered"] == 1
    finally:
        lesson.close()
        server.stop()


def test_the_host_comes_back_with_the_link_only(class_server: Server) -> None:
    """The browser is closed in the middle of a vote; another one goes on."""
    with Class(class_server.url) as lesson:
        host, ana = lesson.host(), lesson.student("Ana")
        asked = host.ask("ask", {"adhoc": TEA})["asked"]
        ana.answer(asked, "tea")
        host.drop()
        back = lesson.host()
        assert back.snapshot["question"]["asked"] == asked
        assert back.snapshot["votes"]["answered"] == 1
        assert [seat["name"] for seat in back.snapshot["roster"]] == ["Ana"]
        back.vote(asked, "close")
        assert ana.until("question", stage="closed")


@pytest.mark.parametrize("number", some([250, 1000], 250))
def test_many_joins_from_one_address(number: int) -> None:
    """With the right code they are a class behind one router; wrong codes are slowed down, and
    nobody in the class notices."""
    with running() as server, Class(server.url) as lesson, Class(server.url) as other:
        host, witness = other.host(), other.student()
        with ThreadPoolExecutor(16) as pool:
            joined = list(pool.map(lambda _: lesson.join(None), range(number)))
            assert len({member.seat for member in joined}) == number
            wrong = list(pool.map(lambda _: guess(server.url), range(number)))
        assert wrong.count(404) <= 40
        assert set(wrong) <= {404, 429}
        seq = host.ask("drive", {"token": host.snapshot["token"], "cursor": CURSOR})["seq"]
        assert witness.event("moved")["seq"] == seq
        assert witness.connect()["role"] == "student"
        assert lesson.host().snapshot["seats"] == number
        assert lesson.join(None).seat == number + 1


def guess(url: str) -> int:
    body = json.dumps({"key": secrets.token_urlsafe(32), "name": None}).encode()
    headers = {"Origin": url, "Content-Type": "application/json"}
    asked = urllib.request.Request(f"{url}/classes/ZZZZZZ/join", body, headers)
    try:
        with urllib.request.urlopen(asked, timeout=20) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        error.close()
        return error.code
