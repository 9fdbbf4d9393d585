"""Which moments make a row, which merge into a captioned line, and in which order they stand."""

from __future__ import annotations

import pytest

from visualizer.trace import Trace, derive
from visualizer.trace import events as ev

from .runs import THREAD_APP, Run, about

APP = """\
def view():
    prepare()  #: it prepares
    return answer()  #: it answers


def prepare():
    go()  #: it goes
    raise ValueError  #: it fails
"""


def told(run: Run, source: str = APP, **more: object) -> Trace:
    return derive(about(source, captions={}, **more), run.end())


def moments(trace: Trace) -> list[str]:
    return [step.moment for step in trace.steps]


def actions(trace: Trace) -> list[str]:
    return [step.action for step in trace.steps]


def test_only_captioned_lines_make_rows() -> None:
    run = Run().ask("r1").line("server-1", 2, "view").line("server-1", 2, "view", caption="here")
    run.line("server-1", 3, "view")
    assert moments(told(run)) == ["request sent", "request received", "in view"]


def test_a_thread_started_without_a_caption_has_a_row_with_the_default_text() -> None:
    run = Run().ask("r1").line("server-1", 2, "view").thread("thread-1", "t1", "r1")
    trace = told(run)
    assert actions(trace)[2:] == ["background_task is started"]
    assert (trace.steps[2].thread, trace.steps[2].line) == ("main", None)


def test_several_tasks_started_in_one_line_make_one_row() -> None:
    run = Run().ask("r1").line("server-1", 2, "view", caption="all are started")
    run.thread("thread-1", "t1", "r1").after(0.001).thread("thread-2", "t2", "r1")
    trace = told(run)
    assert moments(trace)[2:] == ["task started"]
    assert (trace.steps[2].task, trace.steps[2].t) == ("t1", 0.0)
    assert trace.steps[2].task_status == "started"


def test_a_task_queued_in_the_return_leaves_the_response_a_row_of_its_own() -> None:
    run = Run().ask("r1").line("server-1", 3, "view", caption="queued, and answered")
    run.task("t1", "queued", "server-1", request="r1").after(0.001).respond("r1")
    trace = told(run)
    assert moments(trace)[2:] == ["task queued", "response sent"]
    assert [step.task_status for step in trace.steps] == [
        "not started", "not started", "queued", "queued",
    ]  # fmt: skip


def test_the_response_merges_only_into_a_return() -> None:
    run = Run().ask("r1").line("server-1", 2, "view", caption="it prepares").after(0.1)
    trace = told(run.respond("r1"))
    assert moments(trace)[2:] == ["in view", "response sent", "request over"]
    assert trace.steps[3].action == "The response is sent (200)"


def test_the_response_does_not_merge_into_an_earlier_return() -> None:
    run = Run().ask("r1").line("server-1", 3, "view", caption="it answers")
    run.line("server-1", 2, "view").after(0.1)
    assert moments(told(run.respond("r1")))[2:] == ["in view", "response sent", "request over"]


def test_the_response_merges_into_the_view_s_return_though_that_called_something() -> None:
    run = Run().ask("r1").line("server-1", 3, "view", caption="it answers").after(0.001)
    run.line("server-1", 7, "answer", caption="it goes", depth=1).after(0.001)
    trace = told(run.respond("r1"))
    assert actions(trace)[2:4] == ["it goes", "it answers"]
    assert moments(trace)[2:4] == ["in answer", "response sent"]
    assert [step.t for step in trace.steps[2:4]] == [0.001, 0.002]


def test_a_return_that_raises_is_not_the_response() -> None:
    run = Run().ask("r1").line("server-1", 3, "view", caption="it answers").after(0.001)
    run.add(ev.Raised, "server-1", "app.py", 3, "view", "ValueError: no")
    trace = told(run.respond("r1", status=500))
    assert moments(trace)[2:4] == ["in view", "response sent"]
    assert trace.steps[3].action == "The response is sent (500)"
    assert trace.steps[3].response == "sent (500)"
    assert [problem.error for problem in trace.problems] == ["ValueError: no"]


def test_what_a_called_function_starts_counts_as_inside_the_line_that_called_it() -> None:
    run = Run().ask("r1").line("server-1", 2, "view", caption="it prepares").after(0.001)
    run.line("server-1", 7, "prepare", depth=1).after(0.001).thread("thread-1", "t1", "r1")
    trace = told(run)
    assert moments(trace)[2:] == ["task started"]
    assert (trace.steps[2].action, trace.steps[2].t) == ("it prepares", 0.002)


def test_a_line_of_the_caller_ends_the_captioned_line() -> None:
    run = Run().ask("r1").line("server-1", 7, "prepare", caption="it goes", depth=1)
    run.line("server-1", 2, "view").thread("thread-1", "t1", "r1")
    assert moments(told(run))[2:] == ["in prepare", "task started"]


def test_what_happens_after_the_last_line_returned_is_not_inside_it() -> None:
    run = Run().ask("r1").line("server-1", 7, "prepare", caption="it goes", depth=1)
    run.add(ev.Changed, "server-1", "app.py", 7, "prepare", [("prepare", "x", "1")])
    run.after(0.001).thread("thread-1", "t1", "r1")
    assert moments(told(run))[2:] == ["in prepare", "task started"]


