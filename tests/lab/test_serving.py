"""The same stand-ins behind real sockets: real clients, real time, scaled down."""

from __future__ import annotations

import asyncio
import smtplib
import socket
import time
import urllib.error
import urllib.request
from collections.abc import Callable

import pytest

from visualizer.lab.job import Service
from visualizer.lab.outside.serving import Client, Serving
from visualizer.trace.events import Event, LaneBorn, ServiceCalled, State


def against(services: list[Service], client: Callable[[dict[str, int]], object]) -> list[Event]:
    """Run a blocking ``client`` against the services; the events that were told."""
    events: list[Event] = []

    def tell(process: str, event: Event) -> None:
        events.append(event)

    def caller(port: int) -> Client:
        return "web", ("server-1", "r1", None), time.monotonic_ns()

    async def main() -> None:
        serving = Serving(services, 0, tell, caller)
        async with serving as ports:
            serving.begin(time.monotonic_ns())
            await asyncio.to_thread(client, ports)

    asyncio.run(main())
    return events


def test_a_mail_takes_its_time_and_is_told() -> None:
    took: list[float] = []

    def client(ports: dict[str, int]) -> None:
        began = time.monotonic()
        with smtplib.SMTP("127.0.0.1", ports["smtp"], timeout=10) as server:
            server.login("a", "b")
            server.sendmail("a@example.org", ["ana@example.org"], "Subject: Hi\n\nHello")
        took.append(time.monotonic() - began)

    events = against([Service(name="smtp", latency=0.2)], client)
    assert took[0] >= 0.2
    assert [type(event) for event in events[:2]] == [LaneBorn, ServiceCalled]
    called = next(event for event in events if isinstance(event, ServiceCalled))
    assert (called.lane, called.request, called.text) == (
        "server-1",
        "r1",
        "a mail to ana@example.org (Hi)",
    )
    assert [event.state for event in events if isinstance(event, State)] == ["running", "idle"]


def test_a_web_service_answers_fails_and_limits() -> None:
    said: list[int] = []

    def client(ports: dict[str, int]) -> None:
        for name in ("good", "bad", "few", "few"):
            try:
                with urllib.request.urlopen(
                    f"http://127.0.0.1:{ports[name]}/", timeout=10
                ) as answer:
                    said.append(answer.status)
            except urllib.error.HTTPError as error:
                said.append(error.code)
                error.close()

    services = [
        Service(name="good", kind="http", status=201),
        Service(name="bad", kind="http", fail=1.0),
        Service(name="few", kind="http", rate_limit=1, rate_seconds=60.0),
    ]
    against(services, client)
    assert said == [201, 503, 200, 429]


def test_while_it_is_down_connections_are_refused() -> None:
    def client(ports: dict[str, int]) -> None:
        address = f"http://127.0.0.1:{ports['http']}/"
        wait_until_it_fails(ports["http"], ConnectionRefusedError)
        with pytest.raises(urllib.error.URLError, match="refused"):
            urllib.request.urlopen(address, timeout=10)
        time.sleep(3.0)
        with urllib.request.urlopen(address, timeout=10) as answer:
            assert answer.status == 200

    against([Service(name="http", down=[0.0, 2.0])], client)


def test_what_was_under_way_is_cut_off_when_it_goes_down() -> None:
    def client(ports: dict[str, int]) -> None:
        with socket.create_connection(("127.0.0.1", ports["http"]), timeout=30) as connection:
            connection.sendall(b"GET / HTTP/1.1\r\nHost: example.com\r\n\r\n")
            with pytest.raises(ConnectionResetError):
                connection.recv(100)

    against([Service(name="http", latency=60.0, down=[1.5, 60.0])], client)


def wait_until_it_fails(port: int, how: type[OSError]) -> None:
    """Connect again and again until that fails so."""
    end = time.monotonic() + 20
    while True:
        assert time.monotonic() < end, "it never failed"
        try:
            socket.create_connection(("127.0.0.1", port), timeout=0.3).close()
        except OSError as error:
            if isinstance(error, how):
                return


def test_while_it_hangs_no_connection_is_made_and_then_the_system_tries_again() -> None:
    back = 2.0

    def client(ports: dict[str, int]) -> None:
        began = time.monotonic()
        wait_until_it_fails(ports["http"], TimeoutError)
        with urllib.request.urlopen(f"http://127.0.0.1:{ports['http']}/", timeout=60) as answer:
            assert answer.status == 200
        assert time.monotonic() - began >= back - 0.1

    against([Service(name="http", down=[0.0, back], when_down="hang")], client)


def test_the_port_is_nobody_elses_while_it_is_down() -> None:
    def client(ports: dict[str, int]) -> None:
        wait_until_it_fails(ports["http"], ConnectionRefusedError)
        with socket.socket() as other, pytest.raises(OSError, match="in use"):
            other.bind(("127.0.0.1", ports["http"]))

    against([Service(name="http", down=[0.0, 60.0])], client)
