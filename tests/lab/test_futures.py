"""Pools of threads: who gave them what, which thread took it, and when."""

from __future__ import annotations

import pytest

from tests.lab.jobs import HEAD, view
from visualizer.lab import Job, Lab, UserRequest

POOL = """
from concurrent.futures import ThreadPoolExecutor
pool = ThreadPoolExecutor(2)
def resize(seconds):
    time.sleep(seconds)
    if seconds == 4:
        raise ValueError("too large")
    return seconds
"""


def pooled(body: str, before: str = POOL) -> Job:
    return view(body, before, head=HEAD, line_cost=0.0)


def test_each_piece_of_work_is_a_task_of_the_request(lab: Lab) -> None:
    body = """
    futures = [pool.submit(resize, seconds) for seconds in (3, 1, 4)]
    return str([future.exception() or future.result() for future in futures])
    """
    trace = lab.run(pooled(body))
    assert trace.requests[0].body == "[3, 1, ValueError('too large')]"
    assert [
        (each.name, each.request, each.queued, each.started, each.finished, each.lane, each.error)
        for each in trace.tasks
    ] == [
        ("resize", "r1", 0, 0, 3, "thread-1", None),
        ("resize", "r1", 0, 0, 1, "thread-2", None),
        ("resize", "r1", 0, 1, 5, "thread-2", "ValueError: too large"),
    ]
    assert [each.name for each in trace.lanes if each.kind == "thread"] == [
        "ThreadPoolExecutor-0_0",
        "ThreadPoolExecutor-0_1",
    ]
    starts = [(each.from_, each.to, each.sent, each.arrived) for each in trace.arrows]
    assert [each for each in starts if each[0] == "server-1" and each[1] != "user-1"] == [
        ("server-1", "thread-1", 0, 0),
        ("server-1", "thread-2", 0, 0),
        ("server-1", "thread-2", 0, 1),
    ]


def test_a_pool_works_on_when_the_answer_is_sent(lab: Lab) -> None:
    trace = lab.run(pooled("pool.submit(time.sleep, 5)\nreturn 'done'"))
    assert (trace.requests[0].done, trace.tasks[0].finished) == (0, 5)
    assert trace.tasks[0].name == "sleep"


def test_work_that_is_cancelled_in_the_queue_never_starts(lab: Lab) -> None:
    body = """
    futures = [pool.submit(resize, 1) for _ in range(3)]
    return str(futures[2].cancel())
    """
    trace = lab.run(pooled(body))
    assert trace.requests[0].body == "True"
    assert [(each.started, each.state, each.error) for each in trace.tasks] == [
        (0, "finished", None),
        (0, "finished", None),
        (None, "failed", "cancelled"),
    ]


@pytest.mark.parametrize(
    "way", ["to_thread(resize, 1)", "get_running_loop().run_in_executor(None, resize, 1)"]
)
def test_what_a_loop_gives_to_threads_counts_too(lab: Lab, way: str) -> None:
    before = POOL + f"import asyncio\nasync def main():\n    return await asyncio.{way}\n"
    trace = lab.run(pooled("return str(asyncio.run(main()))", before))
    assert trace.requests[0].body == "1"
    assert [(each.name, each.started, each.finished) for each in trace.tasks] == [("resize", 0, 1)]
    threads = [each.name for each in trace.lanes if each.kind == "thread"]
    assert threads == ["asyncio_0"]


def test_results_come_in_the_order_of_the_wall_clock(lab: Lab) -> None:
    body = """
    from concurrent.futures import as_completed, wait
    order = [each.result() for each in as_completed(pool.submit(resize, s) for s in (3, 1, 1.5))]
    done, waiting = wait([pool.submit(resize, s) for s in (1, 2)], timeout=1.5)
    return [order, list(pool.map(resize, (2, 1))), len(done), len(waiting)]
    """
    trace = lab.run(pooled(body))
    assert trace.requests[0].body == "[[1,1.5,3],[2,1],1,1]\n"


def test_a_pool_that_waits_for_itself_is_a_deadlock(lab: Lab) -> None:
    body = "return pool.submit(lambda: pool.submit(resize, 1).result()).result()"
    trace = lab.run(pooled(body, POOL.replace("Executor(2)", "Executor(1)")))
    assert trace.truncated is not None
    assert trace.truncated.reason == "deadlock: main waits for the result of a future"


def test_two_users_share_a_pool(lab: Lab) -> None:
    requests = [UserRequest(user=1), UserRequest(user=2, at=0.5)]
    program = pooled("return str(pool.submit(resize, 1).result())")
    program.requests = requests
    program.server.threads = 2
    trace = lab.run(program)
    assert [each.done for each in trace.requests] == [1, 1.5]
    assert [(each.request, each.lane) for each in trace.tasks] == [
        ("r1", "thread-1"),
        ("r2", "thread-2"),
    ]
