"""Options about classes: where they are stored, who starts them, how students reach them."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from tests.support.server import ROOT, database_in, environment, running
from tests.support.sweeps import some
from visualizer.classroom import Refused
from visualizer.web import serve
from visualizer.web.launch import Options, parse

from .classes import Class, request
from .conftest import MODES


def test_options(monkeypatch: pytest.MonkeyPatch) -> None:
    given = [
        *("--database-url", "postgresql://u:secret@db/x", "--host-password", "sesame"),
        *("--class-hours", "1.5", "--keep-days", "30", "--public-url", "https://a.example/"),
    ]
    options = parse(given)
    assert options[4:] == (
        "postgresql://u:secret@db/x",
        "sesame",
        1.5,
        30,
        "https://a.example",
    )
    # What is handed on to a fresh interpreter: others can read a command line.
    assert "secret" not in " ".join(options.arguments())
    assert "sesame" not in " ".join(options.arguments())
    for name, value in options.environment().items():
        monkeypatch.setenv(name, value)
    assert parse(options.arguments()) == options


def test_options_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {
        "DATABASE_URL": "sqlite:///x",
        "HOST_PASSWORD": "sesame",
        "CLASS_HOURS": "2",
        "KEEP_DAYS": "3",
        "PUBLIC_URL": "http://a.example",
    }.items():
        monkeypatch.setenv(f"MEANWHILE_{name}", value)
    assert parse([])[4:] == ("sqlite:///x", "sesame", 2, 3, "http://a.example")
    assert parse(["--class-hours", "4"]).class_hours == 4
    for name in ("DATABASE_URL", "HOST_PASSWORD", "CLASS_HOURS", "KEEP_DAYS", "PUBLIC_URL"):
        monkeypatch.setenv(f"MEANWHILE_{name}", "")
    assert parse([])[4:] == Options()[4:]


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (["--class-hours", "0"], "--class-hours"),
        (["--class-hours", "nan"], "--class-hours"),
        (["--class-hours", "many"], "--class-hours"),
        (["--keep-days", "-1"], "--keep-days"),
        (["--keep-days", "1e9"], "--keep-days"),
        (["--public-url", "class.example"], "--public-url"),
        (["--public-url", "https://user:word@class.example"], "--public-url"),
        (["--public-url", "https://class.example/?x"], "--public-url"),
    ],
)
def test_a_wrong_option_is_told_in_one_line(
    arguments: list[str], word: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as caught:
        parse(arguments)
    assert caught.value.code == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert word in line


def broken(folder: Path) -> str:
    (folder / "classes.sqlite3").write_bytes(b"this is no database" * 100)
    return database_in(folder)


def newer(folder: Path) -> str:
    with running("--database-url", database_in(folder)):
        pass
    with sqlite3.connect(folder / "classes.sqlite3") as database:
        tables = [row[0] for row in database.execute("select name from sqlite_master")]
        (versions,) = [name for name in tables if "version" in name and "auto" not in name]
        database.execute(f"update {versions} set version_num = '9999'")
    database.close()
    return database_in(folder)


def nowhere(folder: Path) -> str:
    (folder / "file").write_text("")
    return f"sqlite:///{folder}/file/classes.sqlite3"


DATABASES: list[Callable[[Path], str]] = [
    broken,
    newer,
    nowhere,
    lambda _: "nonsense",
    lambda _: "pigeon://user:hush@carrier/x",
    lambda _: "postgresql://user:hush@127.0.0.1:1/x",
]


@pytest.mark.parametrize("make", DATABASES)
def test_a_database_that_cannot_be_opened_is_told_in_one_line(
    make: Callable[[Path], str], tmp_path: Path
) -> None:
    done = subprocess.run(
        [sys.executable, "run.py", "--port", "0", "--database-url", make(tmp_path)],
        cwd=ROOT,
        env=environment(),
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (done.returncode, done.stdout) == (1, "")
    (line,) = done.stderr.splitlines()
    assert "hush" not in line
    assert "Traceback" not in line


@pytest.mark.parametrize("mode", some(MODES, "eventlet"))
def test_serve_of_the_command_line_hands_secrets_on_unseen(mode: str, tmp_path: Path) -> None:
    """They are in no process's arguments, and nothing of them is printed."""
    command = [sys.executable, "-m", "visualizer", "serve", "--port", "0", "--async-mode", mode]
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        env={
            **environment(),
            "MEANWHILE_HOST_PASSWORD": "sesame",
            "MEANWHILE_DATABASE_URL": database_in(tmp_path),
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert process.stdout is not None
    with process.stdout as printed:
        line = printed.readline()
        url = next(word for word in line.split() if word.startswith("http"))
        seen = [psutil.Process(process.pid), *psutil.Process(process.pid).children(recursive=True)]
        assert all("sesame" not in " ".join(each.cmdline()) for each in seen)
        status, told, _ = request(url, "/classes", {"lesson": "greet"})
        assert (status, told["error"]["code"]) == (401, "password")
        with Class(url, password="sesame") as lesson:
            assert lesson.host().snapshot["role"] == "host"
        process.send_signal(signal.SIGINT)
        assert process.wait(10) == 0
        assert "sesame" not in line + printed.read()
    assert (tmp_path / "classes.sqlite3").is_file()


def test_codes_are_good_for_so_many_hours() -> None:
    with running("--class-hours", "1.5") as server, Class(server.url) as lesson:
        told = lesson.host().snapshot
        assert told["expires"] - told["started"] == 1.5 * 3600 * 1000


def test_classes_past_their_time_are_looked_for_again_and_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Ended(Exception):
        pass

    class Shop:
        calls = 0

        def expire(self) -> int:
            self.calls += 1
            if self.calls == 2:
                raise Refused("unavailable", "Not now.")
            return 0

    slept: list[float] = []

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        if len(slept) == 4:
            raise Ended

    monkeypatch.setattr(serve.time, "sleep", sleep)
    shop = Shop()
    with pytest.raises(Ended):
        serve.keep_tidy(shop)  # type: ignore[arg-type]  # as much of a register as is needed
    assert shop.calls == 3
    assert slept == [3600] * 4
