"""RQ on the virtual clock does what RQ does."""

from __future__ import annotations

import textwrap
from typing import Any

import pytest

from tests.lab.jobs import job
from tests.lab.queues import moments, printed
from tests.lab.rq_programs import HEAD, PROGRAMS
from visualizer.lab import Fault, Job, Lab, LabError, Limits, Queue


def rq_job(program: str, **settings: Any) -> Job:
    """A job for a program with RQ; ``settings`` are the job's, or those of its queue."""
    settings.setdefault("limits", Limits(real_seconds=120.0))
    names = ("workers", "queues", "groups", "concurrency", "scheduler", "app_name")
    own = {name: settings.pop(name) for name in names if name in settings}
    own["app"] = own.pop("app_name", None)
    return job(program, head=HEAD, queue=Queue(library="rq", **own), **settings)


@pytest.mark.parametrize("name", PROGRAMS)
def test_it_does_what_rq_does(lab: Lab, name: str) -> None:
    functions, drive, expected = PROGRAMS[name]
    body = textwrap.indent(drive.strip(), "    ")
    trace = lab.run(rq_job(f'{functions}\n@app.get("/")\ndef drive():\n{body}\n    return "ok"\n'))
    told = printed(trace)
    assert trace.requests[0].status == 200, told
    assert [line for line in expected if line not in told] == []
    assert trace.truncated is None


MAILS = """
def send(number):
    time.sleep(1)
    print(number)

@app.get("/")
def view():
    for number in range(4):
        queue.enqueue(send, number)
    return "ok"
"""


def test_a_job_is_told_from_the_queue_to_its_end(lab: Lab) -> None:
    trace = lab.run(rq_job(MAILS))
    assert moments(trace) == ["task queued", "task received", "task started", "task finished"]
    assert {task.lane for task in trace.tasks} == {"worker-1"}
    assert [lane.kind for lane in trace.lanes] == ["user", "server", "broker", "worker"]
    travels = [(arrow.kind, arrow.from_, arrow.to) for arrow in trace.arrows]
    assert ("publish", "server-1", "broker") in travels
    assert ("deliver", "broker", "worker-1") in travels
    assert max(depth.ready for depth in trace.depths) == 3
    assert max(depth.unacknowledged for depth in trace.depths) == 1
    assert (trace.depths[-1].ready, trace.depths[-1].unacknowledged) == (0, 0)
    assert {task.request for task in trace.tasks} == {"r1"}
    first = trace.tasks[0]
    # A line and a message after the view began; the worker reads the message, and begins.
    assert (first.queued, first.started) == (0.003, 0.004)


def test_workers_share_the_work_and_nothing_else(lab: Lab) -> None:
    one, two = lab.run(rq_job(MAILS)), lab.run(rq_job(MAILS, workers=2))
    assert 4.0 < one.duration < 4.1
    assert 2.0 < two.duration < 2.1
    assert {task.lane for task in two.tasks} == {"worker-1", "worker-2"}


RETRIED = """
tries = []
def work():
    tries.append(1)
    if len(tries) < 2:
        raise OSError("busy")

@app.get("/")
def view():
    queue.enqueue(work, retry=Retry(max=1, interval=5))
    return str(tries)
"""


def test_a_retry_is_told_and_waits_for_the_scheduler(lab: Lab) -> None:
    trace = lab.run(rq_job(RETRIED))
    told = ["queued", "received", "started", "retried", "received", "started", "finished"]
    assert moments(trace) == [f"task {word}" for word in told]
    assert trace.requests[0].body == "[]"
    (task,) = trace.tasks
    assert task.retries == 1
    assert task.finished is not None
    assert 5.0 < task.finished < 6.1  # RQ looks every second what is due


def test_without_a_scheduler_nothing_planned_is_ever_started(lab: Lab) -> None:
    trace = lab.run(rq_job(RETRIED, scheduler=False))
    assert moments(trace)[-1] == "task retried"
    assert trace.truncated is None
    assert trace.duration < 1.0


