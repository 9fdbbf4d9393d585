"""`python -m benchmarks [--write] [PART…]`: measures, and says what is reached."""

from __future__ import annotations

import argparse
import subprocess
import sys
from collections.abc import Callable

import msgspec

from . import report
from .figures import Figure


def main() -> int:
    """Run the parts that the command line names, or all. The exit code is 0 whatever they say."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"of: {', '.join(PARTS)}")
    parser.add_argument("--write", action="store_true", help="put it into docs/performance.md")
    options = parser.parse_args()
    if unknown := [name for name in options.parts if name not in PARTS]:
        parser.error(f"no part is called {unknown[0]}; there are {', '.join(PARTS)}")
    if options.write and options.parts:
        parser.error("--write takes all parts: figures of one table belong to one run")

    measured: dict[str, list[Figure]] = {}
    for name, measure in PARTS.items():
        if options.parts and name not in options.parts:
            continue
        measured[name] = measure()
        for figure in measured[name]:
            aim = f"; to be {figure.aim}: {figure.verdict}" if figure.aim else ""
            print(f"[{name}] {figure.what}: {figure.shown} ({figure.made_of}){aim}", flush=True)
    if options.write:
        print(report.write([figure for figures in measured.values() for figure in figures]))
    return 0


def in_own_process(module: str) -> Callable[[], list[Figure]]:
    """Measure in a new process, since the clock replaces locks and threads for good."""

    def measure() -> list[Figure]:
        command = [sys.executable, "-m", f"benchmarks.{module}"]
        done = subprocess.run(command, stdout=subprocess.PIPE, check=True)
        return msgspec.json.decode(done.stdout, type=list[Figure])

    return measure


def lab() -> list[Figure]:
    from . import lab

    return lab.measure()


def queues() -> list[Figure]:
    from . import queues

    return queues.measure()


def page() -> list[Figure]:
    from . import page

    return page.measure()


def course() -> list[Figure]:
    from . import course

    return course.measure()


def broadcast() -> list[Figure]:
    from . import broadcast

    return broadcast.measure()


PARTS: dict[str, Callable[[], list[Figure]]] = {
    "clock": in_own_process("switches"),
    "lines": in_own_process("lines"),
    "requests": in_own_process("requests"),
    "growth": in_own_process("growth"),
    "lab": lab,
    "course": course,
    "queues": queues,
    "page": page,
    "broadcast": broadcast,
}

if __name__ == "__main__":
    sys.exit(main())
