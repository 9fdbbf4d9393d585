"""``meanwhile classes``: beside a running server, with every mistake in one line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.classroom.making import SCENE, answer, capital, join
from visualizer.classroom import Refused, Register, Session
from visualizer.cli import main


class Ran:
    def __init__(self, status: int, out: str, err: str) -> None:
        self.status, self.out, self.err = status, out, err


@pytest.fixture
def run(url: str, capfd: pytest.CaptureFixture[str]):
    def call(*arguments: str) -> Ran:
        with pytest.raises(SystemExit) as ended:
            main(["classes", *arguments, "--database-url", url])
        told = capfd.readouterr()
        assert "Traceback" not in told.err
        return Ran(int(ended.value.code or 0), told.out, told.err)

    return call


def test_the_list(run, register: Register, session: Session) -> None:
    join(session, 2)
    code = register.start("[red]Bold[/red] title", SCENE).code
    ran = run("list")
    assert ran.status == 0
    line = next(line for line in ran.out.splitlines() if line.startswith(session.code))
    assert "Threads" in line and "long_task" in line and "open" in line
    assert "[red]Bold[/red] title" in ran.out
    lines = json.loads(run("list", "--format", "json").out)
    assert [line["code"] for line in lines][:2] == [code, session.code]
    assert lines[1]["seats"] == 2


def test_an_empty_list(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["classes", "list", "--database-url", f"sqlite:///{tmp_path / 'x.sqlite3'}"])
    assert capfd.readouterr().out == "No class is stored.\n"


def test_the_export(run, session: Session, tmp_path: Path) -> None:
    (ana,) = join(session, 1)
    session.rename(ana, "Zoë")
    session.ask(capital())
    answer(session, ana, "Milan")
    assert json.loads(run("export", session.code.lower()).out)["students"][0]["name"] == "Zoë"
    ran = run("export", session.code, "--format", "csv", "--table", "misconceptions")
    assert ran.out.splitlines()[1] == "1,Capital of Italy?,Milan,,1,"
    file = tmp_path / "students.csv"
    ran = run(
        *("export", session.code, "--format", "csv", "--table", "students", "--out", str(file))
    )
    assert (ran.status, ran.out) == (0, "")
    assert file.read_bytes().startswith(b"\xef\xbb\xbfSeat,Name")
    assert "Zoë" in file.read_text(encoding="utf-8-sig")


def test_deleting_a_student_and_a_class(run, register: Register, session: Session) -> None:
    join(session, 2)
    ran = run("delete", session.code, "--student", "1", "--yes")
    assert (ran.status, ran.out) == (
        0,
        f"Deleted Student 0 (seat 1) from the class {session.code} with all answers.\n",
    )
    students = json.loads(run("export", session.code).out)["students"]
    assert [student["seat"] for student in students] == [2]
    assert run("delete", session.code, "--yes").status == 0
    with pytest.raises(Refused):
        session.lock()
    assert run("export", session.code).status == 1


def test_deleting_asks_first(run, session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def no(question: str) -> bool:
        asked.append(question)
        return False

    monkeypatch.setattr("click.confirm", no)
    ran = run("delete", session.code)
    assert (ran.status, ran.err) == (1, "meanwhile: Nothing was deleted.\n")
    assert len(asked) == 1
    assert session.ended is False


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        (["export", "ZZZZZZ"], 1, "No class with this code is stored"),
        (["export", "no code at all"], 1, "No class with this code is stored"),
        (["delete", "ZZZZZZ", "--yes"], 1, "No class with this code is stored"),
        (["export", "ZZZZZZ", "--table", "grades"], 2, "'grades' is not one of"),
        (["delete"], 2, "Missing argument 'CODE'"),
    ],
)
def test_mistakes_are_one_line(run, arguments: list[str], status: int, said: str) -> None:
    ran = run(*arguments)
    assert (ran.status, ran.out) == (status, "")
    assert said in ran.err
    assert ran.err.count("\n") == 1


def test_a_wrong_seat_or_file_is_one_line(run, session: Session, tmp_path: Path) -> None:
    ran = run("delete", session.code, "--student", "9", "--yes")
    assert (ran.status, ran.err) == (1, f"meanwhile: The class {session.code} has no seat 9.\n")
    ran = run("export", session.code, "--out", str(tmp_path / "no" / "x.json"))
    assert ran.status == 1
    assert "cannot be written: No such file" in ran.err


def test_a_database_that_is_not_there_is_one_line(capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["classes", "list", "--database-url", "postgresql://x:hush@127.0.0.1:9/x"])
    told = capfd.readouterr()
    assert (ended.value.code, told.out, told.err.count("\n")) == (1, "", 1)
    assert "hush" not in told.err
