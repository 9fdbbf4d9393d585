"""What each lane did, and what travelled between lanes."""

from __future__ import annotations

import pytest

from visualizer.trace import EventError, Trace, derive
from visualizer.trace import events as ev

from .runs import INLINE_APP, THREAD_APP, Run, about, inline_run, thread_run


def told(run: Run) -> Trace:
    return derive(about(THREAD_APP), run.end())


def spans(trace: Trace, lane: str) -> list[tuple[float, float, str]]:
    return [(span.start, span.end, span.state) for span in trace.spans if span.lane == lane]


def test_the_lanes_of_the_thread_variant() -> None:
    trace = derive(about(THREAD_APP), thread_run())
    assert [
        (span.lane, span.start, span.end, span.state, span.task, span.label) for span in trace.spans
    ] == [
        ("server-1", 0.0, 0.003, "running", None, "handles GET /start"),
        ("user-1", 0.0, 0.003, "waiting", None, "waits for GET /start"),
        ("thread-1", 0.001, 0.003, "queued", "t1", "waits for the interpreter lock"),
        ("thread-1", 0.003, 0.004, "running", "t1", "runs background_task"),
        ("thread-1", 0.004, 5.004, "sleeping", "t1", "sleeps 5 s"),
    ]
    assert [span.id for span in trace.spans] == ["s1", "s2", "s3", "s4", "s5"]


def test_an_inline_task_has_its_part_of_the_server_s_lane() -> None:
    trace = derive(about(INLINE_APP), inline_run())
    assert [
        (span.start, span.end, span.state, span.task)
        for span in trace.spans
        if span.lane == "server-1"
    ] == [
        (0.0, 0.001, "running", None),
        (0.001, 0.002, "running", "t1"),
        (0.002, 5.002, "sleeping", "t1"),
        (5.002, 5.003, "running", None),
    ]


def test_a_user_waits_and_stands_in_the_accept_queue() -> None:
    run = Run().send("r1").after(0.02).arrive("r1").after(1).receive("r1").after(1)
    run.add(ev.ResponseSent, "r1", "server-1", 200, "ok").state("server-1", "idle").after(0.02)
    trace = told(run.add(ev.FirstByteReceived, "r1").add(ev.ResponseReceived, "r1"))
    assert spans(trace, "user-1") == [
        (0.0, 0.02, "waiting"),
        (0.02, 1.02, "queued"),
        (1.02, 2.04, "waiting"),
    ]
    assert [(a.kind, a.from_, a.to, a.sent, a.arrived) for a in trace.arrows] == [
        ("request", "user-1", "server-1", 0.0, 0.02),
        ("response", "server-1", "user-1", 2.02, 2.04),
    ]
    request = trace.requests[0]
    assert (request.received, request.first_byte, request.done) == (1.02, 2.04, 2.04)
    assert (request.status, request.body) == (200, "ok")


def test_equal_neighbours_become_one_and_moments_none() -> None:
    run = Run().ask("r1").after(1).state("server-1", "sleeping", seconds=0.0)
    trace = told(run.state("server-1", "running", request="r1").after(1).respond("r1"))
    assert spans(trace, "server-1") == [(0.0, 2.0, "running")]


def test_an_idle_lane_has_no_span() -> None:
    trace = told(Run().ask("r1").after(1).respond("r1").after(1).ask("r2").after(1).respond("r2"))
    assert spans(trace, "server-1") == [(0.0, 1.0, "running"), (2.0, 3.0, "running")]


def test_a_lane_that_goes_on_with_the_next_request_gets_a_new_span() -> None:
    run = Run(users=2).ask("r1").after(1)
    run.add(ev.ResponseSent, "r1", "server-1", 200, "").send("r2", "user-2")
    trace = told(run.add(ev.RequestReceived, "r2", "server-1").after(1).respond("r2"))
    assert [
        (span.start, span.end, span.request) for span in trace.spans if span.lane == "server-1"
    ] == [(0.0, 1.0, "r1"), (1.0, 2.0, "r2")]


def test_what_is_unfinished_ends_at_the_cut() -> None:
    run = Run(network=0.0).ask("r1").after(1).state("server-1", "blocked").after(2)
    run.add(ev.Cut, "deadlock", "main waits for main")
    trace = derive(about(THREAD_APP), run.events)
    assert spans(trace, "server-1") == [(0.0, 1.0, "running"), (1.0, 3.0, "blocked")]
    assert spans(trace, "user-1") == [(0.0, 3.0, "waiting")]
    assert trace.duration == 3.0
    assert [(arrow.kind, arrow.arrived) for arrow in trace.arrows] == [("request", 0.0)]


def test_a_consumer_that_waits_for_ever_is_no_work() -> None:
    run = Run().add(ev.LaneBorn, "thread-9", "thread", "consumer")
    run.state("thread-9", "blocked").ask("r1").after(1).respond("r1").after(7)
    trace = told(run)
    assert trace.duration == 1.0
    assert spans(trace, "thread-9") == [(0.0, 1.0, "blocked")]


