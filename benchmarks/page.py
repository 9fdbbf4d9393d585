"""The stage in a real browser, from the real server: how soon, how heavy, how smooth.

The server is started as a person would start it, with an empty cache of its own; the browser is a
headless Chromium without a GPU.
"""

from __future__ import annotations

import os
import random
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any

from playwright.sync_api import Browser, CDPSession, Page, sync_playwright

from tests.support import chromium
from tests.support.server import Server, running

from . import crowd
from .figures import Figure

OPENINGS = 15
SECONDS_PLAYED = 5
PATIENCE = 60_000
"""Milliseconds to wait for a page that is slow because the machine is."""

#: Notes when the page asks for a run, and when the first step of the answer is on the screen.
WATCH = """
window.times = {};
const note = (data) => {
  if (typeof data === "string" && data.includes('["open",')) times.asked ??= performance.now();
};
for (const kind of [WebSocket, XMLHttpRequest]) {
  const send = kind.prototype.send;
  kind.prototype.send = function (data) { note(data); return send.call(this, data); };
}
const look = new MutationObserver(() => {
  if (document.querySelector(".timeline-still rect.span") === null) return;
  if (!document.querySelector(".caption-where")?.textContent.startsWith("Step 1 ")) return;
  look.disconnect();
  // The frame with the step in it is drawn between these two.
  requestAnimationFrame(() => setTimeout(() => {
    times.shown = performance.now();
    document.documentElement.dataset.shown = "";
  }));
});
look.observe(document, { subtree: true, childList: true });
"""

#: Moves a slider of the stage to each of these values: milliseconds until the picture that
#: belongs to it is drawn, and until the tables are.
SLIDE = """async ([label, values]) => {
  const stage = document.getElementById("stage");
  const slider = document.querySelector(`.change input[type=range][aria-label="${label}"]`);
  const { set } = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value");
  const frame = (go) => requestAnimationFrame(() => setTimeout(go));
  const { slots } = await import("/static/js/store.js");
  const picture = [], tables = [];
  for (const value of values) {
    const began = performance.now();
    set.call(slider, value);
    slider.dispatchEvent(new Event("input", { bubbles: true }));
    // Once the run is on the stage, the frame with it is drawn between these two.
    while (!slots.value.some(({ parameters }) => Object.values(parameters).includes(value))) {
      await new Promise((go) => setTimeout(go));
      if (performance.now() - began > 60_000) throw new Error(`No picture of ${value} came.`);
    }
    await new Promise(frame);
    picture.push(performance.now() - began);
    while (stage.getAttribute("aria-busy") === "true") await new Promise(frame);
    tables.push(performance.now() - began);
    slider.dispatchEvent(new Event("pointerup", { bubbles: true }));
  }
  return { picture, tables };
}"""

#: Chromium's profile "Fast 4G", in bytes a second and milliseconds.
FAST_4G = {
    "offline": False,
    "downloadThroughput": 9_000_000 / 8 * 0.9,
    "uploadThroughput": 1_500_000 / 8 * 0.9,
    "latency": 60 * 2.75,
}
SLOWER = 4
"""How many times slower the processor of a telephone is."""
SLOW_OPENINGS = 7
FIRST_PAINT = "performance.getEntriesByName('first-contentful-paint')[0].startTime"

#: Milliseconds between frames for so many seconds.
FRAMES = """(seconds) => new Promise((done) => {
  const lengths = [];
  let last, end;
  const tick = (now) => {
    if (last === undefined) end = now + 1000 * seconds;
    else lengths.push(now - last);
    last = now;
    if (now < end) requestAnimationFrame(tick);
    else done(lengths);
  };
  requestAnimationFrame(tick);
})"""

READY = "#stage[aria-busy='false']"