def test_a_row_does_not_jump_over_the_row_of_a_line_that_it_called() -> None:
    run = Run().ask("r1").line("server-1", 2, "view", caption="it prepares").after(0.001)
    run.line("server-1", 7, "prepare", caption="it goes", depth=1).after(0.001)
    run.line("server-1", 8, "prepare", depth=1).sleep("server-1", 1.0)
    trace = told(run)
    assert [(step.action, step.t) for step in trace.steps[2:]] == [
        ("it prepares", 0.0),
        ("it goes", 0.001),
    ]


def test_a_comprehension_in_a_captioned_line_is_part_of_it() -> None:
    run = Run().ask("r1").line("server-1", 2, "view", caption="all are started")
    run.line("server-1", 2, "<listcomp>", caption="all are started")
    run.thread("thread-1", "t1", "r1")
    assert moments(told(run))[2:] == ["task started"]


@pytest.mark.parametrize("state", ["sleeping", "blocked"])
def test_a_row_stands_where_its_line_began_to_wait(state: str) -> None:
    run = Run().ask("r1").line("server-1", 2, "view").thread("thread-1", "t1", "r1")
    run.after(1).line("thread-1", 7, "prepare", caption="it goes").after(0.001)
    run.state("thread-1", state).after(2).state("thread-1", "running")
    run.state("thread-1", state).after(2)
    step = told(run).steps[-1]
    assert (step.moment, step.t, step.task_status) == ("in prepare", 1.001, state)


def test_rows_of_one_time_keep_the_order_of_events() -> None:
    run = Run(servers=2, users=2).ask("r1", "user-1", "server-1").ask("r2", "user-2", "server-2")
    trace = told(run.respond("r2", "server-2").respond("r1", "server-1"))
    assert [(step.request, step.moment) for step in trace.steps[4:]] == [
        ("r2", "response sent"),
        ("r2", "request over"),
        ("r1", "response sent"),
        ("r1", "request over"),
    ]
    assert {step.t for step in trace.steps} == {0.0}
    assert [step.thread for step in trace.steps[:4]] == [
        "server thread 1", "server thread 1", "server thread 2", "server thread 2",
    ]  # fmt: skip


def test_a_queue_worker_s_moments_are_rows_of_its_lane() -> None:
    run = Run().add(ev.LaneBorn, "worker-1", "worker", "celery 1").ask("r1")
    run.line("server-1", 2, "view", caption="it is queued").after(0.001)
    run.task("t1", "queued", "server-1", request="r1").after(0.001).respond("r1")
    of = {"request": "r1", "runs_on": "worker-1"}
    run.after(1).task("t1", "received", "worker-1", **of)
    run.after(1).task("t1", "started", "worker-1", **of)
    run.after(1).task("t1", "retried", "worker-1", error="TimeoutError: slow", **of)
    run.after(1).task("t1", "started", "worker-1", **of).after(1)
    trace = told(run.task("t1", "failed", "worker-1", error="OSError: gone\n\nmore", **of))
    assert [(step.action, step.thread, step.task_status) for step in trace.steps[4:]] == [
        ("celery 1 takes background_task from the queue", "celery 1", "received"),
        ("background_task is started", "celery 1", "started"),
        ("background_task failed and will be tried again", "celery 1", "retrying"),
        ("background_task is started", "celery 1", "started"),
        ("background_task fails: OSError: gone", "celery 1", "failed"),
        ("The request is over: nothing is left to do for it", "main", "idle"),
    ]
    task = trace.tasks[0]
    assert (task.queued, task.started, task.finished) == (0.001, 2.002, 5.002)
    assert (task.state, task.retries, task.error) == ("failed", 1, "OSError: gone\n\nmore")
    assert task.lane == "worker-1"
    assert trace.metrics.tasks_retried == 1


def test_captions_of_moments_are_templates() -> None:
    texts = {"response sent": "{status} to {user} by {thread}{error}", "request sent": "{other}"}
    run = Run().ask("r1").respond("r1", status=404)
    trace = derive(about(THREAD_APP, captions=texts), run.end())
    assert trace.steps[0].action == "{other}"
    assert trace.steps[2].action == "404 to User 1 by main"


def test_the_caption_of_a_line_is_no_template() -> None:
    run = Run().ask("r1").line("server-1", 2, "view", caption="a {status} of its own")
    assert actions(told(run))[2] == "a {status} of its own"


def test_of_two_captioned_returns_the_outer_one_is_the_response() -> None:
    run = Run().ask("r1").line("server-1", 3, "view", caption="it answers").after(0.001)
    run.line("server-1", 3, "answer", caption="it is made", depth=1).after(0.001)
    trace = told(run.respond("r1"))
    assert actions(trace)[2:4] == ["it is made", "it answers"]


def test_the_end_of_a_task_ends_its_last_line() -> None:
    run = Run().ask("r1").task("t1", "started", "server-1", request="r1", runs_on="server-1")
    run.line("server-1", 7, "prepare", caption="it goes", depth=1)
    run.task("t1", "finished", "server-1", request="r1").thread("thread-1", "t2", "r1")
    assert moments(told(run))[3:] == ["in prepare", "task finished", "task started"]


def test_events_out_of_order_are_put_right_by_their_times() -> None:
    run = Run().ask("r1").at(2).line("server-1", 3, "view", caption="second")
    run.at(1).line("server-1", 2, "view", caption="first").at(3)
    assert actions(told(run))[2:] == ["first", "second"]
