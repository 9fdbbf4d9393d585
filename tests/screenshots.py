"""Takes the pictures of the pages from the real server in a real browser.

`python -m tests.screenshots` writes the README's two, docs/stage.png and docs/stage-dark.png.
`python -m tests.screenshots --all FOLDER` writes every page into FOLDER, every view and
some scenes of the stage: light, dark, with high contrast, for a projector, and 360 px wide.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal, NamedTuple

from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.browser.lessons import LESSONS, THREAD
from tests.browser.stage import Stage
from tests.support import chromium
from tests.support.server import ROOT, Server, ServerDied, running

STEPS_IN = 4
"""Mid-play: so many steps forward, one lane sleeps and another has its answer."""

Theme = Literal["light", "dark"]
THEMES: tuple[Theme, ...] = ("light", "dark")


class Look(NamedTuple):
    """How pages are looked at: the system's theme, the width, what the reader has chosen."""

    name: str
    theme: Theme
    width: int
    chosen: dict[str, str]


LOOKS = (
    Look("light-1440", "light", 1440, {}),
    Look("dark-1440", "dark", 1440, {}),
    Look("contrast-1440", "light", 1440, {"contrast": "more"}),
    Look("contrast-dark-1440", "dark", 1440, {"contrast": "more"}),
    Look("projector-1440", "light", 1440, {"projector": "on"}),
    Look("light-360", "light", 360, {}),
    Look("dark-360", "dark", 360, {}),
)
VIEWS = (
    *("timeline", "code", "steps", "tracker", "queue", "network", "page", "sequence"),
    *("flow", "moments", "output"),
)
"""As panels.js names them."""
SCENES = {
    "aligned": ("long_task", "?align=step", 3),
    "settings": ("long_task", "?change=1", 4),
    "four": ("send_email", "?v=inline,thread,celery,rq&views=steps,steps,steps,steps", 6),
    "pushed": ("status_feedback", "?v=polling,push&views=page.sequence,page.sequence", 60),
    "users": ("long_task", "?p.users=40&views=timeline,timeline", 30),
}
"""More of the stage: a lesson, what of it, and how many steps in."""


def main() -> int:
    """Returns the exit code: 1 with one line on stderr where there is no browser or no server."""
    parser = argparse.ArgumentParser(prog="python -m tests.screenshots", description=__doc__)
    parser.add_argument("--all", type=Path, metavar="FOLDER", help="every page, into this folder")
    folder: Path | None = parser.parse_args().all
    try:
        with running() as server, sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=chromium.ensure(), args=chromium.ARGUMENTS
            )
            for path in every_page(browser, server, folder) if folder else readme(browser, server):
                print(path)
            browser.close()
    except (chromium.ChromiumMissing, ServerDied) as error:
        print(f"screenshots: {error}", file=sys.stderr)
        return 1
    return 0


def readme(browser: Browser, server: Server) -> Iterator[Path]:
    """The stage mid-play, from its top to the end of the code, as the README shows it."""
    for theme in THEMES:
        with page(browser, server, theme, width=1440, height=2000) as opened:
            code = mid_play(opened, "long_task").code(THREAD).bounding_box()
            assert code
            path = ROOT / "docs" / ("stage.png" if theme == "light" else "stage-dark.png")
            height = code["y"] + code["height"] + 20
            opened.screenshot(path=path, clip={"x": 0, "y": 0, "width": 1440, "height": height})
            yield path


def every_page(browser: Browser, server: Server, folder: Path) -> Iterator[Path]:
    """The catalogue, each stage mid-play, a page that is not there, and each view, whole."""
    folder.mkdir(parents=True, exist_ok=True)
    for look in LOOKS:
        with page(browser, server, look.theme, look.width, 1000, look.chosen) as opened:
            for name in ("catalogue", "missing", *LESSONS):
                if name in LESSONS:
                    mid_play(opened, name)
                else:
                    opened.goto("/" if name == "catalogue" else "/nothing/here")
                    expect(opened.locator("[data-picture]:empty")).to_have_count(0, timeout=90_000)
                path = folder / f"{name}-{look.name}.png"
                opened.screenshot(path=path, full_page=True)
                yield path
            yield from every_view(opened, folder, look)
            yield from every_scene(opened, folder, look)


def every_view(opened: Page, folder: Path, look: Look) -> Iterator[Path]:
    """Each view of a program with a queue, mid-play, by itself; the timeline also from near."""
    for view in VIEWS:
        mid_play(opened, "send_email", f"?v=inline,celery&p.users=10&views={view},{view}", 40)
        if view == "timeline":
            opened.keyboard.press("+")
            opened.keyboard.press("+")
            opened.wait_for_timeout(300)
        path = folder / f"view-{view}-{look.name}.png"
        opened.screenshot(path=path, full_page=True)
        yield path


def every_scene(opened: Page, folder: Path, look: Look) -> Iterator[Path]:
    """What else there is of the stage, and the keys' help."""
    for name, (lesson, query, steps) in SCENES.items():
        mid_play(opened, lesson, query, steps)
        path = folder / f"scene-{name}-{look.name}.png"
        opened.screenshot(path=path, full_page=True)
        yield path
    opened.keyboard.press("?")
    opened.locator("dialog[open]").wait_for()
    path = folder / f"scene-keys-{look.name}.png"
    opened.screenshot(path=path)
    yield path


@contextmanager
def page(
    browser: Browser,
    server: Server,
    theme: Theme,
    width: int,
    height: int,
    chosen: dict[str, str] | None = None,
) -> Iterator[Page]:
    """A page of that size (CSS pixels) in that theme, with what a reader has chosen."""
    context = browser.new_context(
        base_url=server.url, color_scheme=theme, viewport={"width": width, "height": height}
    )
    kept = {"hints": "seen", **(chosen or {})}
    context.add_init_script(
        f"for (const [name, value] of Object.entries({json.dumps(kept)}))"
        " localStorage.setItem('meanwhile.' + name, value)"
    )
    yield context.new_page()
    context.close()


def mid_play(opened: Page, lesson: str, query: str = "", steps: int = STEPS_IN) -> Stage:
    """Open a lesson and step into the middle of its story."""
    stage = Stage(opened).open(lesson, query)
    stage.press("Home")
    stage.press("ArrowRight", steps)
    opened.evaluate("document.fonts.ready")
    opened.wait_for_timeout(1200)  # until what moves has arrived
    return stage


if __name__ == "__main__":
    sys.exit(main())
