"""Flask-SocketIO as the subject: users with an open connection, and what is pushed to them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.lab.jobs import job
from visualizer.lab import Fault, Job, Lab, Queue, Server, UserRequest, Users
from visualizer.trace import Trace

PROGRAM = """
from flask_socketio import SocketIO, emit

socketio = SocketIO(app{mode})

@socketio.on("join")
def join(name):
    emit("joined", name + "!")

def report(sid):
    socketio.sleep(3)
    socketio.emit("done", {{"report": 7}}, to=sid)  #: The report is ready, and the browser is told

@app.post("/reports")
def order():
    socketio.start_background_task(report, request.form["sid"])  #: The report is begun
    return {{"status": "begun"}}
"""

THREADS = {"mode": ', async_mode="threading"'}
GREEN = {"mode": ', async_mode="eventlet"'}


def push(mode: dict[str, str], socket: dict[str, Any] | None = None, **settings: Any) -> Job:
    script = [
        UserRequest(**{"socket": True, "until": "done", **(socket or {})}),
        UserRequest(method="POST", path="/reports", form={"sid": "{sid}"}),
    ]
    settings = {"network": 0.01, "line_cost": 0.0, "server": Server(threads=2), **settings}
    return job(PROGRAM.format(**mode), requests=script, **settings)


def complete(trace: Trace) -> Trace:
    assert trace.truncated is None, trace.truncated
    return trace


@pytest.mark.parametrize("mode", [THREADS, GREEN], ids=["threads", "eventlet"])
def test_a_background_task_tells_the_user_who_ordered(lab: Lab, mode: dict[str, str]) -> None:
    trace = complete(lab.run(push(mode)))
    socket, order = trace.requests
    assert (socket.method, socket.path, socket.status) == ("WS", "/socket.io/", 101)
    assert order.body is not None and "begun" in order.body
    (done,) = trace.pushes
    assert (done.name, done.text, done.user) == ("done", '{"report": 7}', "user-1")
    task = trace.tasks[0]
    assert (task.name, task.state, done.lane) == ("report", "finished", task.lane)
    assert done.arrived is not None
    assert round(done.arrived - done.sent, 6) == 0.01
    (arrow,) = [arrow for arrow in trace.arrows if arrow.kind == "push"]
    assert (arrow.from_, arrow.to, arrow.sent) == (done.lane, "user-1", done.sent)
    # The connection is closed once the event has come: to the server, and back.
    assert socket.done is not None
    assert round(socket.done - done.arrived, 6) == 0.02


def test_the_table_tells_of_the_push_in_its_line(lab: Lab) -> None:
    steps = complete(lab.run(push(THREADS))).steps
    assert [(step.moment, step.action) for step in steps[:2]] == [
        ("connection asked for", "Ana asks for a connection that stays open"),
        ("connection open", "The connection is open: the server may speak at any time"),
    ]
    told = next(step for step in steps if step.moment == "message pushed")
    assert told.action == "The report is ready, and the browser is told"
    assert told.task_status == "running"


@pytest.mark.parametrize("mode", [THREADS, GREEN], ids=["threads", "eventlet"])
def test_a_connection_holds_a_thread_of_the_server(lab: Lab, mode: dict[str, str]) -> None:
    trace = complete(lab.run(push(mode)))
    held, other = (request.lane for request in trace.requests)
    assert held != other
    (name,) = [lane.name for lane in trace.lanes if lane.id == held]
    assert name == ("server thread 1" if mode is THREADS else "green thread 1")
    waits = [span for span in trace.spans if span.lane == held]
    assert [(span.state, span.label) for span in waits] == [
        ("holding", "waits for messages of the user")
    ]


def test_with_one_thread_there_is_nobody_left_beside_an_open_connection(lab: Lab) -> None:
    alone = lab.run(push(THREADS, server=Server(threads=1), until=60.0))
    assert alone.truncated is not None
    assert alone.requests[1].received is None


@pytest.mark.parametrize(
    ("before", "mode", "taken"),
    [
        ("", "", "threading"),
        ("import eventlet\n", "", "eventlet"),
        ("import eventlet\n", THREADS["mode"], "threading"),
    ],
)
def test_a_program_that_imports_eventlet_and_does_not_choose_gets_it(
    lab: Lab, before: str, mode: str, taken: str
) -> None:
    program = PROGRAM.format(mode=mode) + "\nprint(socketio.async_mode)\n"
    (said,) = lab.run(job(before + program)).output
    assert said.text == f"{taken}\n"


def test_a_user_listens_until_the_event_comes_and_waits_for_no_answer(lab: Lab) -> None:
    trace = complete(lab.run(push(THREADS)))
    labels = [span.label for span in trace.spans if span.lane == "user-1"]
    listens = "listens on an open connection"
    assert labels[:1] + labels[-1:] == ["waits for WS /socket.io/", listens]
    assert trace.metrics.requests == trace.metrics.answered == 2
    assert trace.metrics.response_max == 0.02


@pytest.mark.parametrize("mode", [THREADS, GREEN], ids=["threads", "eventlet"])
def test_what_a_user_emits_is_handled_and_answered(lab: Lab, mode: dict[str, str]) -> None:
    joined = {"emit": ["join", "{user}"], "until": "joined"}
    trace = complete(lab.run(push(mode, joined)))
    assert [(each.name, each.text) for each in trace.pushes] == [("joined", '"Ana!"')]


def test_a_connection_that_is_refused_holds_nobody_up(lab: Lab) -> None:
    refusing = (
        PROGRAM
        + """
