"""The two status columns: several requests, several tasks, tasks that fail, are lost, never end."""

from __future__ import annotations

from visualizer.trace import Trace, derive, variable_tracker
from visualizer.trace import events as ev

from .runs import THREAD_APP, Run, about, thread_run


def told(run: Run) -> Trace:
    return derive(about(THREAD_APP), run.end())


def column(trace: Trace, moment: str, field: str = "task_status") -> list[str | None]:
    return [getattr(step, field) for step in trace.steps if step.moment == moment]


def test_a_request_that_never_has_a_task_has_no_task_status() -> None:
    trace = told(Run().ask("r1").line("server-1", 17, "start", caption="here").respond("r1"))
    assert {step.task_status for step in trace.steps} == {None}
    assert [step.response for step in trace.steps] == [
        "waiting",
        "waiting",
        "preparing response",
        "sent",
        "idle, ready for the next request",
    ]


def test_a_task_that_only_works_is_running_once_the_response_is_sent() -> None:
    trace = told(Run().ask("r1").thread("thread-1", "t1", "r1").respond("r1"))
    assert column(trace, "response sent") == ["running"]


def test_a_running_task_names_its_longest_wait() -> None:
    run = Run().ask("r1").thread("thread-1", "t1", "r1").respond("r1")
    run.state("thread-1", "running").sleep("thread-1", 1.0)
    run.state("thread-1", "blocked", reason="waits for a lock held by server thread 2").after(3)
    run.state("thread-1", "running").sleep("thread-1", 0.5)
    trace = told(run.finish("thread-1", "t1"))
    assert column(trace, "response sent") == [
        "running (waiting for a lock held by server thread 2)"
    ]


def test_a_queued_task_is_still_queued_when_the_response_is_sent() -> None:
    run = Run().ask("r1").task("t1", "queued", "server-1", request="r1").respond("r1")
    trace = told(run)
    assert column(trace, "response sent") == ["queued"]
    assert column(trace, "request over") == []
    assert trace.tasks[0].state == "queued"


def test_a_task_that_ended_before_the_response_stays_completed() -> None:
    run = Run().ask("r1").thread("thread-1", "t1", "r1").after(0.1)
    trace = told(run.finish("thread-1", "t1").respond("r1"))
    assert column(trace, "response sent") == ["completed"]


def test_a_task_that_slept_before_the_response_runs_once_it_is_sent() -> None:
    run = Run().ask("r1").thread("thread-1", "t1", "r1")
    run.line("thread-1", 12, "background_task", caption="it sleeps")
    run.state("thread-1", "sleeping", seconds=2.0, task="t1").after(1).respond("r1").after(1)
    trace = told(run.finish("thread-1", "t1"))
    assert [step.task_status for step in trace.steps] == [
        "not started",
        "not started",
        "started",
        "sleeping",
        "running (sleeping 2 s)",
        "completed",
        "idle",
    ]
    _, rows = variable_tracker(trace)
    assert rows[0][1:] == ["not started", "started", "running", "running", "completed", "idle"]


def test_several_tasks_of_a_request_are_counted_where_they_differ() -> None:
    run = Run().ask("r1").thread("thread-1", "t1", "r1")
    run.line("server-1", 17, "start", caption="one is started")
    run.line("server-1", 17, "start").thread("thread-2", "t2", "r1")
    run.state("thread-1", "sleeping", seconds=2.0).respond("r1").after(2)
    run.finish("thread-1", "t1").line("thread-2", 12, "background_task", caption="late")
    trace = told(run.after(1).finish("thread-2", "t2"))
    assert column(trace, "in start") == ["1 not started, 1 started"]
    assert column(trace, "response sent") == ["2 running"]
    assert column(trace, "in background_task") == ["running"]
    assert column(trace, "request over") == ["idle"]
    assert trace.steps[-1].t == 3.0


def test_a_request_is_over_when_its_last_task_is() -> None:
    run = Run().ask("r1").thread("thread-1", "t1", "r1").thread("thread-2", "t2", "r1")
    run.respond("r1").after(1).finish("thread-2", "t2", "failed", error="KeyError: 'a'")
    run.after(1).finish("thread-1", "t1")
    trace = told(run)
    assert trace.steps[-1].moment == "request over"
    assert trace.steps[-1].t == 2.0
    assert column(trace, "task failed") == ["failed"]


