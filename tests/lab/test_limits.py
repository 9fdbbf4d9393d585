"""A program that misbehaves ends its own run and nothing else."""

from __future__ import annotations

import re

import pytest

from tests.lab.jobs import job, view
from visualizer.lab import Job, Lab, LabError, Limits
from visualizer.trace import Trace

QUICK = Limits(real_seconds=2.0)


def cut(trace: Trace) -> tuple[str, str]:
    assert trace.truncated is not None
    return trace.truncated.limit, trace.truncated.reason


@pytest.fixture(autouse=True)
def _next_run_works(lab: Lab) -> object:
    yield
    assert lab.run(view("return 'fine'")).requests[0].body == "fine"
    return None


@pytest.mark.parametrize(
    ("program", "code", "line", "message"),
    [
        ("def broken(:\n", "syntax", 5, "invalid syntax"),
        ("import no_such_module\n", "import", 5, "No module named 'no_such_module'"),
        ("x = 1\ny = 1 / 0\n", "import", 6, "ZeroDivisionError: division by zero"),
        ("raise SystemExit\n", "import", 5, "app.run()"),
        ("app = 5\n", "no_app", None, "not a WSGI application"),
        ("del app\n", "no_app", None, "name it as test_app.py:NAME"),
    ],
)
def test_a_program_that_cannot_be_loaded(
    lab: Lab, program: str, code: str, line: int | None, message: str
) -> None:
    with pytest.raises(LabError, match=re.escape(message)) as caught:
        lab.run(job(program))
    error = caught.value
    assert (error.code, error.file, error.line) == (code, "test_app.py", line)
    assert "\n" not in error.message


@pytest.mark.parametrize(
    ("trouble", "limit", "words"),
    [
        (view("while True:\n    pass"), "lines", "more than 100,000 lines"),
        (view("while True: print('x' * 100)"), "output", "printed more"),
        (view("time.sleep(10 ** 9)"), "virtual_seconds", "not over after 3600 s"),
        (view("time.sleep(9)", until=8.0), "until", "ends at 8 s"),
        (view("10 ** 10 ** 9", limits=QUICK), "real_seconds", "in line 8 of test_app.py"),
        (view("os._exit(3)"), "exit", "os._exit(3)"),
        (view("import ctypes; ctypes.string_at(0)"), "crash", "SIGSEGV"),
        (
            view("hoard = []\nwhile True: hoard.append('x' * 10 ** 6)"),
            "memory_mb",
            "more than 512 MB",
        ),
        (
            view(
                "threading.Thread(target=again).start()",
                "def again():\n    threading.Thread(target=again).start()",
                limits=Limits(threads=200),
            ),
            "threads",
            "more than 200 threads",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) and " " not in value else "",
)
def test_a_run_that_is_cut_keeps_what_was_seen(
    lab: Lab, trouble: Job, limit: str, words: str
) -> None:
    trace = lab.run(trouble)
    found, reason = cut(trace)
    assert found == limit
    assert words in reason
    assert trace.requests[0].received == 0.0


def test_one_line_cannot_take_all_memory(lab: Lab) -> None:
    trace = lab.run(view("try:\n    'x' * 10 ** 11\nexcept MemoryError:\n    return 'refused'"))
    assert (trace.truncated, trace.requests[0].body) == (None, "refused")


def test_a_deadlock_says_who_waits_for_whom(lab: Lab) -> None:
    before = """
    left, right = threading.Lock(), threading.Lock()
    def other():
        with right:
            time.sleep(1)
            left.acquire()
    """
    body = """
    threading.Thread(target=other, name="other").start()
    with left:
        time.sleep(1)
        right.acquire()
    """
    limit, reason = cut(lab.run(view(body, before)))
    assert limit == "deadlock"
    assert "main waits for a lock that other holds" in reason
    assert "other waits for a lock that main holds" in reason


def test_waiting_for_nobody_is_a_deadlock_too(lab: Lab) -> None:
    limit, reason = cut(lab.run(view("threading.Event().wait()")))
    assert (limit, reason) == ("deadlock", "deadlock: main waits for an event")


def test_idle_consumers_hold_nothing_open(lab: Lab) -> None:
    before = """
    import queue
    jobs = queue.Queue()
    def consume():
        while True:
            jobs.get()
    threading.Thread(target=consume, daemon=True).start()
    """
    trace = lab.run(view("jobs.put(1)\nreturn 'queued'", before))
    assert (trace.truncated, trace.requests[0].body) == (None, "queued")


@pytest.mark.parametrize(
    "way_out",
    [
        "import socket; socket.create_connection(('localhost', 80))",
        "import subprocess; subprocess.run(['true'])",
        "os.system('true')",
        "os.fork()",
        "os.kill(1, 0)",
    ],
)
def test_a_program_reaches_nothing_outside_itself(lab: Lab, way_out: str) -> None:
    trace = lab.run(view(way_out))
    assert trace.requests[0].status == 500
    assert any("can reach nothing outside itself" in each.text for each in trace.output)


def test_the_lab_comes_back_after_its_process_was_killed() -> None:
    with Lab(cache_dir=None) as lab:
        lab.warm()
        assert lab._warm is not None
        lab._warm._process.kill()
        lab._warm._process.wait()
        assert lab.run(view("return 'again'")).requests[0].body == "again"
