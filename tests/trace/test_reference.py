"""The lesson ``long_task`` as the curriculum's reference has it, word for word and row for row."""

from __future__ import annotations

import pytest

from visualizer.trace import About, derive, execution_table, variable_tracker

from .runs import INLINE_APP, THREAD_APP, about, inline_run, thread_run

OVER = "the request cycle is over, nothing is left to do for it"
READY = "idle, ready for the next request"

WATCH = ["background_task status", "response"]
THREAD = about(THREAD_APP, watch=WATCH)
INLINE = about(INLINE_APP, variant="inline", watch=WATCH)


def test_the_execution_table_of_the_thread_variant() -> None:
    columns, rows = execution_table(derive(THREAD, thread_run()))
    assert columns == ["Step", "Action", "Thread", "Response to user", "Background task status"]
    assert rows == [
        ["1", "user sends GET /start", "main", "waiting", "not started"],
        ["2", "server receives the request", "main", "waiting", "not started"],
        [
            "3",
            "background_task is started in a new thread",
            "main",
            "preparing response",
            "started",
        ],
        ["4", "the JSON response is returned", "main", "sent", "running (sleeping 5 s)"],
        ["5", "the task sleeps 5 s", "background", "no change", "sleeping"],
        ["6", "the task completes", "background", "no change", "completed"],
        ["7", OVER, "main", READY, "idle"],
    ]


def test_the_variable_tracker_of_the_thread_variant() -> None:
    columns, rows = variable_tracker(derive(THREAD, thread_run()))
    assert columns == [
        "Variable", "Start", "After step 3", "After step 4", "After step 6", "Final",
    ]  # fmt: skip
    assert rows == [
        ["background_task status", "not started", "started", "running", "completed", "idle"],
        ["response", "none", "preparing", "sent", "sent", "sent"],
    ]


def test_the_inline_variant_has_the_whole_task_before_the_response() -> None:
    _, rows = execution_table(derive(INLINE, inline_run()))
    preparing = "preparing response"
    assert rows == [
        ["1", "user sends GET /start", "main", "waiting", "not started"],
        ["2", "server receives the request", "main", "waiting", "not started"],
        ["3", "background_task is called in the request itself", "main", preparing, "started"],
        ["4", "the task sleeps 5 s", "main", preparing, "sleeping"],
        ["5", "the task completes", "main", preparing, "completed"],
        ["6", "the JSON response is returned", "main", "sent", "completed"],
        ["7", OVER, "main", READY, "idle"],
    ]


def test_steps_stand_at_the_time_of_what_happened_in_them() -> None:
    steps = derive(THREAD, thread_run()).steps
    assert [step.t for step in steps] == [0.0, 0.0, 0.001, 0.003, 0.004, 5.004, 5.004]
    assert [step.moment for step in steps] == [
        "request sent",
        "request received",
        "task started",
        "response sent",
        "in background_task",
        "task finished",
        "request over",
    ]
    assert [step.lane for step in steps] == [
        "user-1", "server-1", "server-1", "server-1", "thread-1", "thread-1", "server-1",
    ]  # fmt: skip
    assert [step.line for step in steps] == [None, None, 18, 19, 12, None, None]
    assert [step.task for step in steps] == [None, None, "t1", None, "t1", "t1", None]
    assert {step.request for step in steps} == {"r1"}


def test_the_flow_is_lit_by_moments() -> None:
    flow = {"start": ["task started"], "apart": ["in background_task", "task finished"]}
    told = derive(about(THREAD_APP, flow=flow), thread_run())
    assert [step.node for step in told.steps] == [
        None, None, "start", None, "apart", "apart", None,
    ]  # fmt: skip


def test_duration_and_figures() -> None:
    thread = derive(THREAD, thread_run())
    inline = derive(INLINE, inline_run())
    assert (thread.duration, inline.duration) == (5.004, 5.003)
    assert (thread.metrics.response_max, inline.metrics.response_max) == (0.003, 5.003)
    assert thread.truncated is None


@pytest.mark.parametrize("about_it", [About(scenario="x", variant="y"), THREAD])
def test_the_same_events_give_the_same_trace(about_it: About) -> None:
    assert derive(about_it, thread_run()) == derive(about_it, thread_run())


def test_without_a_lesson_every_moment_has_a_text() -> None:
    told = derive(about(THREAD_APP, captions={}), thread_run())
    assert [step.action for step in told.steps] == [
        "User 1 sends GET /start",
        "The server receives the request",
        "background_task is started in a new thread",
        "the JSON response is returned",
        "the task sleeps 5 s",
        "background_task is finished",
        "The request is over: nothing is left to do for it",
    ]
