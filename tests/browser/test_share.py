"""The menu "Save or share": by mouse, keys and touch; what it saves is read by others."""

from __future__ import annotations

import base64
import csv
import io
import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from xml.etree import ElementTree

import pytest
import resvg_py
from playwright.sync_api import Locator, Page, expect

from tests.support.server import Server, running
from visualizer.trace import decode

from .conftest import Watch
from .lessons import THREAD
from .stage import Stage
from .test_access import violations

PNG = b"\x89PNG\r\n\x1a\n"
SVG = "{http://www.w3.org/2000/svg}"

#: How many pixels of each colour a picture has.
_LOOK = """async (address) => {
    const image = new Image();
    image.src = address;
    await image.decode();
    const canvas = document.createElement("canvas");
    canvas.width = image.width;
    canvas.height = image.height;
    const context = canvas.getContext("2d");
    context.drawImage(image, 0, 0);
    const { data } = context.getImageData(0, 0, image.width, image.height);
    const counts = new Map();
    for (const pixel of new Uint32Array(data.buffer)) {
        counts.set(pixel, (counts.get(pixel) ?? 0) + 1);
    }
    const found = {};
    for (const [pixel, count] of counts) {
        found[[pixel & 255, (pixel >> 8) & 255, (pixel >> 16) & 255].join()] = count;
    }
    return found;
}"""


def opener(page: Page) -> Locator:
    return page.get_by_role("button", name="Save or share")


def menu(page: Page) -> Locator:
    return page.get_by_role("dialog", name="Save or share")


def entry(page: Page, name: str) -> Locator:
    return menu(page).locator(".share-entry", has_text=re.compile(name))


def save(page: Page, name: str) -> tuple[str, bytes]:
    """Choose an entry; the name and the content of the file that the browser saves."""
    if not menu(page).is_visible():
        opener(page).click()
    with page.expect_download() as saved:
        entry(page, name).click()
    return saved.value.suggested_filename, Path(saved.value.path()).read_bytes()


def colours(page: Page, png: bytes) -> dict[str, int]:
    """How many pixels of each colour a picture has."""
    address = f"data:image/png;base64,{base64.b64encode(png).decode()}"
    found: dict[str, int] = page.evaluate(_LOOK, address)
    return found


def rgb(page: Page, token: str) -> str:
    """A colour of the style sheet as "red,green,blue"."""
    value = page.evaluate(f"getComputedStyle(document.documentElement).getPropertyValue('{token}')")
    return ",".join(str(int(value.strip()[i : i + 2], 16)) for i in (1, 3, 5))


def test_the_menu_goes_by_keys(stage: Stage, page: Page):
    stage.open("long_task", "?step=2.4")
    opener(page).focus()
    page.keyboard.press("Enter")
    expect(entry(page, "Copy a link")).to_be_focused()
    expect(opener(page)).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(entry(page, "Print a handout")).to_be_focused()
    page.keyboard.press("End")
    expect(entry(page, "Everything")).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(entry(page, "Copy a link")).to_be_focused()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Escape")
    expect(menu(page)).to_be_hidden()
    expect(opener(page)).to_be_focused()
    expect(opener(page)).to_have_attribute("aria-expanded", "false")
    stage.expect_step(THREAD, 4)
    page.keyboard.press("Enter")
    expect(entry(page, "Copy a link")).to_be_focused()
    page.mouse.click(300, 500)
    expect(menu(page)).to_be_hidden()
    for shown in (True, False, True):
        opener(page).click()
        expect(menu(page)).to_be_visible(visible=shown)


def test_axe_finds_nothing_in_the_menu(stage: Stage, page: Page):
    stage.open("long_task", "?step=2.4")
    opener(page).click()
    expect(menu(page)).to_be_visible()
    assert violations(page) == []
    page.emulate_media(color_scheme="dark")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    assert violations(page) == []


def test_it_is_loaded_only_when_it_is_wanted(stage: Stage, page: Page):
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url.rpartition("/")[2]))
    stage.open("long_task")
    assert not {"share.js", "picture.js"} & set(asked)
    opener(page).click()
    expect(menu(page)).to_be_visible()
    assert "share.js" in asked
    assert "picture.js" not in asked


