"""The same stand-ins behind real sockets: real clients, real time, scaled down."""

from __future__ import annotations

import asyncio
import smtplib
import time
import urllib.error
import urllib.request
from collections.abc import Callable

import pytest

from visualizer.lab.job import Service
from visualizer.lab.outside.serving import Serving
from visualizer.trace.events import Event, LaneBorn, ServiceCalled, State


def against(services: list[Service], client: Callable[[dict[str, int]], object]) -> list[Event]:
    """Run a blocking ``client`` against the services; the events that were told."""
    events: list[Event] = []

    async def main() -> None:
        serving = Serving(services, 0, events.append, lambda port: ("server-1", "r1", None))
        async with serving as ports:
            serving.begin()
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
        time.sleep(0.05)
        with pytest.raises(urllib.error.URLError, match="refused"):
            urllib.request.urlopen(address, timeout=10)
        time.sleep(0.5)
        with urllib.request.urlopen(address, timeout=10) as answer:
            assert answer.status == 200

    against([Service(name="http", down=[0.0, 0.3])], client)
