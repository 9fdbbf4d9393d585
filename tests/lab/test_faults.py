"""What goes wrong by plan: the server is killed, comes back, is restarted; messages are lost."""

from __future__ import annotations

from typing import Any

import pytest

from tests.lab.jobs import job
from tests.lab.queues import printed, queue_job
from visualizer.lab import Fault, Job, Lab, LabError, Server, UserRequest, Users
from visualizer.trace.records import Trace

WORKING = """
known = []

def work():
    try:
        time.sleep(5)
        print("is done")
    finally:
        print("cleans up")

@app.get("/")
def view():
    known.append(1)
    threading.Thread(target=work, daemon=DAEMON).start()
    time.sleep(0.5)
    return str(len(known))
"""


def working(*times: float, daemon: bool = False, **settings: Any) -> Job:
    """A job whose user asks at those times; each answer takes 0.5 s, and its thread 5 s."""
    requests = [UserRequest(at=time) for time in times]
    settings.setdefault("network", 0.02)
    return job(WORKING.replace("DAEMON", str(daemon)), requests=requests, line_cost=0.0, **settings)


def outcomes(trace: Trace) -> list[int | str | None]:
    """For each request the status, or what the user was told instead."""
    return [each.status if each.failed is None else each.error for each in trace.requests]


def told(trace: Trace) -> list[tuple[float, str]]:
    """What happened to processes, messages and broken connections, as the table tells it."""
    kinds = ("process ", "message ", "request failed")
    return [(step.t, step.action) for step in trace.steps if step.moment.startswith(kinds)]


def test_a_killed_server_takes_its_threads_its_memory_and_its_connections_along(lab: Lab) -> None:
    faults = [Fault(at=1.0, kill="web", back=0.5)]
    trace = lab.run(working(0.0, 0.8, 1.1, 2.0, faults=faults))
    assert outcomes(trace) == [
        200,
        "the connection was reset",
        "the connection was refused",
        200,
    ]
    assert [each.failed for each in trace.requests] == [None, 1.02, 1.14, None]
    assert [each.state for each in trace.tasks] == ["lost", "lost", "finished"]
    assert trace.metrics.tasks_lost == 2
    assert printed(trace) == ["is done", "cleans up"]  # of the last only: no finally of the others
    assert trace.requests[-1].body == "1"  # the new process knows of no other request
    lanes = {lane.name: lane for lane in trace.lanes}
    assert (lanes["main"].died, lanes["main"].killed) == (1.0, True)
    assert (lanes["main (restarted)"].born, lanes["main (restarted)"].died) == (1.5, None)
    assert not lanes["main (restarted)"].killed
    assert told(trace) == [
        (1.0, "The web server is killed"),
        (1.02, "Ana gets no answer: the connection was reset"),
        (1.14, "Ana gets no answer: the connection was refused"),
        (1.5, "The web server is up again, in a new process"),
    ]
    assert trace.truncated is None


def test_the_table_shows_what_a_kill_costs(lab: Lab) -> None:
    trace = lab.run(working(0.0, faults=[Fault(at=1.0, kill="web")]))
    killed = trace.steps[-1]
    assert (killed.moment, killed.task_status, killed.request) == ("process killed", "lost", "r1")
    (waits,) = [span for span in trace.spans if span.lane == "thread-1" and span.task]
    assert waits.end == 1.0
    status = next(each for each in trace.variables if each.name == "work status")
    assert status.values[-1] == (killed.n, "lost")


def test_work_that_waits_in_a_pool_of_threads_is_lost_too(lab: Lab) -> None:
    program = """
    from concurrent.futures import ThreadPoolExecutor
    pool = ThreadPoolExecutor(1)
    @app.get("/")
    def view():
        for _ in range(3):
            pool.submit(time.sleep, 0.8)
        return "ok"
    """
    trace = lab.run(job(program, faults=[Fault(at=1.0, kill="web")]))
    assert [task.state for task in trace.tasks] == ["finished", "lost", "lost"]


def test_a_restart_lets_the_old_process_answer_and_its_threads_end(lab: Lab) -> None:
    trace = lab.run(working(0.0, 0.8, 1.1, faults=[Fault(at=1.0, restart="web")]))
    assert outcomes(trace) == [200, 200, 200]
    assert [each.state for each in trace.tasks] == ["finished"] * 3
    assert [each.body for each in trace.requests] == ["1", "2", "1"]
    assert told(trace) == [
        (1.0, "The web server is restarted: the old process takes no new requests"),
        (1.0, "The web server is up again, in a new process"),
        (5.82, "The web server: the old process has ended"),
    ]
    assert not any(lane.killed for lane in trace.lanes)


def test_a_restart_waits_for_no_daemon_and_not_for_ever(lab: Lab) -> None:
    faults = [Fault(at=1.0, restart="web")]
    daemon = lab.run(working(0.0, 0.8, daemon=True, faults=faults))
    assert [each.state for each in daemon.tasks] == ["lost", "lost"]
    assert outcomes(daemon) == [200, 200]
    impatient = lab.run(working(0.0, 0.8, faults=[Fault(at=1.0, restart="web", grace=2.0)]))
    assert [each.state for each in impatient.tasks] == ["lost", "lost"]
    assert told(impatient)[-1] == (3.0, "The web server is killed")
    alone = lab.run(working(0.0, faults=[Fault(at=1.0, restart="web", grace=2.0)]))
    assert alone.steps[-1].task_status == "lost", "it is told with the kill, not only in the end"
    hard = lab.run(working(0.0, 0.8, faults=[Fault(at=1.0, restart="web", grace=0.0)]))
    assert outcomes(hard) == [200, "the connection was reset"]