URGENT = """
urgent = Queue("urgent", connection=redis)

def send(what):
    time.sleep(1)
    print(what)

@app.get("/")
def view():
    for _ in range(2):
        queue.enqueue(send, "newsletter")
    urgent.enqueue(send, "password")
    return "ok"
"""


@pytest.mark.parametrize(
    ("settings", "order"),
    [
        ({"queues": ["urgent", "mail"]}, ["newsletter", "password", "newsletter"]),
        ({"queues": ["mail", "urgent"]}, ["newsletter", "newsletter", "password"]),
        ({}, ["newsletter", "newsletter", "password"]),  # as the program makes them
        ({"app_name": "urgent"}, ["password"]),
        (
            {"groups": [{"queues": ["mail"]}, {"queues": ["urgent"]}]},
            ["newsletter", "password", "newsletter"],
        ),
    ],
)
def test_queues_are_read_in_the_order_of_their_names(
    lab: Lab, settings: dict[str, Any], order: list[str]
) -> None:
    if "groups" in settings:
        from visualizer.lab.job import Group

        settings = {"groups": [Group(**group) for group in settings["groups"]]}
    assert printed(lab.run(rq_job(URGENT, **settings))) == order


KILLED = """
def work():
    try:
        time.sleep(5)
    finally:
        print("cleans up")

@app.get("/")
def view():
    queue.enqueue(work, job_timeout=20)
    time.sleep(3)
    return str(queue.started_job_registry.get_job_count(cleanup=False))
"""


def test_a_job_of_a_killed_worker_is_given_up_at_the_next_maintenance(lab: Lab) -> None:
    faults = [Fault(at=2.0, kill="worker-1")]
    trace = lab.run(rq_job(KILLED, faults=faults, workers=2))
    assert trace.requests[0].body == "1"  # RQ still believes that it is being worked on
    assert "cleans up" not in printed(trace)
    (task,) = trace.tasks
    assert (task.state, task.error) == ("failed", "AbandonedJobError")
    last = trace.steps[-1]
    assert 600 < last.t < 1300  # every ten minutes, when the worker comes to look


def test_without_another_worker_it_is_lost(lab: Lab) -> None:
    trace = lab.run(rq_job(KILLED, faults=[Fault(at=2.0, kill="worker-1")]))
    assert [task.state for task in trace.tasks] == ["lost"]
    assert trace.duration < 10
    assert trace.truncated is None


def test_the_bytes_are_the_same(lab: Lab) -> None:
    for program in (MAILS, RETRIED, URGENT):
        first = rq_job(program, workers=3)
        again = rq_job(program, workers=3, parameters={"again": 1})
        one, two = (lab.run_json(each).replace(b'"again":1', b"") for each in (first, again))
        assert one == two


def test_what_cannot_be_is_refused(lab: Lab) -> None:
    nothing = "del queue, redis\n@app.get('/')\ndef view(): return 'ok'"
    with pytest.raises(LabError, match="no RQ queue in this program; make one at its top"):
        lab.run(rq_job(nothing))
    with pytest.raises(LabError, match="no RQ queue called 'letters' in this program"):
        lab.run(rq_job(MAILS, app_name="letters"))
    with pytest.raises(LabError, match="an RQ worker has one thread; use more workers"):
        lab.run(rq_job(MAILS, concurrency=2))


def test_a_worker_that_is_started_again_goes_on(lab: Lab) -> None:
    trace = lab.run(rq_job(MAILS, faults=[Fault(at=1.5, kill="worker-1", back=1.0)]))
    assert printed(trace)[:3] == ["0", "2", "3"]
    assert [task.state for task in trace.tasks if task.state != "finished"] == ["failed"]
    assert {task.lane for task in trace.tasks} >= {"worker-1", "worker-1.2"}
    names = [lane.name for lane in trace.lanes if lane.kind == "worker"]
    assert names == ["RQ worker", "RQ worker (restarted)"]
