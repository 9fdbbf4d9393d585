"""Runs what must hold: `python -m tests`, or some stages, `python -m tests mypy js`.

Sweeps that repeat what a smaller test holds (pytest's mark `long`) have a stage of their own, which
`python -m tests --all` runs as well. One line a stage; a stage that fails shows its output. Node
comes from PyPI and the JavaScript tools from npm, as the lock file names them; a Chromium is found
or installed. Ends with how many tests passed and failed in all (each check that is not a test
runner counts as one), and with exit code 1 if any failed.
"""

from __future__ import annotations

import argparse
import compileall
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree

import hatch_build
from tests.support import chromium

ROOT = Path(__file__).resolve().parents[1]

AT_ONCE = min(os.cpu_count() or 1, 4)
"""Processes that share the tests, a file at a time."""


class Outcome(NamedTuple):
    """What a stage came to: how many passed and failed, and what to show if any failed.

    ``left_out`` says what could not be tested here, and why.
    """

    passed: int
    failed: int
    output: str = ""
    left_out: tuple[str, ...] = ()


def main() -> int:
    """Run the stages that the command line names, or all but the long. Returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests", description=__doc__)
    parser.add_argument("stages", nargs="*", metavar="STAGE", help=f"of: {', '.join(STAGES)}")
    parser.add_argument("--all", action="store_true", help=f"also {', '.join(NOT_BY_DEFAULT)}")
    arguments = parser.parse_args()
    chosen = arguments.stages or [n for n in STAGES if arguments.all or n not in NOT_BY_DEFAULT]
    if unknown := [name for name in chosen if name not in STAGES]:
        parser.error(f"no stage is called {unknown[0]}; there are {', '.join(STAGES)}")

    # The tests start many servers and labs; where Python is told to write no bytecode, as in many
    # containers, each of them would compile all modules again.
    compileall.compile_dir(ROOT / "visualizer", quiet=1)
    passed = failed = 0
    left_out: list[str] = []
    for name, stage in STAGES.items():
        if name not in chosen:
            continue
        began = time.monotonic()
        try:
            outcome = stage()
        except (chromium.ChromiumMissing, hatch_build.VendorError) as error:
            outcome = Outcome(0, 1, str(error))
        if outcome.failed and outcome.output:
            print(outcome.output, flush=True)
        verdict = f"{outcome.passed} passed, {outcome.failed} failed"
        print(f"[{name}] {verdict} in {time.monotonic() - began:.1f} s", flush=True)
        passed += outcome.passed
        failed += outcome.failed
        left_out += outcome.left_out
    for reason in dict.fromkeys(left_out):
        print(f"not tested here: {reason}")
    print(f"\n{passed} passed, {failed} failed")
    return 1 if failed else 0


def check(*command: str) -> Outcome:
    """Run a checker: one pass or one failure."""
    done = _run(command)
    return Outcome(0, 1, done.stdout) if done.returncode else Outcome(1, 0)


def tsc(project: str) -> Outcome:
    """Check the JavaScript's types."""
    _install_javascript_tools()
    compiler = ROOT / "node_modules" / "typescript" / "bin" / "tsc"
    return check(*hatch_build.node_command(), str(compiler), "--project", project)


def javascript_tests() -> Outcome:
    """Node's own test runner over tests/js."""
    _install_javascript_tools()
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.xml"
        done = _run(
            [
                *hatch_build.node_command(),
                "--test",
                *("--test-reporter=spec", "--test-reporter-destination=stdout"),
                *("--test-reporter=junit", f"--test-reporter-destination={report}"),
                "tests/js/**/*.test.js",
            ]
        )
        return _read_report(report, done.returncode, done.stdout)


def python_tests(*arguments: str) -> Outcome:
    """pytest with these arguments (without any: all but the browser tests), shown as it goes."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.xml"
        command = [sys.executable, "-m", "pytest", "-q", f"--junitxml={report}", *arguments]
        done = subprocess.run(command, cwd=ROOT, check=False)
        return _read_report(report, done.returncode)


def shared(*arguments: str) -> Outcome:
    """pytest with these arguments, in as many processes as there are processors."""
    return python_tests("--numprocesses", str(AT_ONCE), "--dist", "loadfile", *arguments)


def browser_tests() -> Outcome:
    """pytest over tests/browser, in a Chromium that is installed first if need be."""
    return in_browsers("-m", "not long")


def in_browsers(*arguments: str) -> Outcome:
    """Who is done first takes a part of what the other has before it, whichever file it is of."""
    os.environ[chromium.VARIABLE] = str(chromium.ensure())
    at_once = ("--numprocesses", str(AT_ONCE), "--dist", "worksteal")
    return python_tests(*at_once, "tests/browser", *arguments)


def long_tests() -> Outcome:
    """What is marked `long`, in the browser too. Nothing in tests/wall is: it runs by itself."""
    server = shared("--ignore=tests/wall", "-m", "long")
    browser = in_browsers("-m", "long")
    return Outcome(
        server.passed + browser.passed,
        server.failed + browser.failed,
        left_out=server.left_out + browser.left_out,
    )


def _run(command: list[str] | tuple[str, ...]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        check=False,
    )


def _read_report(report: Path, returncode: int, output: str = "") -> Outcome:
    """Count a JUnit report. A runner that failed without a failed test counts as one failure."""
    cases = list(ElementTree.parse(report).iter("testcase")) if report.exists() else []
    failed = sum(_has(case, "failure", "error") for case in cases)
    reasons = [found.get("message", "") for case in cases for found in case.iter("skipped")]
    skipped = len(reasons)
    if not cases:
        output += "it ran no test"
    if not failed and (returncode or not cases):
        failed = 1
    return Outcome(max(0, len(cases) - failed - skipped), failed, output, tuple(reasons))


def _has(case: ElementTree.Element, *children: str) -> bool:
    return any(case.find(child) is not None for child in children)


def _install_javascript_tools() -> None:
    """What package.json names, in node_modules, unless that is there. Raises VendorError."""
    made_from = ROOT / "node_modules" / ".stamp"
    lock = hatch_build.stamp(ROOT)
    if not made_from.exists() or made_from.read_text(encoding="ascii") != lock:
        hatch_build.npm_ci(ROOT)
        made_from.write_text(lock, encoding="ascii")


def both_clocks() -> Outcome:
    """What runs on the wall clock, alone: it has a place in time. Then every lesson on both clocks,
    with tenfold shorter waits."""
    tests = python_tests("tests/wall")
    command = [sys.executable, "-m", "visualizer", "check", "--wall", "--scale", "10"]
    done = subprocess.run(command, cwd=ROOT, check=False)
    lessons = Outcome(0, 1) if done.returncode else Outcome(1, 0)
    return Outcome(
        tests.passed + lessons.passed, tests.failed + lessons.failed, left_out=tests.left_out
    )


RUFF = (sys.executable, "-m", "ruff")

STAGES: dict[str, Callable[[], Outcome]] = {
    "ruff": lambda: check(*RUFF, "check", "."),
    "format": lambda: check(*RUFF, "format", "--check", "."),
    "mypy": lambda: check(sys.executable, "-m", "mypy"),
    "tsc": lambda: tsc("."),
    "tsc-tests": lambda: tsc("tests/js"),
    "js": javascript_tests,
    "pytest": lambda: shared("--ignore=tests/wall", "-m", "not long"),
    "wall": both_clocks,
    "browser": browser_tests,
    "long": long_tests,
}
NOT_BY_DEFAULT = ("long",)

if __name__ == "__main__":
    sys.exit(main())