def test_a_restart_loses_no_request_of_many(lab: Lab) -> None:
    users = Users(count=40, arrival="every", seconds=0.05)
    server = Server(workers=2, threads=2)
    program = '@app.get("/")\ndef view():\n    time.sleep(0.07)\n    return "ok"'
    trace = lab.run(job(program, users=users, server=server, faults=[Fault(at=1, restart="web")]))
    assert outcomes(trace) == [200] * 40
    assert {each.lane for each in trace.requests} >= {"web-1-server-1", "web-1.2-server-1"}
    assert "Process 2 of the server is up again, in a new process" in [
        text for _, text in told(trace)
    ]


def test_users_of_a_server_that_is_gone_do_not_wait_for_ever(lab: Lab) -> None:
    trace = lab.run(working(0.0, 1.5, faults=[Fault(at=0.2, kill="web")]))
    assert outcomes(trace) == ["the connection was reset", "the connection was refused"]
    assert trace.truncated is None
    only = working(0.0, server=Server(workers=2), faults=[Fault(at=0.01, kill="web-1")])
    only.faults.append(Fault(at=0.01, kill="web-2"))
    trace = lab.run(only)  # whoever holds the listening socket is there, and nobody accepts
    assert trace.truncated is not None
    assert trace.truncated.reason == "deadlock: Ana waits for a server that is gone"


def test_a_cooperative_server_can_be_killed_and_restarted(lab: Lab) -> None:
    program = """
    import eventlet
    @app.get("/")
    def view():
        eventlet.sleep(0.5)
        return "ok"
    """
    settings: dict[str, Any] = {
        "server": Server(kind="cooperative"),
        "users": Users(count=3, arrival="every", seconds=0.3),
    }
    killed = lab.run(job(program, faults=[Fault(at=0.55, kill="web", back=0.1)], **settings))
    assert outcomes(killed) == [200, "the connection was reset", "the connection was refused"]
    restarted = lab.run(job(program, faults=[Fault(at=0.4, restart="web")], **settings))
    assert outcomes(restarted) == [200, 200, 200]
    assert told(restarted)[-1] == (0.802, "The web server: the old process has ended")


def test_a_killed_worker_of_the_queue_comes_back(lab: Lab) -> None:
    program = """
    @celery.task(acks_late=True)
    def work():
        time.sleep(2)
        print("is done")
    @app.get("/")
    def view():
        work.delay()
        return "ok"
    """
    faults = [Fault(at=1.0, kill="worker-1", back=3.0)]
    trace = lab.run(queue_job(program, scheme="amqp", faults=faults))
    assert printed(trace) == ["is done"]
    assert [(lane.name, lane.born, lane.died) for lane in trace.lanes if lane.kind == "worker"] == [
        ("Celery worker", 0.0, 1.0),
        ("Celery worker (restarted)", 4.0, None),
    ]
    assert told(trace) == [
        (1.0, "Celery worker is killed"),
        (4.0, "Celery worker is up again, in a new process"),
    ]


@pytest.mark.parametrize(
    ("captions", "said"),
    [
        ({}, "The request is over: work was lost, and nobody will do it"),
        ({"request over": "{user} is forgotten"}, "Ana is forgotten"),
    ],
)
def test_a_request_is_not_said_to_have_nothing_left_to_do_if_a_task_was_lost(
    lab: Lab, captions: dict[str, str], said: str
) -> None:
    program = """
    @celery.task
    def work():
        time.sleep(2)
    @app.get("/")
    def view():
        work.delay()
        return "ok"
    """
    made = queue_job(program, faults=[Fault(at=1.0, kill="worker-1")], captions=captions)
    (over,) = [step for step in lab.run(made).steps if step.moment == "request over"]
    assert over.action == said


def test_a_message_can_be_lost_on_its_way(lab: Lab) -> None:
    program = """
    @celery.task
    def work(number):
        print(number)
    @app.get("/")
    def view():
        for number in range(3):
            work.delay(number)
        return "ok"
    """
    trace = lab.run(queue_job(program, faults=[Fault(drop=2)]))
    assert printed(trace) == ["0", "2"]
    assert [task.state for task in trace.tasks] == ["finished", "lost", "finished"]
    assert [text for _, text in told(trace)] == [
        "The message of work is lost on its way to the queue"
    ]
    assert trace.metrics.tasks_lost == 1
    assert trace.truncated is None


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (Fault(kill="web-1"), "no process 'web-1' to kill; there are web"),
        (Fault(restart="worker-1"), "'worker-1' cannot be restarted, only 'web' can"),
        (Fault(drop=1), "no queue of Celery whose message could be dropped"),
    ],
)
def test_a_fault_speaks_of_what_is_there(lab: Lab, fault: Fault, words: str) -> None:
    with pytest.raises(LabError, match=words):
        lab.run(working(0.0, faults=[fault]))
