"""Programs with threads on the wall clock: real servers, real requests, the same record."""

from __future__ import annotations

from itertools import pairwise

import pytest

from tests.lab.jobs import job, view
from visualizer.lab import Lab, LabError, UserRequest
from visualizer.lab.job import Job, Server, Users
from visualizer.trace import Trace


def real(lab: Lab, job: Job) -> Trace:
    job.clock = "wall"
    return lab.run(job)


def test_a_view_answers_over_a_real_socket(lab: Lab) -> None:
    body = 'time.sleep(0.05)\nreturn {"status": "done"}'
    trace = real(lab, view(body))
    (request,) = trace.requests
    assert (request.status, request.body) == (200, '{"status":"done"}\n')
    assert request.done is not None and request.done >= 0.05
    assert trace.clock == "wall" and trace.truncated is None
    assert [span.state for span in trace.spans if span.lane == "server-1"].count("sleeping") == 1


def test_a_thread_works_on_after_the_answer(lab: Lab) -> None:
    program = """
    def background():
        time.sleep(0.2)
        print("done")

    @app.get("/")
    def start():
        threading.Thread(target=background).start()
        return {"status": "started"}
    """
    trace = real(lab, job(program))
    (task,) = trace.tasks
    assert task.state == "finished" and task.finished is not None
    assert trace.requests[0].done is not None and task.finished > trace.requests[0].done
    assert [output.text for output in trace.output] == ["done\n"]


def test_waiting_for_a_thread_is_told_as_waiting(lab: Lab) -> None:
    body = """
    thread = threading.Thread(target=time.sleep, args=(0.1,))
    thread.start()
    thread.join()
    return ""
    """
    trace = real(lab, view(body))
    waits = [span for span in trace.spans if span.lane == "server-1" and span.state == "blocked"]
    assert "waits for another thread to end" in [span.label for span in waits]


def test_users_stand_in_line_for_one_thread_in_the_order_in_which_they_came(lab: Lab) -> None:
    body = 'time.sleep(0.1)\nreturn ""'
    trace = real(lab, view(body, users=Users(count=3)))
    done = [request.done or 0.0 for request in trace.requests]
    assert all(two - one >= 0.09 for one, two in pairwise(done))


def test_workers_are_processes_of_their_own_behind_one_socket(lab: Lab) -> None:
    program = """
    HITS = []

    @app.get("/")
    def hit():
        HITS.append(1)
        time.sleep(0.3)
        return {"pid": os.getpid(), "hits": len(HITS)}
    """
    trace = real(lab, job(program, server=Server(workers=2), users=Users(count=2)))
    bodies = {request.body for request in trace.requests}
    assert len(bodies) == 2, "each has a process of its own"
    assert all('"hits":1' in str(body) for body in bodies), "they share no memory"
    names = {lane.id: lane.name for lane in trace.lanes}
    assert {names[request.lane or ""] for request in trace.requests} == {
        "server thread 1",
        "server thread 2",
    }


def test_users_keep_cookies_follow_redirects_and_poll(lab: Lab) -> None:
    program = """
    app.secret_key = "secret"
    asked = []

    @app.post("/login")
    def login():
        session["name"] = request.form["name"]
        return redirect("/hello")

    @app.get("/hello")
    def hello():
        return session["name"]

    @app.get("/poll")
    def poll():
        asked.append(1)
        return {"done": len(asked) == 3}
    """
    requests = [
        UserRequest(method="POST", path="/login", form={"name": "Ana"}),
        UserRequest(path="/poll", every=0.05, until="done"),
    ]
    trace = real(lab, job(program, requests=requests))
    paths = [f"{request.method} {request.path}" for request in trace.requests]
    assert paths == ["POST /login", "GET /hello", *["GET /poll"] * 3]
    assert trace.requests[1].body == "Ana"


def test_a_streamed_answer_has_its_first_byte_before_its_last(lab: Lab) -> None:
    program = """
    @app.get("/")
    def stream():
        def pieces():
            yield "one"
            time.sleep(0.1)
            yield "two"
        return app.response_class(pieces())
    """
    (request,) = real(lab, job(program)).requests
    assert request.body == "onetwo"
    assert request.done is not None and request.first_byte is not None
    assert request.done - request.first_byte >= 0.09


def test_a_program_that_cannot_be_loaded_is_a_failure_with_its_place(lab: Lab) -> None:
    with pytest.raises(LabError) as caught:
        real(lab, job("import nowhere_at_all"))
    assert (caught.value.code, caught.value.line) == ("import", 5)


def test_a_run_that_goes_on_is_cut_where_the_lesson_ends(lab: Lab) -> None:
    trace = real(lab, view('time.sleep(30)\nreturn ""', until=0.3))
    assert trace.truncated is not None and trace.truncated.limit == "until"