@socketio.on("connect")
def connect():
    return False
"""
    )
    script = push(THREADS).requests
    program = refusing.format(**THREADS)
    trace = complete(lab.run(job(program, requests=script, server=Server(threads=2))))
    assert trace.requests[1].status == 200
    assert trace.pushes == []


def test_a_program_without_sockets_answers_as_ever(lab: Lab) -> None:
    program = '@app.get("/")\ndef view():\n    return "plain"'
    trace = complete(lab.run(job(program, requests=push(THREADS).requests[:1])))
    assert trace.requests[0].status == 404


def test_a_user_who_waits_for_an_event_that_never_comes_ends_with_the_lesson(lab: Lab) -> None:
    trace = lab.run(push(THREADS, {"until": "never"}, until=100.0))
    assert trace.truncated is not None
    assert trace.truncated.limit == "until"


def news() -> Job:
    """The first of three users is told what the second says, as everybody is."""
    program = """
from flask_socketio import SocketIO
socketio = SocketIO(app, async_mode="threading")

@app.post("/news")
def news():
    socketio.emit("news", "hello")
    return "told"
"""
    script = [
        UserRequest(socket=True, until="news"),
        UserRequest(user=2, method="POST", path="/news", at=1.0),
    ]
    return job(program, requests=script, users=Users(count=3), server=Server(threads=4))


def test_everybody_is_told(lab: Lab) -> None:
    trace = complete(lab.run(news()))
    assert [each.user for each in trace.pushes] == ["user-1", "user-2", "user-3"]
    assert all(each.arrived is not None for each in trace.pushes)


def test_the_same_job_gives_the_same_bytes(lab: Lab) -> None:
    for mode in (GREEN, THREADS):
        assert lab.run_json(push(mode, seed=5)) == lab.run_json(push(mode, seed=5))


QUEUED = """\
import time
from celery import Celery
from flask import Flask, request
from flask_socketio import SocketIO

app = Flask(__name__)
celery = Celery("app", broker="redis://localhost")
socketio = SocketIO(app, async_mode="threading", message_queue="redis://localhost")

@celery.task
def report(sid):
    time.sleep(3)
    SocketIO(message_queue="redis://localhost").emit("done", {"report": 7}, to=sid)

@app.post("/reports")
def order():
    report.delay(request.form["sid"])
    return {"status": "begun"}
"""


def test_a_worker_tells_the_user_over_the_connection_of_the_server(lab: Lab) -> None:
    script = push(THREADS).requests
    trace = complete(
        lab.run(job("", head=QUEUED, requests=script, queue=Queue(), server=Server(threads=2)))
    )
    (done,) = trace.pushes
    task = trace.tasks[0]
    assert (done.lane, done.user, done.name) == ("worker-1", "user-1", "done")
    assert (done.task, done.request) == (task.id, trace.requests[1].id)
    assert done.arrived is not None
    told = next(step for step in trace.steps if step.moment == "message pushed")
    assert told.action == "Celery worker sends Ana the event done"


EVENTS = """
@app.get("/events")
def events():
    def told():
        for part in range(1, 10):
            time.sleep(1)
            yield f"event: part\\ndata: {part}\\n\\n"
            if part == 3:
                yield "event: done\\ndata: all\\n\\n"
    return app.response_class(told(), mimetype="text/event-stream")

@app.get("/page")
def page():
    return "page"
"""


def test_server_sent_events_are_pushed_until_the_user_has_heard_enough(lab: Lab) -> None:
    script = [
        UserRequest(path="/events", stream=True, until="done"),
        UserRequest(path="/page"),
    ]
    trace = complete(lab.run(job(EVENTS, requests=script, server=Server(threads=2), line_cost=0.0)))
    stream, page = trace.requests
    assert (stream.method, stream.path, stream.status, page.body) == ("SSE", "/events", 200, "page")
    assert [(each.name, each.text, each.arrived) for each in trace.pushes[:4]] == [
        ("part", "1", 1.0),
        ("part", "2", 2.0),
        ("part", "3", 3.0),
        ("done", "all", 3.0),
    ]
    # The server notices that the user has gone when it next says something, which nobody hears.
    assert stream.done == 4.0
    assert [each.arrived for each in trace.pushes[4:]] == [None]
    assert trace.metrics.response_max == 0.0


def test_a_stream_that_ends_by_itself_lets_the_user_go(lab: Lab) -> None:
    script = [UserRequest(path="/events", stream=True, until="never")]
    trace = complete(lab.run(job(EVENTS, requests=script, line_cost=0.0)))
    assert trace.requests[0].done == 9.0
    assert len(trace.pushes) == 10


def test_a_server_that_dies_breaks_the_connection(lab: Lab) -> None:
    trace = complete(lab.run(push(THREADS, faults=[Fault(at=1.0, kill="web")])))
    assert trace.pushes == []
    assert trace.requests[0].done is None
    assert trace.steps[-1].moment == "request failed"
