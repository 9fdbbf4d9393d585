"""A run on the wall clock over the real server, and nothing of it left when the page or the server
goes."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import psutil
import pytest

from tests.support.server import Server, running, start

from .client import Client, records

SECONDS = 0.5


def asked(seconds: float = SECONDS, clock: str = "wall") -> dict[str, Any]:
    slot = {"variant": "thread", "parameters": {"task_seconds": seconds}, "clock": clock}
    return {"scenario": "long_task", "slots": [slot]}


def descendants(server: Server) -> set[int]:
    try:
        found = psutil.Process(server.process.pid).children(recursive=True)
    except psutil.NoSuchProcess:
        return set()
    return {each.pid for each in found if each.status() != psutil.STATUS_ZOMBIE}


def wait_until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + 30
    while not true():
        assert time.monotonic() < end, "it did not come to that"
        time.sleep(0.05)


def begin(client: Client, server: Server, seconds: float) -> tuple[str, set[int]]:
    """A run that goes on: its name, and the processes that the server has without any."""
    before = {each.pid for each in psutil.Process(server.process.pid).children()}
    run = client.ask("open", asked(seconds))["run"]
    while True:
        _, data, number = client.event("chunk")
        client.acknowledge(number)
        if data["progress"]["seconds"] > 0:
            break
    assert len(descendants(server)) >= len(before) + 3, "a conductor, a scribe, a server"
    return run, before


def test_it_grows_and_agrees(server: Server) -> None:
    """In each way of running the server."""
    with Client(server.url) as client:
        told = client.collect(client.ask("open", asked())["run"], 1)[0]
        modelled = client.collect(client.ask("open", asked(clock="virtual"))["run"], 1)[0]
    name, end = told[-1]
    assert name == "end", end
    assert (end["clock"], end["agreement"]["steps"]) == ("wall", 7)
    growing = [data for _, data in told if "progress" in data]
    seconds = [data["progress"]["seconds"] for data in growing]
    assert len(growing) >= 3 and seconds == sorted(seconds) and seconds[0] == 0
    assert growing[-1]["progress"]["expected"] == modelled[-1][1]["duration"]
    whole = next(place for place, (_, data) in enumerate(told) if data.get("anew"))
    assert all("progress" not in data for _, data in told[whole:])
    steps = [each["moment"] for each in records(told[whole:]) if each["kind"] == "step"]
    wanted = [each["moment"] for each in records(modelled) if each["kind"] == "step"]
    assert sorted(steps) == sorted(wanted)
    assert modelled[-1][1]["clock"] == "virtual" and "agreement" not in modelled[-1][1]


@pytest.fixture(scope="module")
def lasting() -> Any:
    with running() as server, Client(server.url) as client:
        client.collect(client.ask("open", asked(clock="virtual"))["run"], 1)
        yield server


@pytest.mark.parametrize("leave", ["close", "page"])
def test_nothing_is_left_when_the_page_goes(lasting: Server, leave: str) -> None:
    client = Client(lasting.url)
    run, before = begin(client, lasting, 10)
    if leave == "close":
        assert client.ask("close", {"run": run}) == {}
    else:
        client.socket.shutdown()
    wait_until(lambda: descendants(lasting) <= before)
    client.socket.close()


def test_a_third_is_told_so_at_once(lasting: Server) -> None:
    with Client(lasting.url) as one, Client(lasting.url) as two:
        begin(one, lasting, 10)
        begin(two, lasting, 10)
        refused = two.ask("open", asked())["error"]
        assert refused["code"] == "no_place" and refused["field"] == "clock"
        assert "end" in [name for name, _ in two.collect(virtual(two), 1)[0]]
    wait_until(lambda: len(descendants(lasting)) <= 1)
    with Client(lasting.url) as three:
        begin(three, lasting, 0.5)


def virtual(client: Client) -> str:
    run: str = client.ask("open", asked(clock="virtual"))["run"]
    return run


def test_a_lost_run_begins_anew(lasting: Server) -> None:
    with Client(lasting.url) as client:
        run, _ = begin(client, lasting, 10)
    with Client(lasting.url) as client:
        answer = client.ask("open", {**asked(10), "run": run, "after": {"0": 1}})
        assert answer["error"]["code"] == "changed"


@pytest.mark.parametrize("how", ["stop", "kill"])
def test_nothing_is_left_when_the_server_goes(how: str) -> None:
    server = start()
    try:
        with Client(server.url) as client:
            begin(client, server, 10)
            left = descendants(server)
            (server.stop if how == "stop" else server.kill)()
            wait_until(lambda: not any(map(alive, left)))
    finally:
        if server.process.poll() is None:
            server.stop()


def alive(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
