"""A program of several files on the stage: the file in which a step is, and a way to the others."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.support.server import ROOT, running

from .conftest import Watch
from .stage import Stage
from .test_access import violations

PROGRAM = ROOT / "tests" / "strangers" / "guestbook" / "app.py"

narrow = pytest.mark.browser_context_args(viewport={"width": 360, "height": 800})


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The stage of a run of the program."""
    file: Path = tmp_path_factory.mktemp("own") / "run.json"
    command = [sys.executable, "-m", "visualizer", "trace", str(PROGRAM), "--format", "json"]
    file.write_bytes(subprocess.run(command, check=True, stdout=subprocess.PIPE, cwd=ROOT).stdout)
    with running(str(file), program=("-m", "visualizer", "open")) as server:
        yield server.url


@pytest.fixture
def own(stage: Stage, page: Page, watch: Watch, url: str) -> Stage:
    watch.also(url)
    page.goto(url)
    return stage.ready()


def test_the_file_of_the_step_is_shown_and_another_can_be_chosen(own: Stage, page: Page):
    files = page.get_by_role("group", name="Files")
    shown = page.get_by_role("region", name="Program")
    own.press("Home")
    own.press("ArrowRight", 2)  # the view has been called: it stands in app.py
    expect(files.get_by_role("button", pressed=True)).to_contain_text("app.py")
    expect(shown).to_contain_text("def check(number)")
    files.get_by_role("button", name="store.py").click()
    expect(files.get_by_role("button", pressed=True)).to_contain_text("store.py")
    expect(shown).to_contain_text("def approve(number)")
    # Where the thread sleeps is still said on its file, and the next step leads back.
    own.press("ArrowRight", 3)
    expect(files.get_by_role("button", name="app.py")).to_contain_text("here: ")
    expect(files.get_by_role("button", pressed=True)).to_contain_text("app.py")
    assert violations(page) == []


@narrow
def test_the_files_scroll_in_their_own_row_on_a_phone(own: Stage, page: Page):
    expect(page.get_by_role("group", name="Files")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert violations(page) == []
