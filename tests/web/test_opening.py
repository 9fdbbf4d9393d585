"""The runs with which a stage opens: what the stream would tell, at once, if it is short."""

from __future__ import annotations

import re
from typing import Any

import msgspec
import pytest
from flask.testing import FlaskClient

from tests.support.shipped import SHIPPED
from visualizer.lab import Lab
from visualizer.lessons import Catalogue
from visualizer.trace import records_of
from visualizer.web import create_app, opening


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return SHIPPED


@pytest.fixture
def client(catalogue: Catalogue, lab: Lab) -> FlaskClient:
    return create_app(catalogue, lab, "threading")[0].test_client()


def runs(client: FlaskClient, query: str = "") -> list[dict[str, Any]]:
    answer = client.get(f"/s/long_task/runs{query}")
    assert answer.status_code == 200
    found: list[dict[str, Any]] = answer.get_json()["slots"]
    return found


def test_it_tells_what_the_stream_would(
    client: FlaskClient, catalogue: Catalogue, lab: Lab
) -> None:
    first, second = runs(client)
    assert [first["variant"], second["variant"]] == ["inline", "thread"]
    trace = lab.run(catalogue.lesson("long_task").job("thread", {}, 0))
    told = [record for chunk in second["chunks"] for record in chunk]
    assert told == msgspec.json.decode(msgspec.json.encode(list(records_of(trace))))
    assert second["end"]["duration"] == trace.duration
    assert second["listing"][0]["source"] == trace.listing[0].source


def test_it_is_of_what_the_address_asks_for(client: FlaskClient) -> None:
    (run,) = runs(client, "?v=thread&p.task_seconds=3&seed=7&step=1.2")
    assert (run["variant"], run["seed"]) == ("thread", 7)
    assert run["parameters"]["task_seconds"] == 3
    both = runs(client, "?v=thread,thread&p2.task_seconds=3")
    assert [run["parameters"]["task_seconds"] for run in both] == [5, 3]


def test_what_is_long_or_fails_is_left_to_the_stream(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert len(runs(client, "?v=nothing")) == 2  # the usual ones, as the stage has it
    monkeypatch.setattr(opening, "MOST_CHUNKS", 0)
    assert runs(client) == []
    assert client.get("/s/nothing/runs").status_code == 404


def test_the_page_asks_for_it_with_its_own_query(client: FlaskClient) -> None:
    page = client.get("/s/long_task?v=thread&seed=7").get_data(as_text=True)
    (link,) = re.findall(r'<link rel="preload" id="opening" href="([^"]+)"', page)
    assert link == "/s/long_task/runs?v=thread&amp;seed=7"
    assert "<script>alert" not in client.get('/s/long_task?x="><script>alert(1)').text
