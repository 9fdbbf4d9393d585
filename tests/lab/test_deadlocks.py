"""A run that cannot go on says who waits for whom."""

from __future__ import annotations

import pytest

from tests.lab.jobs import view
from visualizer.lab import Lab
from visualizer.trace import Trace


def reason(trace: Trace) -> str:
    assert trace.truncated is not None
    return trace.truncated.reason


def test_a_thread_that_waits_for_itself(lab: Lab) -> None:
    before = "def work():\n    lock = threading.Lock()\n    lock.acquire()\n    lock.acquire()"
    trace = lab.run(view("threading.Thread(target=work, name='w').start()\nreturn 'x'", before))
    assert reason(trace) == "deadlock: w waits for a lock that it holds itself"
    assert trace.requests[0].status == 200


def test_threads_that_join_each_other(lab: Lab) -> None:
    body = """
    threads = []
    def work(other):
        time.sleep(1)
        threads[other].join()
    threads += [threading.Thread(target=work, args=(1 - n,), name=f"w{n}") for n in range(2)]
    for thread in threads:
        thread.start()
    return "done"
    """
    assert reason(lab.run(view(body))) == (
        "deadlock: w0 waits for w1 to end; w1 waits for w0 to end"
    )


@pytest.mark.parametrize(
    ("wait", "what"),
    [
        ("import queue; queue.Queue().get()", "an item in a queue"),
        ("c = threading.Condition(); c.acquire(); c.wait()", "a condition"),
        ("threading.Semaphore(0).acquire()", "a semaphore"),
        ("threading.Barrier(2).wait()", "the others at a barrier"),
    ],
)
def test_a_view_that_waits_for_nobody(lab: Lab, wait: str, what: str) -> None:
    assert reason(lab.run(view(wait))) == f"deadlock: main waits for {what}"


def test_a_thread_that_goes_on_does_not_hide_it(lab: Lab) -> None:
    before = """
    def poll():
        while True:
            time.sleep(600)
    threading.Thread(target=poll, daemon=True).start()
    """
    stuck = "lock = threading.Lock()\nlock.acquire()\nlock.acquire()"
    text = reason(lab.run(view(stuck, before)))
    assert text.startswith("the run was not over after 3600 s; deadlock: main waits for a lock")
    assert "deadlock" not in reason(lab.run(view("return 'done'", before)))
