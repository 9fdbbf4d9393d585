"""Links that do not fit, and programs that fail.

The nearest valid view opens, and what is wrong is said.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.support.server import running

from .conftest import Watch
from .lessons import THREAD
from .stage import Stage, cells

PROGRAM = """\
from flask import Flask

PARTS = 4
SHARE = 12 / PARTS

app = Flask(__name__)


@app.get("/")
def index():
    return {"share": SHARE}  #: the answer
"""
LESSON = """\
title = "A share"
chapter = "why"
level = "foundation"
minutes = 5

[[variants]]
id = "one"
title = "One program"
file = "one_app.py"

[[variants]]
id = "other"
title = "Another program"
file = "other_app.py"

[parameters.parts]
constant = "PARTS"
label = "How many parts"
min = 0
max = 12
step = 1
default = 4

[[requests]]
path = "/"
"""

QUIZ = """\
[[questions]]
id = "status"
kind = "choice"
variant = "one"
text = "What is the status?"
hint = "Look."
choices = ["200", "404"]
query = "requests[0].status"
explanation = "It is {requests[0].status}."
proof = { where = "response sent" }
wrong = { "404" = "The page is there." }
"""


def notice(page: Page, text: str) -> Locator:
    return page.get_by_role("status").filter(has_text=text)


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("?v=thread,celary", "no version “celary”"),
        ("?p.task_secs=2", "no parameter “task_secs”"),
        ("?p.task_seconds=soon", "cannot be “soon”; it is 5 here"),
        ("?seed=x", "“x” is not a seed"),
        ("?step=2.99", "There is no step 99 here"),
        ("?step=7.1", "There is no version 7 on this stage"),
        ("?v=inline,thr", "no version “thr”"),
        ("?v=thread,inline&p.task_sec", "no parameter “task_sec”"),
        ("?v=inline,thread&step=2.", "“2.” is not a step"),
        ("?v=inline,thread&%", None),
        ("?v=", None),
        ("?views=code.magic", "no view “magic”"),
    ],
)
def test_a_link_that_does_not_fit_opens_the_nearest_view(
    page: Page, stage: Stage, query: str, said: str | None
):
    stage.open("long_task", query)
    if said is not None:
        expect(notice(page, said)).to_be_visible()
    stage.press("End")
    expect(stage.place).to_contain_text(re.compile(r"Step (\d+) of \1 "))


def test_a_misspelt_lesson_opens_the_nearest_at_the_same_step(page: Page, stage: Stage):
    page.goto("/s/Long-Tusk?step=2.4")
    stage.ready()
    expect(notice(page, "There is no lesson “Long-Tusk”; this is “A long task”.")).to_be_visible()
    stage.expect_step(THREAD, 4)
    stage.press("ArrowLeft")
    expect(page).to_have_url(re.compile(r"/s/long_task\?step=2\.3$"))


def test_a_lesson_of_no_such_name_opens_the_catalogue(page: Page):
    page.goto("/s/quantum?step=2.4")
    expect(notice(page, "There is no lesson “quantum”.")).to_be_visible()
    expect(page.locator("a.lesson-link").first).to_be_visible()


@pytest.fixture(scope="module")
def share(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server with a lesson whose program may fail as it starts."""
    folder: Path = tmp_path_factory.mktemp("lessons")
    lesson = folder / "share"
    lesson.mkdir()
    (lesson / "lesson.toml").write_text(LESSON)
    (lesson / "lesson.md").write_text("A share.\n")
    (lesson / "quiz.toml").write_text(QUIZ)
    for name in ("one", "other"):
        (lesson / f"{name}_app.py").write_text(PROGRAM)
    with running("--scenarios", str(folder)) as server:
        yield server.url


def test_a_program_that_fails_says_its_own_error_at_its_line(
    page: Page, stage: Stage, watch: Watch, share: str
):
    one, other = "One program", "Another program"
    watch.also(share)
    page.goto(f"{share}/s/share?p2.parts=0")
    stage.ready()
    failed = stage.column(other)
    alert = failed.get_by_role("alert")
    expect(alert).to_contain_text("The program stopped in other_app.py, line 4.")
    expect(alert).to_contain_text("ZeroDivisionError: division by zero")
    line = stage.code(other).get_by_role("listitem").filter(has_text="SHARE = 12 / PARTS")
    expect(line).to_contain_text("ZeroDivisionError")
    expect(stage.timeline).to_contain_text("could not be run")

    # The other version runs, and is untouched when the failure comes and goes.
    table = cells(stage.table(one))
    stage.press("1")
    stage.press("End")
    expect(stage.present_row(one)).to_have_count(1)
    stage.press("2")
    stage.press("c")
    field = page.get_by_role("spinbutton", name="How many parts")
    field.fill("3")
    field.press("Enter")
    stage.ready()
    expect(alert).to_have_count(0)
    expect(stage.table(other)).to_be_visible()
    field.fill("0")
    field.press("Enter")
    expect(alert).to_contain_text("ZeroDivisionError")
    assert cells(stage.table(one)) == table