def test_every_format_is_saved_with_the_settings_of_the_stage(stage: Stage, page: Page):
    stage.open("long_task", "?p.task_seconds=2&seed=3&step=2.4")
    name, data = save(page, "Everything")
    trace = decode(data)
    assert name == "long_task-thread.json"
    assert (trace.variant, trace.parameters["task_seconds"], trace.seed) == ("thread", 2, 3)
    name, data = save(page, "Execution table")
    assert name == "long_task-thread.steps.csv"
    assert len(list(csv.reader(io.StringIO(data.decode())))) == len(trace.steps) + 1
    name, data = save(page, "Variables")
    assert name == "long_task-thread.variables.csv"
    assert len(list(csv.reader(io.StringIO(data.decode())))) == len(trace.variables) + 1
    name, data = save(page, "Sequence")
    assert (name, data[:15]) == ("long_task-thread.mmd", b"sequenceDiagram")
    name, data = save(page, "Perfetto")
    assert (name, "traceEvents" in json.loads(data)) == ("long_task-thread.chrome.json", True)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_picture_needs_nothing_else(stage: Stage, page: Page, theme: str):
    page.emulate_media(color_scheme=theme)
    stage.open("long_task", "?step=2.4")
    name, data = save(page, "SVG")
    assert name == "long_task-step-4.svg"
    root = ElementTree.fromstring(data)
    assert b"var(--" not in data
    assert b"class=" not in data
    assert re.findall(rb"(?:href|src)=\W*http", data) == []
    texts = ["".join(text.itertext()) for text in root.iter(f"{SVG}text")]
    for seen in ("Ana", "background", "sleeps 5 s", "0.003 s", "3 ms", "waiting its turn"):
        assert seen in texts
    assert "The JSON response is returned" in texts
    seen = page.locator(".timeline-still .span").count() + page.locator(".legend .span").count()
    filled = [each for each in root.iter(f"{SVG}rect") if "pattern" in each.get("fill", "")]
    assert len(filled) == seen

    drawn = colours(page, bytes(resvg_py.svg_to_bytes(svg_string=data.decode())))
    total = sum(drawn.values())
    assert drawn[rgb(page, "--card")] / total > 0.5
    for token in ("--running", "--now", "--sleeping"):
        assert drawn.get(rgb(page, token), 0) / total > 0.0005, token


def test_the_png_looks_like_the_svg(stage: Stage, page: Page):
    stage.open("long_task", "?step=2.4")
    _, svg = save(page, "SVG")
    name, png = save(page, "PNG")
    assert name == "long_task-step-4.png"
    assert png.startswith(PNG)
    root = ElementTree.fromstring(svg)
    width, height = (int.from_bytes(png[at : at + 4], "big") for at in (16, 20))
    assert (width, height) == (2 * int(root.get("width", 0)), 2 * int(root.get("height", 0)))
    ours = colours(page, png)
    theirs = colours(page, bytes(resvg_py.svg_to_bytes(svg_string=svg.decode())))
    for token in ("--card", "--running", "--now", "--sleeping"):
        colour = rgb(page, token)
        shares = [found.get(colour, 0) / sum(found.values()) for found in (ours, theirs)]
        # Edges are blended with what is beside them, and more so in the smaller picture.
        assert shares[0] == pytest.approx(shares[1], rel=0.25), token


@pytest.mark.browser_context_args(
    viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True
)
def test_on_a_phone_every_entry_can_be_hit(stage: Stage, page: Page):
    stage.open("long_task", "?step=2.4")
    opener(page).tap()
    expect(menu(page)).to_be_visible()
    box = menu(page).bounding_box()
    assert box
    assert (box["x"], box["width"]) == (0, 390)
    assert box["y"] + box["height"] == pytest.approx(844, abs=1)
    for each in menu(page).locator(".share-entry").all():
        size = each.bounding_box()
        assert size
        assert size["height"] >= 44
    with page.expect_download():
        entry(page, "PNG").tap()


