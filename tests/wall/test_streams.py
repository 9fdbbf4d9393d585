"""Connections that stay open on the wall clock: real sockets, and the same record of pushes.

The programs are those of ``tests/lab/test_push.py`` with shorter waits. How long all takes is for
``check --wall``, which knows of busy machines.
"""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from tests.lab.jobs import job
from tests.lab.test_push import EVENTS, GREEN, PROGRAM, QUEUED, THREADS, news
from visualizer.lab import Fault, Job, Lab, Queue, Server, UserRequest
from visualizer.lab.program import find_program
from visualizer.lab.wall.scale import scaled
from visualizer.lessons import Catalogue, read_requests
from visualizer.trace import Trace
from visualizer.trace.agreement import Free, compare

STRANGERS = Path(__file__).parents[1] / "strangers"
MODES = pytest.mark.parametrize("mode", [THREADS, GREEN], ids=["threads", "eventlet"])


def push(mode: dict[str, str], more: str = "", **socket: Any) -> Job:
    """A user who orders a report, and is told when it is ready."""
    script = [
        UserRequest(**{"socket": True, "until": "done", **socket}),
        UserRequest(method="POST", path="/reports", form={"sid": "{sid}"}),
    ]
    program = PROGRAM.format(**mode).replace("sleep(3)", "sleep(0.3)") + more
    return job(program, requests=script, network=0.01, server=Server(threads=2))


def events(**stream: Any) -> Job:
    """A user who listens to server-sent events, and asks for a page besides."""
    script = [UserRequest(path="/events", stream=True, **stream), UserRequest(path="/page")]
    program = EVENTS.replace("sleep(1)", "sleep(0.2)")
    return job(program, requests=script, server=Server(threads=2), network=0.01)


def on_both(lab: Lab, made: Job, *free: Free) -> Trace:
    """The real run, which is like the virtual one but for its times, and for what else is free."""
    real = lab.run(replace(made, clock="wall"))
    found = compare(lab.run(made), real, ["times", *free])
    assert found.differences == []
    assert real.truncated is None
    return real


@MODES
def test_a_background_task_tells_the_user_who_ordered(lab: Lab, mode: dict[str, str]) -> None:
    trace = on_both(lab, push(mode))
    socket, order = trace.requests
    assert (socket.method, socket.path, socket.status) == ("WS", "/socket.io/", 101)
    assert order.body is not None and "begun" in order.body
    (done,) = trace.pushes
    (task,) = trace.tasks
    assert (done.name, done.text, done.user) == ("done", '{"report": 7}', "user-1")
    assert (task.name, task.state, done.lane) == ("report", "finished", task.lane)
    assert done.arrived is not None and socket.done is not None
    assert done.arrived - done.sent >= 0.01, "the network takes its time"
    assert socket.done > done.arrived, "the connection is closed once the event has come"
    (arrow,) = [arrow for arrow in trace.arrows if arrow.kind == "push"]
    assert (arrow.from_, arrow.to) == (done.lane, "user-1")


@MODES
def test_a_lane_is_there_for_the_connection_and_waits_for_the_user(
    lab: Lab, mode: dict[str, str]
) -> None:
    trace = lab.run(replace(push(mode), clock="wall"))
    held, other = (request.lane for request in trace.requests)
    assert held != other
    (longest,) = sorted(
        (each for each in trace.spans if each.lane == held), key=lambda each: each.start - each.end
    )[:1]
    assert (longest.state, longest.label) == ("holding", "waits for messages of the user")
    (name,) = [lane.name for lane in trace.lanes if lane.id == held]
    assert name.startswith("server thread" if mode is THREADS else "green thread")
    own = [lane.name for lane in trace.lanes if lane.kind in ("thread", "task")]
    assert len(own) == 1, "threads that the library has for its own ends are not shown"


@MODES
def test_what_a_user_emits_is_handled_and_answered(lab: Lab, mode: dict[str, str]) -> None:
    trace = on_both(lab, push(mode, emit=["join", "{user}"], until="joined"))
    assert [(each.name, each.text) for each in trace.pushes] == [("joined", '"Ana!"')]


def test_a_connection_that_is_refused_holds_nobody_up(lab: Lab) -> None:
    refusing = '\n@socketio.on("connect")\ndef connect():\n    return False\n'
    trace = on_both(lab, push(THREADS, refusing))
    assert trace.requests[1].status == 200
    assert trace.pushes == []


