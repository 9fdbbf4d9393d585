"""A Chromium, the real server, and a watch on both.

Every test gets a page that fails it when the browser writes an error to its console, when a script
raises, when a request fails, or when anything at all is asked of a host that is not our server.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Request, WebSocket

from tests.support import chromium
from tests.support.server import Server, running

from .stage import Stage


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """The server that the tests of this session share."""
    with running() as server:
        yield server


@pytest.fixture(scope="session")
def base_url(server: Server) -> str:
    """So that ``page.goto("/")`` is enough."""
    return server.url


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Launch the Chromium that is there, with our arguments; keeps options like --headed."""
    return {
        **browser_type_launch_args,
        "executable_path": str(chromium.ensure()),
        "args": chromium.ARGUMENTS,
    }


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    """A laptop's window, light; ``@pytest.mark.browser_context_args(...)`` changes that."""
    return {
        **browser_context_args,
        "viewport": {"width": 1440, "height": 1000},
        "color_scheme": "light",
        "permissions": ["clipboard-read", "clipboard-write"],
    }


@dataclass
class Watch:
    """What went wrong in the browser, and what was expected to."""

    hosts: set[str]
    faults: list[str] = field(default_factory=list)
    expected: list[str] = field(default_factory=list)

    def expect(self, pattern: str) -> None:
        """A fault that matches this regular expression is part of the test."""
        self.expected.append(pattern)

    def also(self, url: str) -> None:
        """This test has another server of its own."""
        self.hosts.add(urlsplit(url).netloc)

    def unexpected(self) -> list[str]:
        """The faults that no one expected."""
        return [
            fault
            for fault in self.faults
            if not any(re.search(pattern, fault) for pattern in self.expected)
        ]

    def on_console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.faults.append(f"console {message.type}: {message.text}")

    def on_request(self, request: Request) -> None:
        address = urlsplit(request.url)
        if address.scheme not in ("about", "data", "blob") and address.netloc not in self.hosts:
            self.faults.append(f"asked another host: {request.url}")

    def on_failure(self, request: Request) -> None:
        # A request that a reload or a closed page cuts off is no fault.
        if request.failure != "net::ERR_ABORTED":
            self.faults.append(f"request failed: {request.url} ({request.failure})")

    def on_page(self, page: Page) -> None:
        page.on("websocket", self.on_socket)

    def on_socket(self, socket: WebSocket) -> None:
        if urlsplit(socket.url).netloc not in self.hosts:
            self.faults.append(f"opened a socket to another host: {socket.url}")


@pytest.fixture
def watch(context: BrowserContext, server: Server) -> Iterator[Watch]:
    """Records the faults of every page of this test, and fails it if there were any."""
    watch = Watch({urlsplit(server.url).netloc})
    context.on("console", watch.on_console)
    context.on("weberror", lambda error: watch.faults.append(f"script: {error.error}"))
    context.on("request", watch.on_request)
    context.on("requestfailed", watch.on_failure)
    context.on("page", watch.on_page)
    # Who is not here for the first time has no hints on the page.
    context.add_init_script(
        "try { localStorage.setItem('meanwhile.hints', 'seen') } catch { /* sandboxed */ }"
    )
    yield watch
    assert watch.unexpected() == []


@pytest.fixture
def page(watch: Watch, page: Page) -> Page:
    """A watched page."""
    page.set_default_timeout(10_000)
    return page


@pytest.fixture
def stage(page: Page) -> Stage:
    """The stage, not opened yet."""
    return Stage(page)