def test_a_quiet_connection_is_held_and_a_lock_in_it_blocks() -> None:
    run = Run(network=0.0).ask("r1")
    run.state("server-1", "blocked", reason="waits for messages of the user").after(1)
    run.state("server-1", "blocked", reason="waits for a lock").after(1).respond("r1")
    trace = told(run)
    assert spans(trace, "server-1") == [(0.0, 1.0, "holding"), (1.0, 2.0, "blocked")]


@pytest.mark.parametrize(
    ("method", "reason", "state"),
    [
        ("SSE", "waits for an item in a queue", "holding"),
        ("SSE", "waits for a lock", "blocked"),
        ("GET", "waits for an item in a queue", "blocked"),
    ],
)
def test_a_stream_that_waits_for_something_to_tell_is_held(
    method: str, reason: str, state: str
) -> None:
    run = Run(network=0.0).add(ev.RequestSent, "r1", "user-1", method, "/events")
    run.arrive("r1").receive("r1", "server-1")
    run.state("server-1", "blocked", reason=reason).after(1)  # the user waits for the answer
    run.add(ev.FirstByteSent, "r1", "server-1", 200)
    run.state("server-1", "blocked", reason=reason).after(1).respond("r1")
    states = [(each.start, each.state) for each in told(run).spans if each.lane == "server-1"]
    assert states[0] == (0.0, "blocked")
    assert states[-1] == ((1.0, "holding") if state == "holding" else (0.0, "blocked"))


def test_what_a_dead_lane_does_is_not_shown() -> None:
    run = Run().ask("r1").thread("thread-1", "t1", "r1").after(1).add(ev.LaneDied, "thread-1")
    trace = told(run.state("thread-1", "running").after(1).respond("r1"))
    assert spans(trace, "thread-1") == [(0.0, 1.0, "queued")]
    assert trace.lanes[-1].died == 1.0


def test_a_request_on_its_way_when_the_run_is_cut() -> None:
    run = Run().send("r1").after(0.01).add(ev.Cut, "until", "over")
    trace = derive(about(THREAD_APP), run.events)
    assert [(arrow.to, arrow.arrived) for arrow in trace.arrows] == [("server-1", None)]


def test_the_duration_counts_from_the_first_request() -> None:
    trace = told(Run().at(2).ask("r1").after(1.5).respond("r1"))
    assert trace.duration == 1.5


@pytest.mark.parametrize(
    ("event", "message"),
    [
        (ev.State(5, "thread-7", "running"), "State at 5 ns: no lane 'thread-7' was born"),
        (ev.Line(5, "x", "a.py", 1, "f"), "Line at 5 ns: no lane 'x' was born"),
        (ev.RequestSent(5, "r1", "x", "GET", "/"), "RequestSent at 5 ns: no lane 'x' was born"),
        (ev.RequestArrived(5, "r9"), "RequestArrived at 5 ns: no request 'r9' was sent"),
        (ev.Task(5, "t1", "f", "started", "x"), "Task at 5 ns: no lane 'x' was born"),
    ],
)
def test_events_that_cannot_be_are_named(event: ev.Event, message: str) -> None:
    with pytest.raises(EventError, match=message):
        derive(about(THREAD_APP), [event])


def test_a_user_with_two_requests_waits_for_the_later_one() -> None:
    run = Run(servers=2).ask("r1").after(1).ask("r2", lane="server-2").after(1).respond("r1")
    trace = told(run.after(1).respond("r2", "server-2"))
    assert spans(trace, "user-1") == [(0.0, 1.0, "waiting"), (1.0, 3.0, "waiting")]


def test_a_lane_runs_from_taking_up_a_request_though_nobody_says_so() -> None:
    run = Run().send("r1").arrive("r1").add(ev.RequestReceived, "r1", "server-1").after(1)
    trace = told(run.respond("r1"))
    assert [
        (span.start, span.end, span.state, span.request, span.label)
        for span in trace.spans
        if span.lane == "server-1"
    ] == [(0.0, 1.0, "running", "r1", "handles GET /start")]


def test_a_lane_that_begins_a_line_runs() -> None:
    run = Run().line("server-1", 1, "<module>").after(1).state("server-1", "idle").after(1)
    assert spans(told(run), "server-1") == [(0.0, 1.0, "running")]


def test_a_server_that_has_answered_does_not_wait_for_that_request_any_more() -> None:
    run = Run().ask("r1").after(1).add(ev.ResponseSent, "r1", "server-1", 200, "")
    run.state("server-1", "ready").after(1).ask("r2").after(1)
    trace = told(run.respond("r2"))
    assert [
        (span.start, span.state, span.request) for span in trace.spans if span.lane == "server-1"
    ] == [(0.0, "running", "r1"), (1.0, "queued", None), (2.0, "running", "r2")]
