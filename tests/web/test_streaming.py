"""The stream of a run, from the real server in each way of running it."""

from __future__ import annotations

import json
import time
import urllib.request
from pathlib import Path
from typing import Any

import pytest
import socketio

from tests.support.server import Server, running
from tests.support.shipped import SHIPPED
from visualizer.lab import Lab
from visualizer.trace import records_of
from visualizer.web.chunks import MAX_CHUNK

from .client import Client, records

LONG_TASK = {"scenario": "long_task", "slots": [{"variant": "inline"}, {"variant": "thread"}]}
ROUNDS = {"scenario": "rounds", "slots": [{"variant": "inline"}]}


def numbers(told: list[tuple[str, Any]]) -> list[int]:
    return [data["chunk"] for name, data in told if name == "chunk"]


def test_both_slots_stream_the_whole_trace(server: Server, lab: Lab) -> None:
    with Client(server.url) as client:
        opened = client.ask("open", LONG_TASK)
        told = client.collect(opened["run"], 2)
    lesson = SHIPPED.lesson("long_task")
    for slot, variant in enumerate(("inline", "thread")):
        trace = lab.run(lesson.job(variant))
        assert records(told[slot]) == json.loads(json.dumps(list(records_of(trace))))
        name, end = told[slot][-1]
        assert name == "end"
        assert end["duration"] == trace.duration
        assert end["metrics"]["response_max"] == trace.metrics.response_max
        assert (end["scenario"], end["variant"], end["seed"]) == ("long_task", variant, 0)
        assert (end["clock"], end["truncated"]) == ("virtual", None)
        assert end["parameters"] == trace.parameters
        assert end["model"] == {"line_cost": 0.001, "network": 0.0, "message": 0.0}
        assert numbers(told[slot]) == list(range(len(told[slot]) - 1))


def test_the_answer_says_what_will_run(server: Server) -> None:
    slots = [{"variant": "thread", "parameters": {"task_seconds": 2.5}}]
    with Client(server.url) as client:
        answer = client.ask("open", {"scenario": "long_task", "slots": slots})
    slot = answer["slots"][0]
    assert slot["slot"] == 0
    assert slot["variant"] == "thread"
    assert slot["title"] == "In a background thread"
    assert slot["parameters"] == {"task_seconds": 2.5, "users": 1}
    listing = slot["listing"][0]
    assert listing["file"] == "thread_app.py"
    assert "TASK_SECONDS = 2.5\n" in listing["source"]
    assert len(listing["html"]) == len(listing["source"].splitlines())
    assert any('<span class="mf">2.5</span>' in line for line in listing["html"])
    assert any('class="caption"' in line for line in listing["html"])


def test_the_answer_comes_before_the_first_chunk(server: Server) -> None:
    with Client(server.url) as client:
        client.collect(client.ask("open", LONG_TASK)["run"], 2)  # its trace is there from now on
        for _ in range(20):
            number = client.send("open", LONG_TASK)
            while not (frame := client.frame()).startswith(f"43{number}["):
                raise AssertionError(f"came before the answer: {frame[:100]}")
            client.collect(json.loads(frame[len(f"43{number}") :])[0]["run"], 2)


def test_a_chunk_waits_for_the_acknowledgement_of_the_one_before(server: Server) -> None:
    with Client(server.url) as client:
        run = client.ask("open", ROUNDS)["run"]
        for expected in range(3):
            name, data, number = client.event()
            assert (name, data["run"], data["chunk"]) == ("chunk", run, expected)
            assert client.quiet(0.3)
            client.acknowledge(number)


def test_chunks_are_small_and_long_records_come_in_parts(server: Server) -> None:
    slots = [{"variant": "inline", "parameters": {"rounds": 2000, "text": 30000}}]
    with Client(server.url) as client:
        run = client.ask("open", {"scenario": "rounds", "slots": slots})["run"]
        sizes = []
        told = []
        while not told or told[-1][0] == "chunk":
            frame = client.frame()
            client._keep(frame)
            name, data, number = client.event()
            if name == "chunk":
                sizes.append(len(frame.encode()))
                client.acknowledge(number)
            told.append((name, data))
    assert told[-1][0] == "end", told[-1]
    assert told[-1][1]["run"] == run
    assert len(sizes) > 5
    assert max(sizes) <= MAX_CHUNK
    # Chunks are not only small but full: few messages for much trace.
    assert sum(sizes) / len(sizes) > MAX_CHUNK / 4
    printed = [record for record in records(told) if record["kind"] == "output"]
    assert "".join(record["text"] for record in printed).startswith('é"é"é"')
    assert any("part" in data for _, data in told) == any(
        len(json.dumps(record, ensure_ascii=False).encode()) > MAX_CHUNK for record in records(told)
    )


def test_close_ends_a_run_and_nothing_of_it_follows(server: Server) -> None:
    with Client(server.url) as client:
        run = client.ask("open", ROUNDS)["run"]
        _, _, number = client.event("chunk")
        assert client.ask("close", {"run": run}) == {}
        client.acknowledge(number)
        assert client.quiet(0.5)
        assert client.ask("close", {"run": run})["error"]["code"] == "unknown_run"
        client.collect(client.ask("open", LONG_TASK)["run"], 2)


