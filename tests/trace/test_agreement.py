"""Holding two runs together finds what differs, and lets pass what nobody promised."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.trace.runs import INLINE_APP, THREAD_APP, Run, about, inline_run, thread_run
from visualizer.trace import Trace, derive
from visualizer.trace import events as ev
from visualizer.trace.agreement import SECONDS, SHARE, Free, compare
from visualizer.trace.records import Truncated


def thread_trace() -> Trace:
    return derive(about(THREAD_APP), thread_run())


def test_a_run_agrees_with_itself() -> None:
    found = compare(thread_trace(), thread_trace())
    assert found.differences == []
    assert (found.requests, found.tasks, found.steps) == (1, 1, 7)
    assert found.worst == 0.0


def test_which_thread_ran_first_is_not_compared() -> None:
    """Sleeping may begin before the response is sent: the two are on different lanes."""
    real = thread_trace()
    real.steps[3], real.steps[4] = real.steps[4], real.steps[3]
    assert compare(thread_trace(), real).differences == []


def _later(trace: Trace, seconds: float) -> None:
    assert trace.requests[0].done is not None
    trace.requests[0].done += seconds


def _task_longer(trace: Trace, seconds: float) -> None:
    assert trace.tasks[0].finished is not None
    trace.tasks[0].finished += seconds


@pytest.mark.parametrize("change", [_later, _task_longer])
def test_a_time_may_differ_by_so_much_and_no_more(change: Callable[[Trace, float], None]) -> None:
    model, real = thread_trace(), thread_trace()
    request, task = model.requests[0], model.tasks[0]
    assert request.done is not None and task.finished is not None and task.started is not None
    length = request.done - request.sent if change is _later else task.finished - task.started
    change(real, SECONDS + SHARE * length - 0.001)
    assert compare(model, real).differences == []
    change(real, 0.002)
    (difference,) = compare(model, real).differences
    assert "after" in difference
    assert compare(model, real, ["times"]).differences == []


@pytest.mark.parametrize(
    ("what", "free"),
    [
        ("status", "answers"),
        ("body", "answers"),
        ("state", "outcomes"),
        ("error", "outcomes"),
        ("step text", "texts"),
        ("step order", "order"),
        ("step missing", "steps"),
    ],
)
def test_whatever_differs_is_told_unless_it_is_free(what: str, free: Free) -> None:
    real = thread_trace()
    match what:
        case "status":
            real.requests[0].status = 500
        case "body":
            real.requests[0].body = "else"
        case "state":
            real.tasks[0].state = "failed"
        case "error":
            real.tasks[0].error = "ValueError"
        case "step text":
            real.steps[3].action = "something else"
        case "step order":
            real.steps[0], real.steps[1] = real.steps[1], real.steps[0]
        case "step missing":
            del real.steps[4]
    assert compare(thread_trace(), real).differences
    assert compare(thread_trace(), real, [free]).differences == []


def test_requests_and_tasks_that_come_up_on_one_clock_only_are_told() -> None:
    real = thread_trace()
    real.requests.clear()
    real.tasks.clear()
    told = " ".join(compare(thread_trace(), real).differences)
    assert "the request User 1's GET /start did not come up" in told
    assert "the task background_task of User 1's GET /start did not come up" in told


def test_another_program_differs() -> None:
    inline = derive(about(INLINE_APP), inline_run())
    assert compare(thread_trace(), inline).differences


def test_an_end_before_the_end_differs() -> None:
    real = thread_trace()
    real.truncated = Truncated(limit="until", reason="it is late")
    (difference,) = compare(thread_trace(), real).differences
    assert difference == "the run ended by until (it is late), not by itself"


def two_users(first: str, second: str) -> Trace:
    """Two users ask the same, and one after the other is served."""
    run = Run(users=2).send("r1", "user-1").send("r2", "user-2")
    for request in (first, second):
        run.arrive(request).receive(request)
        run.after(0.1).respond(request)
    return derive(about(INLINE_APP), run.end())


def one_task(waits: float) -> Trace:
    """A task stands in a queue for so many seconds."""
    run = Run().ask("r1").task("t1", "queued", "server-1", request="r1").respond("r1")
    run.add(ev.LaneBorn, "worker-1", "worker", "worker").after(waits).task(
        "t1", "started", "worker-1"
    ).after(0.1)
    return derive(about(INLINE_APP), run.task("t1", "finished", "worker-1").end())


def test_how_long_tasks_stand_in_a_queue_may_be_free() -> None:
    model, real = one_task(0.1), one_task(0.5)
    (difference,) = compare(model, real).differences
    assert "began after 0.500 s" in difference
    assert compare(model, real, ["waits"]).differences == []
    assert real.tasks[0].finished is not None
    real.tasks[0].finished += 0.5
    (difference,) = compare(model, real, ["waits"]).differences
    assert "ended after" in difference


def test_who_is_first_may_be_free() -> None:
    model, real = two_users("r1", "r2"), two_users("r2", "r1")
    assert compare(model, real).differences
    assert compare(model, real, ["who"]).differences == []
    real.requests[0].body = "else"
    (difference,) = compare(model, real, ["who"]).differences
    assert difference.startswith("the answers, whoever has them:")


def tasks_that_compute(*ends: float) -> Trace:
    """Tasks begin together, and end so many seconds later."""
    run = Run().ask("r1")
    for number, _ in enumerate(ends):
        run.add(ev.LaneBorn, f"worker-{number}", f"worker {number}", "worker")
        run.task(f"t{number}", "queued", "server-1", request="r1")
        run.task(f"t{number}", "started", f"worker-{number}")
    trace = derive(about(INLINE_APP), run.respond("r1").after(max(ends)).end())
    for task, end in zip(trace.tasks, ends, strict=True):
        assert task.started is not None
        task.state, task.finished = "finished", task.started + end
    return trace


def test_the_shares_of_tasks_that_compute_may_be_free_and_how_long_all_take_is_not() -> None:
    model, real = tasks_that_compute(2, 2), tasks_that_compute(1.1, 2)
    (difference,) = compare(model, real).differences
    assert "ended after 1.100 s" in difference
    assert compare(model, real, ["shares"]).differences == []
    (difference,) = compare(model, tasks_that_compute(1.1, 3), ["shares"]).differences
    assert difference == "the last task ended after 3.000 s, not 2.000 s"
    real.tasks[0].finished = None
    (difference,) = compare(model, real, ["shares"]).differences
    assert difference == "the last task ended on one clock only"