def measure() -> list[Figure]:
    """The figures of the page."""
    with _server() as (server, lesson), sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium.ensure(), args=chromium.ARGUMENTS
        )
        try:
            return [
                *_first_steps(browser, server),
                *_slider(browser, server),
                *_telephone(browser, server),
                *_transfer(browser, server),
                *_frames(browser, server, lesson),
            ]
        finally:
            browser.close()


@contextmanager
def _server() -> Iterator[tuple[Server, str]]:
    """A server with the lesson of the crowd, and its id."""
    with tempfile.TemporaryDirectory() as folder:
        lesson = crowd.write(Path(folder))
        before = os.environ.get("XDG_CACHE_HOME")
        os.environ["XDG_CACHE_HOME"] = folder  # where the server keeps its traces
        try:
            with running("--scenarios", folder) as server:
                yield server, lesson
        finally:
            if before is None:
                del os.environ["XDG_CACHE_HOME"]
            else:
                os.environ["XDG_CACHE_HOME"] = before


def _page(browser: Browser) -> Page:
    context = browser.new_context(viewport={"width": 1440, "height": 1000})
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    return page


def _first_steps(browser: Browser, server: Server) -> list[Figure]:
    asked, loaded = [], []
    for opening in range(OPENINGS + 1):
        # Without the runs that the page brings along, it asks for them when it is ready.
        times = _opened(browser, server, without="**/runs?*")
        whole = _opened(browser, server)
        if opening:  # the first one warms the server up
            asked.append(times["shown"] - times["asked"])
            loaded.append(whole["shown"])
    return [
        Figure(
            what="From asking for a run that nobody has made before until its first steps are on"
            " the screen",
            value=median(asked),
            unit="ms",
            target=150,
            made_of=f"median of {OPENINGS}, two variants each",
        ),
        Figure(
            what="From following the link to the same",
            value=median(loaded),
            unit="ms",
            made_of=f"median of {OPENINGS}, with an empty cache in the browser",
        ),
    ]


def _opened(browser: Browser, server: Server, without: str | None = None) -> dict[str, float]:
    """When a stage with a seed that nobody has asked for showed its first steps, in ms."""
    page = _page(browser)
    page.add_init_script(WATCH)
    if without:
        page.route(without, lambda route: route.abort())
    page.goto(f"{server.url}/s/long_task?seed={random.randrange(10**6, 10**9)}")
    page.wait_for_selector("html[data-shown]")
    times: dict[str, float] = page.evaluate("times")
    page.context.close()
    return times


def _slider(browser: Browser, server: Server) -> list[Figure]:
    page = _page(browser)
    page.goto(f"{server.url}/s/long_task?p.users=50&change=1")
    page.wait_for_selector(READY)
    page.wait_for_selector(".change")
    # Each value is one that the server has not run; the first ones warm it up.
    values = [step / 2 for step in range(20, 0, -1) if step != 10]
    moved = page.evaluate(SLIDE, ["How long the task takes", values])
    page.context.close()
    picture, tables = (moved[name][3:] for name in ("picture", "tables"))
    return [
        Figure(
            what="From moving a slider to the new picture, drawn, of a run with 50 users",
            value=median(picture),
            unit="ms",
            target=150,
            made_of=f"median of {len(picture)} runs that nobody has made before, of one of"
            f" two versions; the tables below it after {median(tables):.0f} ms",
        )
    ]


def _telephone(browser: Browser, server: Server) -> list[Figure]:
    painted, drawn = [], []
    for _ in range(SLOW_OPENINGS):
        page = _page(browser)
        session = page.context.new_cdp_session(page)
        session.send("Network.enable")
        session.send("Network.emulateNetworkConditions", FAST_4G)
        session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
        page.add_init_script(WATCH)
        page.goto(f"{server.url}/s/long_task")
        page.wait_for_selector("html[data-shown]")
        painted.append(page.evaluate(FIRST_PAINT))
        drawn.append(page.evaluate("times.shown"))
        page.context.close()
    made_of = (
        f"median of {SLOW_OPENINGS} with an empty cache; Chromium’s profile “Fast 4G”, a processor"
        f" {SLOWER} times slower"
    )
    return [
        Figure(
            what="On a telephone: until something can be read",
            value=median(painted),
            unit="ms",
            target=1000,
            made_of=made_of,
        ),
        Figure(
            what="On a telephone: until the first step is drawn",
            value=median(drawn),
            unit="ms",
            target=1500,
            made_of=made_of,
        ),
    ]


