"""`python -m tests.lab.against_redis [WORD]`: the programs of the tests, with real servers.

Runs each program of ``celery_programs``, ``rq_programs`` and ``redis_programs`` whose name has the
word in it, in processes of its own, with a real Redis and the libraries' own workers, and says
which prints something else than the tests expect. Not a part of the tests: it needs a Redis on
this machine, of which it empties database 13, and takes some minutes.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import textwrap
import time
from collections.abc import Iterator
from pathlib import Path

import redis

from tests.lab import celery_programs, queues, redis_programs, rq_programs

URL = "redis://localhost:6379/13"
EMPTY = f"import redis; redis.Redis.from_url({URL!r}).flushdb()"
RQ = ["-m", "rq.cli", "worker", "-u", URL, "--with-scheduler", "-q", "mail"]
CELERY = ["-m", "celery", "-A", "test_app.celery", "-q", "worker", "-P", "threads", "-c", "1"]

#: A program's name, its text, the command of its worker, and what it is to print.
Case = tuple[str, str, list[str], list[str]]


def main(word: str = "") -> int:
    """Run all. The exit code is the number of programs that disagree."""
    bad = 0
    for name, program, worker, expected in _cases():
        if word in name:
            printed = _run(program, worker)
            missing = [line for line in expected if line not in printed]
            print("differs:" if missing else "agrees: ", name, printed if missing else "")
            sys.stdout.flush()
            bad += bool(missing)
    return bad


def _cases() -> Iterator[Case]:
    for name, (tasks, drive, expected) in celery_programs.PROGRAMS.items():
        head = queues.HEAD.replace("{scheme}://localhost", URL)
        head = head.replace('redis://localhost"', f'{URL}"')
        yield name, f"{head}\n{tasks}\n{_driver(drive)}", CELERY, expected
    for name, (functions, drive, expected) in rq_programs.PROGRAMS.items():
        yield name, f"{rq_programs.HEAD}\n{functions}\n{_driver(drive)}", RQ, expected
    for name, (drive, expected) in redis_programs.PROGRAMS.items():
        yield name, f"{redis_programs.HEAD}\n{_driver(drive)}", [], expected


def _driver(drive: str) -> str:
    return f"def drive():\n{textwrap.indent(drive.strip(), '    ')}\n"


def _run(program: str, worker: list[str]) -> list[str]:
    program = program.replace("Redis()", f"Redis.from_url({URL!r})")
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "test_app.py").write_text(program, encoding="utf-8")
        _python(folder, "-c", EMPTY)
        working = None
        if worker:
            working = subprocess.Popen(
                [sys.executable, *worker],
                cwd=folder,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
            )
            _wait_for_worker()
        try:
            printed = _python(folder, "-c", "import test_app; test_app.drive()")
        finally:
            if working is not None:
                working.terminate()
                told = working.communicate()[0]
            _python(folder, "-c", EMPTY)
        told = told if working is not None else ""
        # Celery's worker logs what a task prints.
        return [line.partition("] ")[2] or line for line in told.splitlines()] + printed


def _wait_for_worker() -> None:
    """Both kinds of workers leave a key in Redis when they are there."""
    client, end = redis.Redis.from_url(URL), time.monotonic() + 60
    while not client.exists("rq:workers", "_kombu.binding.celery"):
        if time.monotonic() > end:
            raise TimeoutError("the worker does not come")
        time.sleep(0.1)
    time.sleep(0.5)


def _python(folder: str, *arguments: str) -> list[str]:
    command = [sys.executable, *arguments]
    done = subprocess.run(command, cwd=folder, stdout=subprocess.PIPE, text=True, timeout=90)
    return done.stdout.splitlines()


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
