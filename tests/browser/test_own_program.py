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


SHARING = """\
import threading

from flask import Flask

app = Flask(__name__)


def work(found):
    found.append(1)


@app.get("/")
def index():
    results = []
    thread = threading.Thread(target=work, args=(results,), name="helper")
    thread.start()
    thread.join()
    return {"results": results}
"""


def test_an_object_that_two_functions_hold_is_marked_as_shared(
    stage: Stage, page: Page, watch: Watch, tmp_path: Path
):
    program, file = tmp_path / "app.py", tmp_path / "run.json"
    program.write_text(SHARING)
    (tmp_path / "requests.toml").write_text('[[requests]]\npath = "/"\n')
    command = [sys.executable, "-m", "visualizer", "trace", str(program), "--format", "json"]
    file.write_bytes(subprocess.run(command, check=True, stdout=subprocess.PIPE, cwd=ROOT).stdout)
    with running(str(file), program=("-m", "visualizer", "open")) as server:
        watch.also(server.url)
        page.goto(server.url)
        stage.ready()
        for name, other in (("results", "found in work, helper"), ("found", "results in index")):
            row = page.get_by_role("row").filter(
                has=page.get_by_role("button", name=f"{name}, history", exact=True)
            )
            expect(row.get_by_text("shared", exact=True)).to_be_visible()
            expect(row).to_contain_text(f"The same object as {other}")
        assert violations(page) == []
        page.goto("about:blank")
