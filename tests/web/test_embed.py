"""The page for other sites: it brings its runs along, may be framed, and gives nothing away."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.support.shipped import SHIPPED
from visualizer.lab import LabError
from visualizer.trace import records_of
from visualizer.web import create_app
from visualizer.web.saved import saved_app

from .fakes import FakeLab, trace


@pytest.fixture
def fake() -> FakeLab:
    return FakeLab()


@pytest.fixture
def client(fake: FakeLab) -> FlaskClient:
    return create_app(SHIPPED, fake, "threading")[0].test_client()


def brought(page: str, id: str) -> Any:
    found = re.search(rf'<script type="application/json" id="{id}">(.*?)</script>', page, re.S)
    assert found is not None
    return json.loads(found[1])


def test_it_brings_the_runs_along(client: FlaskClient, fake: FakeLab) -> None:
    page = client.get("/embed/long_task?v=thread&p.task_seconds=2&seed=5").get_data(as_text=True)
    (job,) = fake.asked
    assert (job.variant, job.parameters["task_seconds"], job.seed) == ("thread", 2, 5)
    record = brought(page, "record")
    (slot,) = record["slots"]
    assert slot["records"] == json.loads(json.dumps(list(records_of(trace()))))
    assert slot["end"]["duration"] == trace().duration
    assert (record["sealed"], record["notices"]) == (True, [])
    assert brought(page, "lesson")["quiz"] == []
    assert "http://localhost/s/long_task?v=thread&amp;p.task_seconds=2&amp;seed=5" in page


def test_without_wishes_it_shows_what_the_stage_shows(client: FlaskClient, fake: FakeLab) -> None:
    client.get("/embed/long_task")
    assert [job.variant for job in fake.asked] == ["inline", "thread"]


def test_any_site_may_frame_it_and_it_is_nobodys(client: FlaskClient) -> None:
    answer = client.get("/embed/long_task")
    policy = answer.headers["Content-Security-Policy"].split("; ")
    assert "frame-ancestors *" in policy
    assert "connect-src 'none'" in policy
    (sandbox,) = [rule for rule in policy if rule.startswith("sandbox")]
    assert "allow-same-origin" not in sandbox
    assert "X-Frame-Options" not in answer.headers
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize("address", ["/", "/s/long_task", "/healthz", "/embed/nothing"])
def test_nothing_else_may_be_framed(client: FlaskClient, address: str) -> None:
    answer = client.get(address)
    assert "frame-ancestors 'self'" in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "Access-Control-Allow-Origin" not in answer.headers


def test_its_files_load_from_an_origin_that_is_nobodys(client: FlaskClient) -> None:
    answer = client.get("/static/js/main.js", headers={"Origin": "null"})
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "Cross-Origin-Resource-Policy" not in answer.headers
    assert "Access-Control-Allow-Credentials" not in answer.headers


def test_an_old_link_opens_as_far_as_it_holds(client: FlaskClient, fake: FakeLab) -> None:
    query = "v=thread,pigeon&p.task_seconds=99&p.colour=1&seed=x"
    record = brought(client.get(f"/embed/long_task?{query}").get_data(as_text=True), "record")
    assert [job.variant for job in fake.asked] == ["thread"]
    assert fake.asked[0].parameters["task_seconds"] == 5
    told = " ".join(record["notices"])
    for word in ("pigeon", "task_seconds", "colour", "seed"):
        assert word in told


def test_each_version_has_settings_of_its_own(client: FlaskClient, fake: FakeLab) -> None:
    query = "v=thread,thread,inline&p.users=3&p2.users=5&p2.task_seconds=2&seed=4&seed3=0&seed9=1"
    record = brought(client.get(f"/embed/long_task?{query}").get_data(as_text=True), "record")
    asked = [
        (job.variant, job.parameters["users"], job.parameters["task_seconds"], job.seed)
        for job in fake.asked
    ]
    assert asked == [("thread", 3, 5, 4), ("thread", 5, 2, 4), ("inline", 3, 5, 0)]
    told = [(slot["parameters"], slot["seed"]) for slot in record["slots"]]
    assert told == [({"users": 3}, 4), ({"users": 5, "task_seconds": 2}, 4), ({"users": 3}, 0)]
    assert record["notices"] == ["There is no version 9 on this stage."]


def test_a_wrong_setting_of_one_version_leaves_the_others(
    client: FlaskClient, fake: FakeLab
) -> None:
    query = "p2.users=99&seed2=x&p2.colour=1"
    record = brought(client.get(f"/embed/long_task?{query}").get_data(as_text=True), "record")
    assert [(job.parameters["users"], job.seed) for job in fake.asked] == [(1, 0), (1, 0)]
    assert len(record["notices"]) == 3


def test_at_most_four_run(client: FlaskClient, fake: FakeLab) -> None:
    client.get(f"/embed/long_task?v={','.join(['thread'] * 50)}")
    assert len(fake.asked) == 4


def test_a_run_that_fails_is_told_in_its_slot(client: FlaskClient, fake: FakeLab) -> None:
    fake.answer = LabError("syntax", "a colon is missing", "app.py", 3)
    page = client.get("/embed/long_task?v=thread").get_data(as_text=True)
    (slot,) = brought(page, "record")["slots"]
    assert slot["error"] == {
        "code": "syntax",
        "message": "a colon is missing",
        "file": "app.py",
        "line": 3,
    }


def test_a_program_cannot_break_out_of_the_page() -> None:
    text = "</script><script>alert(1)</script><!--"
    page = saved_app([trace([text], "app")]).test_client().get("/").get_data(as_text=True)
    (slot,) = brought(page, "record")["slots"]
    assert text in [record.get("text") for record in slot["records"]]
    assert "<script>alert" not in page


def test_a_saved_trace_is_shown_without_a_lesson() -> None:
    page = saved_app([trace(variant="app")]).test_client().get("/").get_data(as_text=True)
    lesson = brought(page, "lesson")
    assert [variant["id"] for variant in lesson["variants"]] == ["app"]
    assert lesson["quiz"] == lesson["flow"] == lesson["moments"] == []
    assert brought(page, "record")["sealed"] is False
    assert "About this record" in page