def test_without_the_clipboard_the_link_can_still_be_copied(stage: Stage, page: Page):
    page.add_init_script("delete Navigator.prototype.clipboard")
    stage.open("long_task", "?step=2.4")
    opener(page).click()
    entry(page, "Copy a link").click()
    expect(menu(page).get_by_role("textbox")).to_have_value(re.compile(r"/s/long_task\?step=2\.4$"))


def test_without_the_server_it_says_so(stage: Stage, page: Page, watch: Watch):
    stage.open("long_task", "?step=2.4")
    page.route("**/share.js", lambda route: route.abort())
    watch.expect("share.js|ERR_FAILED")
    opener(page).click()
    expect(page.locator(".notice")).to_contain_text("could not be fetched")


def test_without_the_font_the_picture_is_drawn_all_the_same(stage: Stage, page: Page, watch: Watch):
    stage.open("long_task", "?step=2.4")
    page.route("**/inter-latin.woff2", lambda route: route.abort())
    watch.expect("inter-latin|ERR_FAILED")
    _, data = save(page, "SVG")
    assert b"@font-face" not in data
    assert b"The JSON response is returned" in data


def test_a_saved_trace_is_shown_again(stage: Stage, page: Page, tmp_path: Path, watch: Watch):
    stage.open("long_task", "?p.task_seconds=2&step=2.4")
    _, data = save(page, "Everything")
    path = tmp_path / "mine.json"
    path.write_bytes(data)
    with running(str(path), program=("-m", "visualizer", "open")) as other:
        watch.also(other.url)
        page.goto(f"{other.url}/?step=1.4")
        stage.ready()
        expect(stage.caption).to_have_text("the JSON response is returned")
        stage.press("ArrowRight")
        expect(stage.caption).to_have_text("the task sleeps 2 s")
        expect(page).to_have_url(f"{other.url}/?step=1.5")
        expect(page.get_by_role("heading", name="Question")).to_have_count(0)
        name, again = save(page, "Everything")
        assert (name, again) == ("long_task-thread.json", data)
    assert other.process.returncode == 0


@contextmanager
def elsewhere(body: str) -> Iterator[str]:
    """A page of another site: another name of this machine, and another port."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            content = f"<!doctype html><title>A blog</title>{body}".encode()
            self.send_response(200 if self.path == "/" else 404)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://localhost:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_the_code_to_embed_works_in_a_page_of_another_site(
    stage: Stage, page: Page, server: Server, watch: Watch
):
    stage.open("long_task", "?v=thread&step=1.4")
    opener(page).click()
    entry(page, "embed").click()
    expect(entry(page, "embed")).to_contain_text("Copied")
    code = str(page.evaluate("navigator.clipboard.readText()"))
    assert f'src="{server.url}/embed/long_task?v=thread&amp;step=1.4"' in code
    sockets: list[str] = []
    page.on("websocket", lambda socket: sockets.append(socket.url))
    with elsewhere(code) as url:
        watch.also(url)
        watch.expect("404")  # its icon
        page.goto(url)
        frame = page.frame_locator("iframe")
        caption = frame.locator(".caption-text")
        expect(caption).to_have_text("the JSON response is returned")
        frame.get_by_role("button", name="One step on").click()
        expect(caption).to_have_text("the task sleeps 5 s")
        assert sockets == []
        inner = page.frames[1]
        assert inner.evaluate("self.origin") == "null"
        assert inner.evaluate("document.fonts.check('16px Inter')")
        stored = "(() => { try { return String(localStorage) } catch (e) { return e.name } })()"
        assert inner.evaluate(stored) == "SecurityError"


def test_nothing_but_the_embedded_page_can_be_framed(page: Page, server: Server, watch: Watch):
    watch.expect("frame-ancestors|ERR_BLOCKED_BY_RESPONSE|404")
    with elsewhere(f'<iframe src="{server.url}/s/long_task"></iframe>') as url:
        watch.also(url)
        with page.expect_event("requestfailed"):
            page.goto(url)
        expect(page.frame_locator("iframe").locator("#stage")).to_have_count(0)
