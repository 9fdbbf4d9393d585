"""The same job gives the same bytes, whatever the process did before and wherever objects lie."""

from __future__ import annotations

import textwrap
from pathlib import Path

import pytest

from tests.lab.jobs import view
from visualizer.lab import Job, Lab, Server, Users

OWN = "class Mail:\n    def __init__(self, n):\n        self.n = n"
PROGRAMS = {
    "sets of own objects": view(
        "mails = {Mail(n) for n in range(150)}\nreturn str([mail.n for mail in mails])", OWN
    ),
    "ids": view("mail = Mail(1)\nprint(id(mail), id(mail) == id(mail), id([]))\nreturn 'x'", OWN),
    "seeding from nothing": view("random.seed()\nreturn str(random.random())"),
    "names of the process": view(
        "print(sys.argv, os.uname().nodename, threading.enumerate())\nreturn 'x'", "import sys"
    ),
    "clocks": view("return str(time.clock_gettime(time.CLOCK_MONOTONIC))"),
    "tracebacks between flushes": view(
        """
        for number in range(30):
            try:
                {}[number]
            except KeyError:
                traceback.print_exc()
            time.sleep(0.1)
        return "x"
        """,
        "import traceback",
        users=Users(count=6),
        server=Server(threads=4),
    ),
    "SQLite's thread ids": view(
        """
        base = sqlite3.connect(":memory:")
        thread = threading.Thread(target=lambda: base.execute("select 1"))
        thread.start()
        thread.join()
        return "x"
        """,
        "import sqlite3",
    ),
}


@pytest.fixture(scope="module")
def others() -> list[dict[str, bytes]]:
    """All programs in two labs, in two orders, with other runs between them."""

    def run(jobs: list[tuple[str, Job]]) -> dict[str, bytes]:
        with Lab(cache_dir=None) as lab:
            lab.run(view(f"x = {len(jobs)}\nreturn {jobs[0][0]!r}"))
            return {name: lab.run_json(job) for name, job in jobs}

    jobs = list(PROGRAMS.items())
    return [run(jobs), run(jobs[::-1])]


@pytest.mark.parametrize("name", PROGRAMS)
def test_the_bytes_are_the_same(others: list[dict[str, bytes]], name: str) -> None:
    one, other = (each[name] for each in others)
    assert one == other


def test_own_objects_still_differ_and_compare(lab: Lab) -> None:
    body = """
    first, second = Mail(1), Mail(1)
    @dataclasses.dataclass(frozen=True)
    class Point:
        x: int
    @dataclasses.dataclass
    class Box:
        x: int
    same = {Point(1), Point(1)}
    try:
        {Box(1)}
    except TypeError as error:
        return f"{first == second} {id(first) == id(second)} {len(same)} {error}"
    """
    answer = lab.run(view(body, f"import dataclasses\n{OWN}")).requests[0].body
    assert answer == "False False 1 unhashable type: 'Box'"


def test_what_libraries_draw_while_they_are_imported_changes_nothing(
    lab: Lab, tmp_path: Path
) -> None:
    """A process that is not warm yet imports within the run what a warm one has imported before."""
    library = tmp_path / "library.py"
    library.write_text("import os, random, uuid\nos.urandom(8), uuid.uuid4(), random.Random()")
    body = """
        if IMPORTS:
            loader = SourceFileLoader("library", LIBRARY)
            loader.exec_module(ModuleType("library"))
        return [str(uuid.uuid4()), random.Random().random(), random.random()]
    """
    before = f"""
        import uuid
        from importlib.machinery import SourceFileLoader
        from types import ModuleType

        LIBRARY = {str(library)!r}
    """
    runs = [
        lab.run(view(body, f"{textwrap.dedent(before)}IMPORTS = {imports}")).requests[0].body
        for imports in (True, False)
    ]
    assert runs[0] == runs[1]