def _transfer(browser: Browser, server: Server) -> list[Figure]:
    page = _page(browser)
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    kinds: dict[str, str] = {}
    sizes: dict[str, float] = {}
    stream: list[float] = []
    session.on("Network.responseReceived", lambda e: kinds.update({e["requestId"]: _kind(e)}))
    session.on(
        "Network.loadingFinished", lambda e: sizes.update({e["requestId"]: e["encodedDataLength"]})
    )
    session.on(
        "Network.webSocketFrameReceived",
        lambda e: stream.append(len(e["response"]["payloadData"])),
    )
    page.goto(f"{server.url}/s/long_task")
    page.wait_for_selector(READY)
    page.wait_for_load_state("networkidle")
    page.context.close()
    total = {
        kind: sum(size for request, size in sizes.items() if kinds[request] == kind) / 1000
        for kind in ("page", "font", "stream")
    }
    files = sum(kinds[request] == "page" for request in sizes)
    return [
        Figure(
            what="The stage over the wire, fonts apart",
            value=total["page"],
            unit="kB",
            target=150,
            made_of=f"{files} files with their headers",
        ),
        Figure(what="Its fonts", value=total["font"], unit="kB", target=90),
        Figure(
            what="The stream of two runs",
            value=total["stream"] + sum(stream) / 1000,
            unit="kB",
            made_of="what the socket received, before any compression",
        ),
    ]


def _kind(event: dict[str, Any]) -> str:
    if event["type"] == "Font":
        return "font"
    return "stream" if "/socket.io/" in event["response"]["url"] else "page"


def _frames(browser: Browser, server: Server, lesson: str) -> list[Figure]:
    page = _page(browser)
    page.goto(f"{server.url}/s/{lesson}")
    page.wait_for_selector(READY)
    _open_crowds(page)
    spans = page.locator("rect.span[data-span]").count()
    labels = page.locator("text.span-label").count()
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable", {"timeDomain": "threadTicks"})
    figures = []
    for way, query in (("in story time", ""), ("in true time", "?true=1")):
        page.goto(f"{server.url}/s/{lesson}{query}")
        page.wait_for_selector(READY)
        _open_crowds(page)
        page.get_by_role("button", name="Play", exact=True).click()
        page.wait_for_timeout(1000)
        before = _busy(session)
        lengths = sorted(page.evaluate(FRAMES, SECONDS_PLAYED))
        busy = (_busy(session) - before) / len(lengths)
        late = lengths[int(0.95 * len(lengths))]
        figures.append(
            Figure(
                what=f"Frames a second while {spans:,} spans play {way}",
                value=1000 * len(lengths) / sum(lengths),
                bound="at least",
                target=59.5,
                made_of=f"{len(lengths)} frames; half within {median(lengths):.1f} ms, 95 of 100"
                f" within {late:.1f} ms; {busy:.1f} ms of processor time each; {labels} spans have"
                " room for a label",
            )
        )
    page.context.close()
    return figures


def _busy(session: CDPSession) -> float:
    """Milliseconds of processor time of the page's main thread so far."""
    metrics = session.send("Performance.getMetrics")["metrics"]
    seconds: float = next(each["value"] for each in metrics if each["name"] == "TaskDuration")
    return 1000 * seconds


def _open_crowds(page: Page) -> None:
    """Many lanes of one kind are one band at first; the figure is about their spans."""
    while (closed := page.locator(".crowd-button[aria-expanded='false']")).count():
        closed.first.click()