def test_a_run_goes_on_behind_a_chunk_after_the_connection_was_lost(server: Server) -> None:
    with Client(server.url) as client:
        whole = client.collect(client.ask("open", ROUNDS)["run"], 1)[0]
    with Client(server.url) as client:
        run = client.ask("open", ROUNDS)["run"]
        first = [client.event("chunk") for _ in range(1)]
        client.acknowledge(first[0][2])
        first.append(client.event("chunk"))
        client.socket.shutdown()  # without a word
    with Client(server.url) as client:
        answer = client.ask("open", {**ROUNDS, "run": run, "after": {"0": 1}})
        assert answer["run"] == run
        rest = client.collect(run, 1)[0]
    before = [("chunk", data) for _, data, _ in first]
    assert numbers(before + rest) == numbers(whole)
    assert records(before + rest) == records(whole)
    assert rest[-1][0] == "end"


def test_a_run_that_has_all_its_chunks_gets_its_end(server: Server) -> None:
    with Client(server.url) as client:
        run = client.ask("open", ROUNDS)["run"]
        whole = client.collect(run, 1)[0]
        last = numbers(whole)[-1]
        client.ask("open", {**ROUNDS, "run": run, "after": {"0": last}})
        assert [name for name, _ in client.collect(run, 1)[0]] == ["end"]


def test_opening_a_run_again_on_the_same_connection_replaces_it(server: Server) -> None:
    with Client(server.url) as client:
        run = client.ask("open", ROUNDS)["run"]
        _, _, stale = client.event("chunk")
        client.ask("open", {**ROUNDS, "run": run, "after": {"0": 0}})
        name, data, number = client.event()
        assert (name, data["chunk"]) == ("chunk", 1)
        client.acknowledge(stale)
        assert client.quiet(0.3)
        client.acknowledge(number)
        assert client.event()[1]["chunk"] == 2


def test_another_run_cannot_be_continued(server: Server) -> None:
    other = {"scenario": "rounds", "slots": [{"variant": "inline", "parameters": {"rounds": 5}}]}
    with Client(server.url) as client:
        run = client.ask("open", ROUNDS)["run"]
        for made_up in (run, "abc", "abc.def"):
            request = {**(other if made_up == run else ROUNDS), "run": made_up, "after": {"0": 0}}
            error = client.ask("open", request)["error"]
            assert (error["code"], error["field"]) == ("changed", "run")


def test_a_run_goes_on_after_the_server_was_started_anew(scenarios: Path) -> None:
    options = ("--async-mode", "eventlet", "--scenarios", str(scenarios))
    with running(*options) as server, Client(server.url) as client:
        run = client.ask("open", ROUNDS)["run"]
        _, first, _ = client.event("chunk")
    with running(*options) as server, Client(server.url) as client:
        assert client.ask("open", {**ROUNDS, "run": run, "after": {"0": 0}})["run"] == run
        rest = client.collect(run, 1)[0]
        whole = client.collect(client.ask("open", ROUNDS)["run"], 1)[0]
    assert records([("chunk", first), *rest]) == records(whole)


def test_a_program_that_cannot_run_is_a_problem_of_its_slot_alone(server: Server) -> None:
    with Client(server.url) as client:
        request = {"scenario": "broken", "slots": [{"variant": "inline"}]}
        run = client.ask("open", request)["run"]
        ((name, problem),) = client.collect(run, 1)[0]
        assert name == "problem"
        assert problem["code"] == "import"
        assert "nowhere_to_be_found" in problem["message"]
        assert problem["file"] == "thread_app.py"
        assert problem["line"] == 6
        client.collect(client.ask("open", LONG_TASK)["run"], 2)


def test_at_most_so_many_runs_are_open_on_a_connection(server: Server) -> None:
    with Client(server.url) as client, Client(server.url) as other:
        runs = [client.ask("open", ROUNDS)["run"] for _ in range(8)]
        assert client.ask("open", ROUNDS)["error"]["code"] == "too_many_runs"
        assert "run" in other.ask("open", ROUNDS)
        client.ask("close", {"run": runs[0]})
        assert "run" in client.ask("open", ROUNDS)


def test_a_lost_connection_leaves_nothing_behind(server: Server) -> None:
    def health() -> dict[str, Any]:
        with urllib.request.urlopen(f"{server.url}/healthz") as answer:
            found: dict[str, Any] = json.load(answer)
            return found

    def no_runs() -> dict[str, Any]:
        deadline = time.monotonic() + 10
        while (found := health())["runs"]:
            assert time.monotonic() < deadline
            time.sleep(0.02)
        return found

    before = no_runs()
    with Client(server.url) as client:
        client.ask("open", ROUNDS)
        client.event("chunk")
        assert health()["runs"] == 1
    assert no_runs()["connections"] <= before["connections"]


@pytest.mark.parametrize("transports", [["websocket"], ["polling", "websocket"]])
def test_an_ordinary_client_needs_nothing_special(server: Server, transports: list[str]) -> None:
    client = socketio.SimpleClient()
    with client:
        client.connect(server.url, transports=transports)
        run = client.call("open", LONG_TASK)["run"]
        ended = set()
        while len(ended) < 2:
            name, data = client.receive(timeout=10)
            assert data["run"] == run
            if name == "end":
                ended.add(data["slot"])
