"""What cannot be virtual is charged to the clock, and the record says so; nothing else is."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.lab.jobs import job, view
from visualizer.lab import Lab, Limits, UserRequest
from visualizer.lab.job import Server
from visualizer.lab.realtime import NOTICEABLE, Used, Watch

# Long computations in C that hold the interpreter lock, and one that does not.
HOLDS = "sum(range(70_000_000))"
RELEASES = "hashlib.pbkdf2_hmac('sha256', b'secret', b'salt', 2_500_000)"
# Waiting in C, below everything that the clock replaces.
WAITS = "ctypes.CDLL(None).usleep(900_000)"

# A busy machine may take long for the same.
LIMITS = Limits(real_seconds=120)

HEAD = "import ctypes, hashlib, os, time\nfrom flask import Flask\napp = Flask(__name__)\n"


@pytest.mark.parametrize(
    ("call", "what"), [(HOLDS, "computed"), (RELEASES, "computed"), (WAITS, "waited")]
)
def test_a_call_that_takes_real_time_is_charged_and_marked(lab: Lab, call: str, what: str) -> None:
    body = f"time.sleep(1)\nx = {call}\ntime.sleep(2)\nreturn 'done'"
    trace = lab.run(view(body, head=HEAD, limits=LIMITS))
    (mark,) = trace.unreproducible
    assert mark.seconds > 0.5
    assert mark.reason.startswith(f"main {what} for ")
    line = trace.listing[0].source.splitlines().index(f"    x = {call}") + 1
    assert (mark.file, mark.line) == ("test_app.py", line)
    assert mark.reason.endswith(f"in test_app.py, line {line}")
    # The clock has gone on by that much, and between this line and the next.
    begun = {each.line: each.t for each in trace.lines}
    took = begun[line + 1] - begun[line]
    assert took == pytest.approx(mark.seconds, abs=0.02)
    assert trace.duration == pytest.approx(3 + mark.seconds, abs=0.05)


def test_it_is_charged_before_the_response_where_no_line_comes_after(lab: Lab) -> None:
    trace = lab.run(view(f"return str({HOLDS})", head=HEAD, limits=LIMITS))
    (mark,) = trace.unreproducible
    request = trace.requests[0]
    assert request.done is not None and request.done - request.sent >= mark.seconds


def test_others_go_on_while_a_thread_waits_outside_of_python(lab: Lab) -> None:
    program = f"""
@app.get("/slow")
def slow():
    {WAITS}
    return "slow"

@app.get("/quick")
def quick():
    return "quick"
"""
    requests = [UserRequest(path="/slow", user=1), UserRequest(path="/quick", user=2, at=0.3)]
    trace = lab.run(
        job(program, head=HEAD, limits=LIMITS, requests=requests, server=Server(threads=2))
    )
    slow, quick = trace.requests
    assert slow.done is not None and quick.done is not None and quick.done < slow.done
    label = "waits for something outside of Python"
    assert [span.state for span in trace.spans if span.label == label] == ["blocked"]


def test_ordinary_work_is_not_marked_on_a_machine_that_is_busy(lab: Lab) -> None:
    burn = [sys.executable, "-c", "while True: pass"]
    busy = [subprocess.Popen(burn) for _ in range(6)]
    try:
        body = """
            total = 0
            for number in range(5000):
                total += number
            for _ in range(20):
                time.sleep(0.1)
                json = dict(total=total, hash=hashlib.sha256(b"x" * 1_000_000).hexdigest())
            return json
        """
        trace = lab.run(view(body, head=HEAD, limits=LIMITS))
    finally:
        for process in busy:
            process.kill()
            process.wait()
    assert trace.unreproducible == []
    assert trace.truncated is None


def test_such_a_trace_is_not_kept(tmp_path: Path) -> None:
    with Lab(cache_dir=tmp_path) as lab:
        lab.run(view(f"return str({HOLDS})", head=HEAD, limits=LIMITS))
        assert list(tmp_path.iterdir()) == []
        lab.run(view("return 'quick'", head=HEAD, limits=LIMITS))
        assert len(list(tmp_path.iterdir())) == 1


def test_a_short_call_that_a_busy_machine_held_up_owes_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    watch = Watch.__new__(Watch)
    monkeypatch.setattr(Watch, "_recorder", None, raising=False)  # nothing is recorded
    assert watch._charge(Used(NOTICEABLE / 10, NOTICEABLE / 10)) == (0, False)
