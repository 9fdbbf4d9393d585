"""The command line: what it prints, and that a mistake is one line on stderr."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from tests.lessons.folder import LESSON, write
from tests.support.shipped import SHIPPED
from visualizer import lessons_cli, runs_cli, web
from visualizer.cli import main
from visualizer.lab import Lab, client
from visualizer.lessons import Catalogue
from visualizer.lessons_cli import catalogue_of
from visualizer.terminal import show_trace
from visualizer.trace.exports import FORMATS
from visualizer.web.launch import Options

APP = """\
from flask import Flask, request

from helper import double

app = api = Flask(__name__)


@app.post("/order")
def order():
    return {"id": double(int(request.form["n"]))}


@app.get("/order/<int:id>")
def show(id):
    return {"id": id, "ready": True}
"""

REQUESTS = """\
[[requests]]
user = "Ana"
method = "POST"
path = "/order"
form = { n = "21" }
save = ["id"]

[[requests]]
user = "Ana"
path = "/order/{id}"

[[requests]]
user = 2
at = 0.5
path = "/order/7"
"""


@pytest.fixture(autouse=True)
def _own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


@pytest.fixture(autouse=True)
def _made_once(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    """Commands find the warmed process and the lessons of the tests instead of making their own."""
    warm = lab._warmed()
    monkeypatch.setattr(warm, "close", lambda: None)
    monkeypatch.setattr(client, "WarmProcess", lambda: warm)
    for module in (runs_cli, lessons_cli):
        monkeypatch.setattr(
            module, "catalogue_of", lambda own: catalogue_of(own) if own else SHIPPED
        )


def call(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    """Exit status, stdout and stderr of a command."""
    with pytest.raises(SystemExit) as ended:
        main(list(arguments))
    printed = capsys.readouterr()
    return int(ended.value.code or 0), printed.out, printed.err


def fail(capsys: pytest.CaptureFixture[str], status: int, *arguments: str) -> str:
    """The one line on stderr of a command that has to fail with this status."""
    code, _, err = call(capsys, *arguments)
    assert code == status, err
    assert err.startswith("meanwhile: ")
    assert err.count("\n") == 1
    assert "Traceback" not in err
    return err


@pytest.fixture
def program(tmp_path: Path) -> Path:
    (tmp_path / "helper.py").write_text("def double(n):\n    return 2 * n\n")
    (tmp_path / "visit.toml").write_text(REQUESTS)
    path = tmp_path / "shop.py"
    path.write_text(APP)
    return path


def test_run_prints_the_table_the_tracker_and_the_output(
    capsys: pytest.CaptureFixture[str],
) -> None:
    code, out, err = call(capsys, "run", "greet", "--variant", "captured")
    assert (code, err) == (0, "")
    assert "Step  Action " in out
    assert "3     The view reads the name while the request is there " in out
    assert "write_greeting status  not started" in out
    assert "s  Hello, Ana!\n" in out
    assert "The request was answered after 0.044 s." in out
    assert "│" not in out
    assert "\x1b" not in out


def test_run_shows_every_variant_of_a_lesson(capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = call(capsys, "run", "long_task")
    assert out.index("(inline)") < out.index("(thread)")


def test_run_as_json_is_an_object_for_a_variant_and_an_array_for_a_lesson(
    capsys: pytest.CaptureFixture[str],
) -> None:
    _, out, _ = call(capsys, "run", "long_task", "--format", "json")
    assert [trace["variant"] for trace in json.loads(out)] == ["inline", "thread"]
    _, out, _ = call(capsys, "run", "long_task", "--variant", "thread", "--format", "json")
    assert json.loads(out)["steps"][3]["action"] == "the JSON response is returned"


@pytest.mark.parametrize("format_", ["variables", "chrome", "mermaid"])
def test_run_writes_the_same_as_the_export(
    capsys: pytest.CaptureFixture[str], format_: str
) -> None:
    code, out, _ = call(capsys, "run", "long_task", "--variant", "thread", "--format", format_)
    with Lab() as lab:
        job = SHIPPED.lesson("long_task").job("thread")
        expected = FORMATS[format_].write(lab.run(job)).decode()
    assert (code, out.rstrip("\n")) == (0, expected.rstrip("\n"))


def test_run_as_chrome_trace_puts_every_version_into_one_file(
    capsys: pytest.CaptureFixture[str],
) -> None:
    _, out, _ = call(capsys, "run", "long_task", "--format", "chrome")
    versions = [about["variant"] for about in json.loads(out)["otherData"]["runs"]]
    assert versions == ["inline", "thread"]


@pytest.mark.parametrize("format_", ["variables", "mermaid"])
def test_a_format_for_one_version_asks_which(
    capsys: pytest.CaptureFixture[str], format_: str
) -> None:
    err = fail(capsys, 2, "run", "long_task", "--format", format_)
    assert "--variant with one of inline, thread" in err


def test_run_as_csv_names_the_variant_where_there_are_several(
    capsys: pytest.CaptureFixture[str],
) -> None:
    _, out, _ = call(capsys, "run", "long_task", "--format", "csv")
    rows = list(csv.reader(io.StringIO(out)))
    assert rows[0][:3] == ["Variant", "Step", "Action"]
    assert {row[0] for row in rows[1:]} == {"inline", "thread"}
    _, out, _ = call(capsys, "run", "long_task", "--variant", "thread", "--format", "csv")
    rows = list(csv.reader(io.StringIO(out)))
    assert rows[0][0] == "Step"
    assert [row[0] for row in rows[1:]] == [str(n) for n in range(1, 8)]


def test_run_takes_settings_and_a_seed(capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ("--set", "task_seconds=0.5", "--set", "users=2", "--seed", "7")
    code, out, _ = call(
        capsys, "run", "long_task", "--variant", "thread", "--format", "json", *arguments
    )
    trace = json.loads(out)
    assert code == 0
    assert trace["parameters"] == {"task_seconds": 0.5, "users": 2}
    assert trace["seed"] == 7
    assert len(trace["requests"]) == 2
    assert "TASK_SECONDS = 0.5" in trace["listing"][0]["source"]


RUN_MISTAKES = [
    (["run"], "LESSON"),
    (["run", "long_tsk"], "Did you mean 'long_task'?"),
    (["run", "long_task", "--variant", "thred"], "Did you mean 'thread'?"),
    (["run", "long_task", "--set", "task_seconds"], "NAME=VALUE"),
    (["run", "long_task", "--set", "task_second=5"], "Did you mean 'task_seconds'?"),
    (["run", "long_task", "--set", "task_seconds=soon"], "a number from 0.5 to 10 (s)"),
    (["run", "long_task", "--set", "task_seconds=nan"], "not nan"),
    (["run", "long_task", "--set", "users=51"], "a whole number from 1 to 50, not 51"),
    (["run", "long_task", "--seed", "-1"], "seed has to be a whole number"),
    (["run", "long_task", "--seed", "x"], "'x' is not a valid integer"),
    (["run", "long_task", "--format", "xml"], "'xml' is not one of"),
    (["run", "long_task", "--sed", "1"], "--sed"),
    (["rum"], "rum"),
    (["serve", "--port", "65536"], "65536"),
    (["serve", "--async-mode", "twisted"], "twisted"),
    (["serve", "--scenarios", "/nowhere/at/all"], "does not exist"),
    (["serve", "--class-hours", "0"], "--class-hours"),
    (["serve", "--public-url", "class.example"], "looks like https://"),
    (["check", "greeet"], "Did you mean 'greet'?"),
    (["trace", "nowhere.py", "--requests", __file__ + "x"], "does not exist"),
    (["trace", "nowhere.py"], "There is no file"),
    (["trace", "nowhere"], "There is no module"),
    (["trace", f"{__file__}:"], "behind the colon"),
    (["trace", __file__], "--requests"),
    (["trace", __file__, "--env", "KEY"], "--env takes NAME=VALUE"),
]


@pytest.mark.parametrize(("arguments", "words"), RUN_MISTAKES)
def test_a_wrong_command_line_is_one_line_with_status_2(
    capsys: pytest.CaptureFixture[str], arguments: list[str], words: str
) -> None:
    assert words in fail(capsys, 2, *arguments)


def test_trace_runs_a_program_of_ones_own(
    capsys: pytest.CaptureFixture[str], program: Path
) -> None:
    visit = str(program.with_name("visit.toml"))
    code, out, err = call(capsys, "trace", str(program), "--requests", visit, "--format", "json")
    assert (code, err) == (0, "")
    trace = json.loads(out)
    assert [request["path"] for request in trace["requests"]] == [
        "/order",
        "/order/42",
        "/order/7",
    ]
    assert trace["requests"][2]["sent"] == 0.5
    assert [lane["name"] for lane in trace["lanes"] if lane["kind"] == "user"] == ["Ana", "Ben"]


def test_trace_takes_the_name_of_the_application_and_the_size_of_the_server(
    capsys: pytest.CaptureFixture[str], program: Path
) -> None:
    visit = str(program.with_name("visit.toml"))
    size = ("--workers", "2", "--threads", "3")
    _, out, _ = call(
        capsys, "trace", f"{program}:api", "--requests", visit, *size, "--format", "json"
    )
    lanes = [lane["name"] for lane in json.loads(out)["lanes"] if lane["kind"] == "server"]
    assert len(lanes) == 6
    _, out, _ = call(capsys, "trace", str(program), "--requests", visit)
    assert "shop.py:app" in out
    assert "3 of 3 requests answered" in out


QUEUED = """
from celery import Celery
from flask import Flask

