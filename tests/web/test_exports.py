"""Downloads over HTTP: what the lab ran, in each format, and refusals as everywhere."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from tests.support.shipped import SHIPPED
from visualizer.lab import Lab, LabError
from visualizer.trace import decode
from visualizer.trace.exports import FORMATS
from visualizer.web import create_app
from visualizer.web.saved import saved_app

from .fakes import FakeLab, trace

PLACE = "/s/long_task/export/thread"
DATA = {"Accept": "application/json"}


@pytest.fixture(scope="module")
def real(lab: Lab) -> FlaskClient:
    return create_app(SHIPPED, lab, "threading")[0].test_client()


@pytest.fixture
def fake() -> FakeLab:
    return FakeLab()


@pytest.fixture
def client(fake: FakeLab) -> FlaskClient:
    return create_app(SHIPPED, fake, "threading")[0].test_client()


@pytest.mark.parametrize("name", FORMATS)
def test_each_format_is_what_the_lab_ran(real: FlaskClient, lab: Lab, name: str) -> None:
    format_ = FORMATS[name]
    lesson = SHIPPED.lesson("long_task")
    expected = lab.run(lesson.job("thread", {"task_seconds": 2}, 7))
    answer = real.get(f"{PLACE}.{format_.extension}?p.task_seconds=2&seed=7")
    assert answer.status_code == 200
    assert answer.data == format_.write(expected)
    assert answer.mimetype == format_.mimetype
    name = f"long_task-thread.{format_.extension}"
    assert answer.headers["Content-Disposition"] == f"attachment; filename={name}"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "no-store"


def test_what_the_stage_asks_for_is_what_is_run(client: FlaskClient, fake: FakeLab) -> None:
    client.get(f"{PLACE}.json?p.task_seconds=2.0&p.users=3&seed=9&step=1.2&utm=x")
    (job,) = fake.asked
    assert (job.variant, job.seed) == ("thread", 9)
    assert job.parameters == {"task_seconds": 2, "users": 3}


@pytest.mark.parametrize(
    ("address", "status", "code", "words"),
    [
        ("/s/nothing/export/thread.json", 404, "unknown_lesson", "nothing"),
        ("/s/long_task/export/nothing.json", 404, "unknown_variant", "Known: inline, thread"),
        (f"{PLACE}.exe", 404, "unknown_format", "chrome.json"),
        (PLACE, 404, "unknown_format", "chrome.json"),
        (f"{PLACE}.json?p.colour=1", 400, "parameter", "colour is not a parameter"),
        (f"{PLACE}.json?p.task_seconds=99", 400, "parameter", "from 0.5 to 10"),
        (f"{PLACE}.json?p.task_seconds=nan", 400, "parameter", "from 0.5 to 10"),
        (f"{PLACE}.json?p.task_seconds=", 400, "parameter", "from 0.5 to 10"),
        (f"{PLACE}.json?p.users={'9' * 5000}", 400, "parameter", "users"),
        (f"{PLACE}.json?seed=-1", 400, "parameter", "seed"),
        (f"{PLACE}.json?seed=x", 400, "parameter", "seed"),
        (f"{PLACE}.json?seed={'9' * 5000}", 400, "parameter", "seed"),
    ],
)
def test_what_makes_no_sense_is_refused_and_not_run(
    client: FlaskClient, fake: FakeLab, address: str, status: int, code: str, words: str
) -> None:
    answer = client.get(address, headers=DATA)
    assert (answer.status_code, answer.json["error"]["code"]) == (status, code)
    assert words in answer.json["error"]["message"]
    assert len(answer.json["error"]["message"]) < 300
    assert fake.asked == []


def test_a_program_that_does_not_run_is_told(client: FlaskClient, fake: FakeLab) -> None:
    fake.answer = LabError("syntax", "a colon is missing", "thread_app.py", 3)
    answer = client.get(f"{PLACE}.mmd", headers=DATA)
    assert answer.status_code == 422
    assert answer.json["error"]["message"] == "thread_app.py:3: a colon is missing"


@pytest.mark.parametrize(
    ("site", "dest", "status"),
    [
        ("same-origin", "empty", 200),
        ("none", "document", 200),
        ("cross-site", "document", 200),
        ("cross-site", "image", 403),
        ("cross-site", "iframe", 403),
        ("same-site", "empty", 403),
    ],
)
def test_no_page_of_another_site_has_programs_run(
    client: FlaskClient, fake: FakeLab, site: str, dest: str, status: int
) -> None:
    headers = {**DATA, "Sec-Fetch-Site": site, "Sec-Fetch-Dest": dest}
    assert client.get(f"{PLACE}.json", headers=headers).status_code == status
    assert len(fake.asked) == (status == 200)


def test_any_name_in_a_saved_trace_makes_a_file_name() -> None:
    made = trace(variant="app.main\r\nX: y")
    client = saved_app([made]).test_client()
    answer = client.get("/export/app.main%0D%0AX: y.chrome.json")
    assert answer.status_code == 200
    disposition = answer.headers["Content-Disposition"]
    assert disposition == "attachment; filename=lesson-app.main_X_y.chrome.json"


def test_a_saved_trace_is_given_out_too() -> None:
    made = trace(variant="app")
    client = saved_app([made]).test_client()
    assert decode(client.get("/export/app.json").data) == made
    assert client.get("/export/other.json", headers=DATA).status_code == 404
    assert client.get("/export/app.exe", headers=DATA).status_code == 404
    foreign = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Dest": "image"}
    assert client.get("/export/app.json", headers=foreign).status_code == 403
