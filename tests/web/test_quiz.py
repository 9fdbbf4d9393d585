"""Answers over HTTP: graded against the run, and refused with a reason where they make no sense."""

from __future__ import annotations

import json
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.support.shipped import SHIPPED
from visualizer.lab import Job, Lab, LabError
from visualizer.trace import Trace
from visualizer.web import create_app

from .fakes import FakeLab

ADDRESS = "/s/long_task/quiz/when_answered"
OURS = {"Origin": "http://localhost"}


class RealLab(FakeLab):
    """The real lab, remembering what it was asked."""

    def __init__(self, lab: Lab) -> None:
        super().__init__()
        self.lab = lab

    def run(self, job: Job) -> Trace:
        super().run(job)
        return self.lab.run(job)


@pytest.fixture(scope="module")
def real(lab: Lab) -> RealLab:
    return RealLab(lab)


@pytest.fixture
def client(real: RealLab) -> FlaskClient:
    app, _ = create_app(SHIPPED, real, "threading")
    return app.test_client()


def answer(client: FlaskClient, body: Any, address: str = ADDRESS, **headers: str) -> Any:
    return client.post(address, json=body, headers={**OURS, **headers})


def test_a_right_answer(client: FlaskClient) -> None:
    told = answer(client, {"answer": 4}).json
    assert told["correct"] is True
    assert told["step"] == {"variant": "thread", "n": 4, "href": "/s/long_task?step=2.4"}
    assert "step 4" in told["explanation"]
    assert set(told) == {"correct", "explanation", "step"}


def test_a_wrong_answer_is_told_why(client: FlaskClient) -> None:
    told = answer(client, {"answer": 1}).json
    assert told["correct"] is False
    assert told["explanation"].startswith("Here the user has only asked.")
    assert told["step"]["n"] == 4


def test_the_run_is_the_one_that_the_learner_has_set(client: FlaskClient, real: RealLab) -> None:
    answer(client, {"answer": 4, "parameters": {"task_seconds": 2}, "seed": 7})
    asked = real.asked[-1]
    assert (asked.parameters["task_seconds"], asked.seed) == (2, 7)
    assert asked.variant == "thread"


@pytest.mark.parametrize(
    ("body", "code", "field"),
    [
        ({}, "invalid", "answer"),
        ([], "invalid", None),
        ({"answer": 4, "more": 1}, "invalid", "more"),
        ({"answer": 4, "seed": "x"}, "invalid", "seed"),
        ({"answer": 4, "seed": -1}, "parameter", "seed"),
        ({"answer": 4, "parameters": {"nope": 1}}, "parameter", "parameters.nope"),
        ({"answer": 4, "parameters": {"users": {}}}, "invalid", "parameters.users"),
        ({"answer": "four"}, "answer", "answer"),
        ({"answer": None}, "answer", "answer"),
        ({"answer": 99}, "answer", "answer"),
    ],
)
def test_an_answer_of_the_wrong_shape(
    client: FlaskClient, body: Any, code: str, field: str | None
) -> None:
    told = answer(client, body)
    assert told.status_code == 400
    assert (told.json["error"]["code"], told.json["error"]["field"]) == (code, field)


@pytest.mark.parametrize("body", [b"", b"{", b"\xff", b"[" * 10_000, b"NaN"])
def test_what_is_not_json(client: FlaskClient, body: bytes) -> None:
    headers = {**OURS, "Content-Type": "application/json"}
    told = client.post(ADDRESS, data=body, headers=headers)
    assert told.status_code == 400
    assert told.json is not None
    assert told.json["error"]["code"] == "invalid"


def test_a_form_is_refused(client: FlaskClient) -> None:
    told = client.post(ADDRESS, data={"answer": "4"}, headers=OURS)
    assert told.status_code == 415
    assert told.json is not None


def test_a_large_body_is_refused(client: FlaskClient) -> None:
    told = answer(client, {"answer": "x" * 20_000})
    assert told.status_code == 413
    assert told.json["error"]["code"] == "request_entity_too_large"


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("/s/nope/quiz/when_answered", "unknown_lesson"),
        ("/s/long_task/quiz/nope", "unknown_question"),
    ],
)
def test_questions_that_are_not_there(client: FlaskClient, address: str, code: str) -> None:
    told = answer(client, {"answer": 4}, address)
    assert told.status_code == 404
    assert told.json["error"]["code"] == code


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "http://localhost:81", ""])
def test_foreign_pages_may_not_answer(client: FlaskClient, origin: str) -> None:
    told = answer(client, {"answer": 4}, Origin=origin)
    assert told.status_code == 403
    assert "explanation" not in json.dumps(told.json)


def test_a_page_that_does_not_say_where_it_comes_from_may_not_answer(client: FlaskClient) -> None:
    assert client.post(ADDRESS, json={"answer": 4}).status_code == 403


def test_reading_the_address_gives_nothing_away(client: FlaskClient) -> None:
    assert client.get(ADDRESS).status_code == 405


def test_a_program_that_cannot_run(client: FlaskClient) -> None:
    lab = FakeLab(LabError("crash", "it crashed", "thread_app.py", 3))
    app, _ = create_app(SHIPPED, lab, "threading")
    told = answer(app.test_client(), {"answer": 4})
    assert told.status_code == 422
    assert told.json["error"]["message"] == "thread_app.py:3: it crashed"