def test_one_lane_serves_several_requests() -> None:
    run = Run(users=2).send("r1").arrive("r1").send("r2", "user-2").arrive("r2").receive("r1")
    run.thread("thread-1", "t1", "r1").after(1).respond("r1").receive("r2").after(1)
    run.finish("thread-1", "t1").line("server-1", 17, "start", caption="here").after(1)
    trace = told(run.respond("r2"))
    of = {
        request: [(step.moment, step.response, step.task_status) for step in trace.steps
                  if step.request == request]
        for request in ("r1", "r2")
    }  # fmt: skip
    assert of["r1"][-2:] == [
        ("task finished", "no change", "completed"),
        # The server is in the middle of the next one: to call it idle would be a lie.
        ("request over", "busy with the next request", "idle"),
    ]
    assert of["r2"] == [
        ("request sent", "waiting", None),
        ("request received", "waiting", None),
        ("in start", "preparing response", None),
        ("response sent", "sent", None),
        ("request over", "idle, ready for the next request", None),
    ]


def test_a_request_that_nobody_takes_up() -> None:
    trace = told(Run(users=2).ask("r1").send("r2", "user-2").arrive("r2"))
    step = trace.steps[2]
    assert (step.request, step.thread, step.response) == ("r2", None, "waiting")
    request = trace.requests[1]
    assert (request.lane, request.received, request.first_byte, request.done) == (None,) * 4
    assert (request.status, request.body) == (None, None)


def test_a_view_that_raises_inline() -> None:
    run = Run().ask("r1")
    of = {"request": "r1", "runs_on": "server-1"}
    run.line("server-1", 18, "start", caption="it is called").task(
        "t1", "started", "server-1", **of
    )
    run.line("server-1", 12, "background_task", depth=1).after(1)
    run.add(ev.Raised, "server-1", "app.py", 12, "background_task", "OSError: gone")
    run.task("t1", "failed", "server-1", error="OSError: gone", **of)
    run.add(ev.Raised, "server-1", "app.py", 18, "start", "OSError: gone")
    trace = told(run.respond("r1", status=500))
    assert [(step.action, step.response, step.task_status) for step in trace.steps[2:]] == [
        ("it is called", "preparing response", "started"),
        ("background_task fails: OSError: gone", "preparing response", "failed"),
        ("The response is sent (500)", "sent (500)", "failed"),
        (
            "the request cycle is over, nothing is left to do for it",
            "idle, ready for the next request",
            "idle",
        ),
    ]


def test_a_task_whose_lane_dies_is_lost() -> None:
    run = Run().ask("r1").thread("thread-1", "t1", "r1").after(1).add(ev.LaneDied, "thread-1")
    run.line("server-1", 17, "start", caption="later").after(1)
    trace = told(run.respond("r1"))
    assert trace.tasks[0].state == "lost"
    assert trace.metrics.tasks_lost == 1
    assert column(trace, "in start") == ["lost"]
    assert column(trace, "request over") == ["idle"]
    assert [step.n for step in trace.steps] == [1, 2, 3, 4, 5, 6]


def test_an_end_that_is_told_after_the_end_of_its_lane_counts() -> None:
    run = Run().ask("r1").thread("thread-1", "t1", "r1").respond("r1").after(1)
    trace = told(run.add(ev.LaneDied, "thread-1").task("t1", "finished", "thread-1"))
    assert trace.tasks[0].state == "finished"
    assert [step.moment for step in trace.steps[-2:]] == ["task finished", "request over"]


def test_a_task_that_never_ends_leaves_its_request_open() -> None:
    run = Run().ask("r1").thread("thread-1", "t1", "r1").respond("r1")
    run.state("thread-1", "sleeping", reason="sleeps 100 s", seconds=100.0).after(8)
    run.add(ev.Cut, "until", "The lesson ends after 8 s.")
    trace = derive(about(THREAD_APP), run.events)
    assert column(trace, "request over") == []
    assert column(trace, "response sent") == ["running (sleeping 100 s)"]
    assert trace.tasks[0].finished is None
    assert trace.truncated is not None
    assert trace.truncated.limit == "until"
    assert trace.duration == 8.0


def test_a_task_without_a_request() -> None:
    run = Run().add(ev.LaneBorn, "thread-1", "thread", "cron")
    run.task("t1", "started", "thread-1", runs_on="thread-1").after(1)
    trace = told(run.finish("thread-1", "t1"))
    assert [(step.request, step.response, step.task_status) for step in trace.steps] == [
        (None, None, "started"),
        (None, None, "completed"),
    ]
    assert [variable.name for variable in trace.variables] == ["background_task status"]


def test_a_record_that_stops_without_an_end_says_so() -> None:
    trace = derive(about(THREAD_APP), thread_run()[:-1])
    assert trace.truncated is not None
    assert trace.truncated.limit == "record"


def test_a_response_stays_sent() -> None:
    run = Run().ask("r1").respond("r1").line("server-1", 17, "start", caption="it is logged")
    assert column(told(run), "in start", "response") == ["sent"]
