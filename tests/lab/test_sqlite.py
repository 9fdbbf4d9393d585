"""SQLite on the virtual clock: a locked database is waited for there, as long as SQLite would."""

from __future__ import annotations

import sqlite3
import time
from pathlib import Path
from typing import Any

import pytest

from tests.lab.jobs import job
from visualizer.lab import Job, Lab, UserRequest
from visualizer.lab.job import Server
from visualizer.trace import Trace, encode

HEAD = "import os, tempfile, time\nfrom flask import Flask\napp = Flask(__name__)\n"

PROGRAM = """
import sqlite3

FILE = os.path.join(tempfile.gettempdir(), "test.db")

def connect(**settings):
    return sqlite3.connect(FILE, **settings)

connect().execute("CREATE TABLE IF NOT EXISTS log (text)")

@app.get("/hold/<float:seconds>")
def hold(seconds):
    with connect() as db:
        db.execute("INSERT INTO log VALUES ('hold')")
        time.sleep(seconds)
    return "held"

@app.get("/write/<float:patience>")
def write(patience):
    began = time.monotonic()
    db = connect(timeout=patience)
    try:
        with db:
            db.execute("INSERT INTO log VALUES ('write')")
    except sqlite3.OperationalError as error:
        return f"{error} after {time.monotonic() - began:.1f}"
    return f"written after {time.monotonic() - began:.1f}"

@app.get("/count")
def count():
    return str(connect().execute("SELECT count(*) FROM log").fetchone()[0])
"""


def two(tmp_path: Path, second: str, program: str = PROGRAM, **settings: Any) -> Job:
    """Somebody holds the database for 2 s; meanwhile another wants ``second``."""
    return job(
        program,
        head=HEAD,
        root=str(tmp_path),
        server=Server(threads=2),
        requests=[
            UserRequest(path="/hold/2.0", user="Ana"),
            UserRequest(path=second, user="Ben", at=0.5),
            UserRequest(path="/count", user="Ben", at=9.0),
        ],
        **settings,
    )


def body(trace: Trace, path: str) -> str | None:
    return next(request.body for request in trace.requests if request.path == path)


def test_who_finds_the_database_locked_waits_until_it_is_free(lab: Lab, tmp_path: Path) -> None:
    trace = lab.run(two(tmp_path, "/write/5.0"))
    assert body(trace, "/write/5.0") in ("written after 1.5", "written after 1.6")
    assert body(trace, "/count") == "2"
    assert "waits for the database, which is locked" in {span.label for span in trace.spans}
    assert trace.unreproducible == []  # none of it was real


def test_patience_ends(lab: Lab, tmp_path: Path) -> None:
    trace = lab.run(two(tmp_path, "/write/1.0"))
    assert body(trace, "/write/1.0") == "database is locked after 1.0"
    assert body(trace, "/count") == "1"


def test_the_same_bytes_twice_whatever_the_folder_is_called(lab: Lab, tmp_path: Path) -> None:
    traces = [encode(lab.run(two(tmp_path, "/write/5.0"))) for _ in range(2)]
    assert traces[0] == traces[1]


@pytest.mark.parametrize(
    ("statements", "patience", "waits"),
    [
        (["INSERT INTO t VALUES (2)"], 0.4, 0.4),
        (["BEGIN", "INSERT INTO t VALUES (2)"], 0.4, 0.4),
        (["BEGIN", "SELECT * FROM t", "INSERT INTO t VALUES (2)"], 5.0, 0.0),
        (["PRAGMA busy_timeout = 200", "INSERT INTO t VALUES (2)"], 5.0, 0.2),
        (["BEGIN IMMEDIATE"], 0.4, 0.4),
    ],
)
def test_it_waits_where_sqlite_itself_waits(
    lab: Lab, tmp_path: Path, statements: list[str], patience: float, waits: float
) -> None:
    """The same statements against a locked database, here in real time, there on the clock."""
    holder = sqlite3.connect(tmp_path / "real.db", isolation_level=None)
    for statement in ("CREATE TABLE t (x)", "BEGIN IMMEDIATE", "INSERT INTO t VALUES (1)"):
        holder.execute(statement)
    real = sqlite3.connect(tmp_path / "real.db", isolation_level=None, timeout=patience)
    *before, last = statements
    for statement in before:
        real.execute(statement).fetchall()
    began = time.monotonic()
    with pytest.raises(sqlite3.OperationalError):
        real.execute(last)
    waited = time.monotonic() - began
    assert waits <= waited + 0.01 and (patience == waits or waited < patience)
    real.close()
    holder.close()

    program = f"""
import sqlite3

@app.get("/")
def view():
    file = os.path.join(tempfile.gettempdir(), "test.db")
    holder = sqlite3.connect(file, isolation_level=None)
    for statement in ("CREATE TABLE t (x)", "BEGIN IMMEDIATE", "INSERT INTO t VALUES (1)"):
        holder.execute(statement)
    db = sqlite3.connect(file, isolation_level=None, timeout={patience})
    began = time.monotonic()
    try:
        for statement in {statements!r}:
            db.execute(statement).fetchall()
    except sqlite3.OperationalError as error:
        return str(time.monotonic() - began)
"""
    trace = lab.run(job(program, head=HEAD, root=str(tmp_path)))
    assert float(trace.requests[0].body or "nan") == pytest.approx(waits, abs=0.02)