def test_a_program_without_sockets_answers_as_ever(lab: Lab) -> None:
    program = '@app.get("/")\ndef view():\n    return "plain"'
    trace = on_both(lab, job(program, requests=push(THREADS).requests[:1]))
    assert trace.requests[0].status == 404


def test_the_server_may_hang_up(lab: Lab) -> None:
    leaving = "\nfrom flask_socketio import disconnect\n"
    leaving += '\n@socketio.on("leave")\ndef leave():\n    disconnect()\n'
    trace = on_both(lab, push(THREADS, leaving, emit=["leave"], until="never"))
    assert trace.requests[0].done is not None


def test_everybody_is_told(lab: Lab) -> None:
    trace = on_both(lab, news(), "who")
    assert {each.user for each in trace.pushes} == {"user-1", "user-2", "user-3"}
    assert all(each.arrived is not None for each in trace.pushes)


def test_a_worker_tells_the_user_over_the_connection_of_the_server(lab: Lab) -> None:
    program = QUEUED.replace("sleep(3)", "sleep(0.3)")
    script = push(THREADS).requests
    made = job("", head=program, requests=script, queue=Queue(), server=Server(threads=2))
    trace = on_both(lab, made, "steps")  # the server sends it on while the task ends
    (done,) = trace.pushes
    assert (done.lane, done.user, done.name) == ("worker-1", "user-1", "done")
    assert (done.task, done.request) == (trace.tasks[0].id, trace.requests[1].id)


def test_a_server_that_dies_breaks_the_connection(lab: Lab) -> None:
    made = replace(push(THREADS, until="never"), faults=[Fault(at=1.0, kill="web")])
    trace = on_both(lab, made)
    assert trace.requests[0].done is None and trace.requests[0].failed is not None
    assert trace.steps[-1].moment == "request failed"


@pytest.mark.parametrize("kind", ["threaded", "cooperative"])
def test_server_sent_events_are_pushed_until_the_user_has_heard_enough(lab: Lab, kind: Any) -> None:
    made = replace(events(until="done"), server=Server(kind=kind, threads=2))
    if kind == "cooperative":
        made.sources = {
            name: f"import eventlet\neventlet.monkey_patch()\n{text}"
            for name, text in made.sources.items()
        }
    trace = on_both(lab, made)
    stream, page = trace.requests
    assert (stream.method, stream.path, stream.status, page.body) == ("SSE", "/events", 200, "page")
    told = trace.pushes[:4]
    assert [(each.name, each.text) for each in told] == [
        ("part", "1"),
        ("part", "2"),
        ("part", "3"),
        ("done", "all"),
    ]
    came = [each.arrived or 0.0 for each in told[:3]]
    assert all(two - one > 0.1 for one, two in pairwise(came)), "each comes when it is told"
    # The server notices that the user has gone when it next says something.
    assert len(trace.pushes) == 5 and trace.pushes[4].arrived is None
    assert stream.done is not None and stream.done - came[2] > 0.1


def test_a_stream_that_ends_by_itself_lets_the_user_go(lab: Lab) -> None:
    trace = on_both(lab, events(until="never"))
    assert len(trace.pushes) == 10
    assert trace.requests[0].done is not None


def test_a_server_that_dies_ends_a_stream(lab: Lab) -> None:
    made = replace(events(until="never"), faults=[Fault(at=0.5, kill="web")])
    trace = on_both(lab, made)
    assert trace.requests[0].failed is not None


def test_a_lesson_does_the_same_on_both_clocks(lab: Lab, lessons: Catalogue) -> None:
    trace = on_both(lab, scaled(lessons.lesson("status_feedback").job("push"), 10))
    assert [(each.name, each.text) for each in trace.pushes] == [("done", '{"film": 7}')]


@pytest.mark.parametrize(
    ("folder", "target", "pushes"), [("ticker", "app.py:app", 0), ("chat", "run_chat.py", 4)]
)
def test_a_program_of_somebody_else_does_the_same_on_both_clocks(
    lab: Lab, folder: str, target: str, pushes: int
) -> None:
    here = STRANGERS / folder
    requests = read_requests(here / "requests.toml")
    made = find_program(target, here).job(requests, server=Server(threads=4))
    trace = on_both(lab, made)
    assert len(trace.pushes) == pushes
    assert all(each.done is not None for each in trace.requests)