app = Flask(__name__)
queue = Celery("shop", broker="redis://localhost")

@queue.task
def pack(): pass

@app.post("/order")
def order():
    pack.delay()
    return "ok"
"""


MAILING = """
import smtplib
from flask import Flask

app = Flask(__name__)

@app.post("/order")
def order():
    with smtplib.SMTP("mail.example.org") as server:
        server.sendmail("shop@example.org", ["ana@example.org"], "Subject: Thanks")
    return "ok"
"""


def test_trace_gives_a_program_the_stand_ins_that_are_named(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    program, visit = tmp_path / "shop.py", tmp_path / "requests.toml"
    program.write_text(MAILING, encoding="utf-8")
    visit.write_text('[[requests]]\nmethod = "POST"\npath = "/order"\n', encoding="utf-8")
    code, out, _ = call(capsys, "trace", str(program), "--stand-in", "smtp=2s")
    assert code == 0
    assert "main asks smtp: a mail to ana@example.org" in out
    _, out, _ = call(capsys, "trace", str(program))
    last = out.rstrip().splitlines()[-1]
    assert last.startswith("The program opens a network connection to mail.example.org:25:")
    assert "--stand-in smtp=300ms" in last
    assert "Nothing says what" in fail(capsys, 2, "trace", str(program), "--stand-in", "mailer=2s")


def test_trace_runs_the_workers_of_a_queue(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "shop.py").write_text(QUEUED, encoding="utf-8")
    visit = tmp_path / "visit.toml"
    visit.write_text('[[requests]]\nmethod = "POST"\npath = "/order"\n', encoding="utf-8")
    call_ = ("trace", str(tmp_path / "shop.py"), "--requests", str(visit), "--format", "json")
    _, out, _ = call(capsys, *call_, "--queue-workers", "2")
    trace = json.loads(out)
    assert [lane["id"] for lane in trace["lanes"] if lane["kind"] == "worker"] == [
        "worker-1",
        "worker-2",
    ]
    assert [task["state"] for task in trace["tasks"]] == ["finished"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("def broken(:\n", "shop.py:1: "),
        ("x = 1\nraise ValueError('no')\n", "shop.py:2: "),
        ("import nothing_of_this_name\n", "shop.py:1: "),
        ("other = 1\n", "app"),
    ],
)
def test_a_program_that_cannot_run_is_one_line_with_status_1(
    capsys: pytest.CaptureFixture[str], program: Path, text: str, words: str
) -> None:
    program.write_text(text)
    visit = str(program.with_name("visit.toml"))
    assert words in fail(capsys, 1, "trace", str(program), "--requests", visit)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[[requests]\n", "visit.toml:1: This is not TOML"),
        ("", "visit.toml:1: The key 'requests' is missing."),
        ("[[requests]]\npaht = '/'\nat = 'x'\n", "Did you mean 'path'? (1 more)"),
    ],
)
def test_bad_requests_are_one_line_with_status_2(
    capsys: pytest.CaptureFixture[str], program: Path, text: str, words: str
) -> None:
    visit = program.with_name("visit.toml")
    visit.write_text(text)
    assert words in fail(capsys, 2, "trace", str(program), "--requests", str(visit))


def test_a_run_that_is_cut_is_shown_and_then_fails(
    capsys: pytest.CaptureFixture[str], program: Path
) -> None:
    program.write_text(
        "import time\nfrom flask import Flask\napp = Flask(__name__)\n"
        "@app.get('/')\ndef index():\n    time.sleep(99999)\n    return ''\n"
    )
    visit = program.with_name("visit.toml")
    visit.write_text("[[requests]]\npath = '/'\n")
    code, out, err = call(capsys, "trace", str(program), "--requests", str(visit))
    assert code == 1
    assert "sends GET /" in out
    assert err.startswith("meanwhile: The run was cut: ")


def test_check_passes_what_is_right(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = call(capsys, "check", "long_task")
    assert (code, out, err) == (0, "long_task: ok (2 variants, 6 questions)\n", "")


def test_check_names_file_line_and_remedy(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    folder = write(tmp_path, "mine", lesson=LESSON.replace("minutes = 5", "minutes = 0"))
    code, out, err = call(capsys, "check", "mine", "--scenarios", str(tmp_path))
    assert code == 1
    wanted = f"{folder / 'lesson.toml'}:4: minutes is 0. The smallest value is 1.\n"
    assert (out, err) == (wanted, "meanwhile: 1 breach found.\n")


def test_check_runs_every_variant(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    lesson = LESSON.replace('where = "task started" }', 'where = "task failed" }')
    folder = write(tmp_path, "mine", lesson=lesson)
    code, out, _ = call(capsys, "check", "mine", "greet", "--scenarios", str(tmp_path))
    assert code == 1
    assert f"{folder / 'lesson.toml'}:49: The run of 'thread' has no step 'task failed'." in out
    assert "greet: ok" in out


def test_check_without_a_name_is_of_all_there_is(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in ("mine", "yours"):
        write(tmp_path, name)
    monkeypatch.setattr(lessons_cli, "catalogue_of", lambda own: Catalogue([tmp_path]))
    code, out, _ = call(capsys, "check")
    assert code == 1
    for name in ("mine", "yours"):
        assert f"{tmp_path / name / 'lesson.toml'}:7: " in out
    assert out.endswith("chapters and glossary: ok (0 chapters, 0 words)\n")


@pytest.mark.long
def test_all_that_comes_with_meanwhile_passes_check(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = call(capsys, "check")
    assert (code, err) == (0, ""), out
    assert out.count(": ok (") == len(SHIPPED.lessons) + 1


def test_check_tells_of_a_program_that_cannot_run(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    folder = write(tmp_path, "mine")
    listing = folder / "thread_app.py"
    listing.write_text(listing.read_text() + "\nraise ValueError('no')\n")
    code, out, _ = call(capsys, "check", "mine", "--scenarios", str(tmp_path))
    assert code == 1
    assert out.startswith(f"{listing}:21: ")


def test_serve_hands_its_options_on(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    got: list[Any] = []

    def run_server(*options: Any, **classes: Any) -> int:
        got.append((options, classes))
        return 3

    monkeypatch.setattr(web, "run_server", run_server)
    given = ("--host", "::1", "--port", "0", "--async-mode", "threading")
    code, _, _ = call(capsys, "serve", *given, "--scenarios", str(tmp_path))
    assert code == 3
    usual = Options()._asdict()
    classes = {name: usual[name] for name in Options._fields[4:]}
    assert got == [(("::1", 0, "threading", (tmp_path,)), classes)]

    given = ("--class-hours", "2", "--keep-days", "3", "--public-url", "https://a.example/")
    monkeypatch.setenv("MEANWHILE_HOST_PASSWORD", "sesame")
    monkeypatch.setenv("MEANWHILE_DATABASE_URL", "sqlite:///x")
    call(capsys, "serve", *given)
    assert got[1][1] == {
        "database_url": "sqlite:///x",
        "host_password": "sesame",
        "class_hours": 2,
        "keep_days": 3,
        "public_url": "https://a.example",
    }


@pytest.mark.parametrize("data", [b"", b"no JSON", b"{}", b'{"format": "meanwhile-trace"'])
def test_open_tells_a_bad_file_in_one_line(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, data: bytes
) -> None:
    path = tmp_path / "trace.json"
    path.write_bytes(data)
    assert "trace.json" in fail(capsys, 1, "open", str(path))
    assert "nothing.json" in fail(capsys, 1, "open", str(tmp_path / "nothing.json"))


def test_help_and_version(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = call(capsys)
    assert code == 0
    for command in ("serve", "run", "check", "trace", "open"):
        assert f"  {command} " in out
    code, out, _ = call(capsys, "--version")
    assert (code, out.split()[0]) == (0, "meanwhile,")


def test_a_reader_that_leaves_early_hears_no_complaint() -> None:
    command = f"{sys.executable} -m visualizer run long_task --format json | head -c 9"
    done = subprocess.run(
        ["bash", "-c", f"set -o pipefail; {command}"],
        cwd=Path(__file__).resolve().parents[1],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.stdout.startswith("[{")
    assert "Traceback" not in done.stderr
    assert "Exception" not in done.stderr


def test_a_terminal_gets_rules_and_colours_and_loses_no_letter() -> None:
    lesson = SHIPPED.lessons["greet"]
    with Lab(cache_dir=None) as lab:
        trace = lab.run(lesson.job("late"))
    for width in (120, 50):
        text = io.StringIO()
        show_trace(Console(file=text, force_terminal=True, width=width), trace, "Title")
        shown = text.getvalue()
        assert "Execution table" in shown
        assert "Variable tracker" in shown
        assert "\x1b[1;31mfailed" in shown
        assert "…" not in shown


def test_a_wide_tracker_is_told_change_by_change(capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = call(capsys, "run", "long_task", "--variant", "thread", "--set", "users=3")
    assert "After step" not in out
    assert "Step  Variable                     New value\n" in out
    assert max(map(len, out.split("\n\n")[2].splitlines())) < 60


def test_run_for_real_says_that_it_was(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = call(
        capsys,
        "run",
        "greet",
        "--variant",
        "captured",
        "--set",
        "work_seconds=0.1",
        "--clock",
        "wall",
    )
    assert status == 0
    assert "on the wall clock" in out and "All is real but the network" in out


def test_check_wall_prints_what_was_compared(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = call(capsys, "check", "--wall", "--scale", "10", "long_task")
    assert status == 0, out
    assert "2 agree, 0 differ, 0 not compared" in out
