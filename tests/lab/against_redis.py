"""`python -m tests.lab.against_redis [URL]`: the programs of the tests, with real servers.

Runs each program of ``rq_programs`` and ``redis_programs`` in processes of its own, with a real
Redis and RQ's own worker, and says where it prints something else than the tests expect. Not a part
of the tests: it needs a Redis, of which it empties database 9, and takes a minute.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import textwrap
from pathlib import Path

from tests.lab import redis_programs, rq_programs

URL = "redis://localhost:6379/9"


def main(url: str = URL) -> int:
    """Run all. The exit code is the number of programs that disagree."""
    bad = 0
    for name, (functions, drive, expected) in rq_programs.PROGRAMS.items():
        program = f"{rq_programs.HEAD}\n{functions}\n{_driver(drive)}"
        bad += _differs(name, _run(program, url, worker=True), expected)
    for name, (drive, expected) in redis_programs.PROGRAMS.items():
        program = f"{redis_programs.HEAD}\n{_driver(drive)}"
        bad += _differs(name, _run(program, url, worker=False), expected)
    return bad


def _driver(drive: str) -> str:
    return f"def drive():\n{textwrap.indent(drive.strip(), '    ')}\n"


def _run(program: str, url: str, worker: bool) -> list[str]:
    program = program.replace("Redis()", f"Redis.from_url({url!r})")
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "test_app.py").write_text(program, encoding="utf-8")
        empty = f"import redis; redis.Redis.from_url({url!r}).flushdb()"
        _python(folder, "-c", empty)
        working = None
        if worker:
            command = ["-m", "rq.cli", "worker", "-u", url, "--with-scheduler", "-q", "mail"]
            working = subprocess.Popen(
                [sys.executable, *command], cwd=folder, stdout=subprocess.PIPE, text=True
            )
        try:
            printed = _python(folder, "-c", "import test_app; test_app.drive()")
        finally:
            if working is not None:
                working.terminate()
                printed += working.communicate()[0]
            _python(folder, "-c", empty)
        return printed.splitlines()


def _python(folder: str, *arguments: str) -> str:
    command = [sys.executable, *arguments]
    done = subprocess.run(command, cwd=folder, stdout=subprocess.PIPE, text=True, timeout=60)
    return done.stdout


def _differs(name: str, printed: list[str], expected: list[str]) -> bool:
    missing = [line for line in expected if line not in printed]
    print("differs:" if missing else "agrees: ", name, printed if missing else "", flush=True)
    return bool(missing)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
