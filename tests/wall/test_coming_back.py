"""Processes that are killed and come back, and servers that are restarted, on the wall clock."""

from __future__ import annotations

import os
import signal
from typing import Any

import psutil
import pytest

from tests.lab.jobs import job
from tests.wall.test_celery import PROGRAM as CELERY
from tests.wall.test_cleaning_up import address_of, processes, run_in_background, wait_until
from visualizer.lab import Lab, LabError, Queue, Server, UserRequest, Users
from visualizer.lab.job import Fault, Job
from visualizer.trace import Trace

WHO = """
@app.get("/who")
def who():
    return {"pid": os.getpid(), "seen": seen.append(1) or len(seen)}

@app.get("/slow")
def slow():
    threading.Thread(target=after).start()
    time.sleep(0.6)
    return {"pid": os.getpid()}

def after():
    time.sleep(0.9)
    print("afterwards")

seen = []
"""


def asks(*requests: tuple[float, str], program: str = WHO, **settings: Any) -> Job:
    wishes = [UserRequest(path=path, at=at, user=n) for n, (at, path) in enumerate(requests, 1)]
    made = job(program, requests=wishes, **settings)
    made.clock = "wall"
    return made


def told(trace: Trace) -> list[str]:
    """What happened to processes, in order."""
    return [step.action for step in trace.steps if step.moment.startswith("process")]


def answers(trace: Trace) -> list[dict[str, int] | None]:
    return [eval(each.body) if each.body else None for each in trace.requests]


def test_a_server_that_is_killed_comes_back_as_another_process(lab: Lab) -> None:
    faults = [Fault(at=0.3, kill="web", back=1.0)]
    requests = (0.0, "/who"), (0.1, "/slow"), (0.8, "/who"), (3.0, "/who")
    trace = lab.run(asks(*requests, faults=faults))
    first, broken, refused, last = answers(trace)
    assert first is not None and last is not None and broken is None and refused is None
    assert first["pid"] != last["pid"] and last["seen"] == 1
    assert [each.failed is not None for each in trace.requests] == [False, True, True, False]
    assert [task.state for task in trace.tasks] == ["lost"]
    assert told(trace) == [
        "The web server is killed",
        "The web server is up again, in a new process",
    ]
    lanes = {lane.name: lane for lane in trace.lanes}
    assert lanes["main"].died is not None and lanes["main"].killed
    assert lanes["main (restarted)"].died is None
    assert trace.truncated is None


def test_what_a_process_did_before_it_is_killed_is_in_the_record(lab: Lab) -> None:
    """Even if it had not told it yet."""
    quiet = "from visualizer.lab.wall import control\ncontrol.TELL = 60\n"
    trace = lab.run(asks((1.0, "/slow"), program=quiet + WHO, faults=[Fault(at=1.3, kill="web")]))
    assert trace.requests[0].received is not None
    assert [task.state for task in trace.tasks] == ["lost"]


def test_a_restart_lets_the_old_process_answer_and_its_threads_end(lab: Lab) -> None:
    faults = [Fault(at=1.0, restart="web")]
    trace = lab.run(asks((0.0, "/who"), (0.7, "/slow"), (1.1, "/who"), faults=faults))
    first, slow, last = answers(trace)
    assert first is not None and slow is not None and last is not None
    assert first["pid"] == slow["pid"] != last["pid"]
    assert trace.requests[2].done < trace.requests[1].done  # type: ignore[operator]  # both have their answers
    assert [task.state for task in trace.tasks] == ["finished"]
    assert [(line.lane, line.text) for line in trace.output] == [("thread-1", "afterwards\n")]
    said = told(trace)
    assert len(said) == 3
    assert said[0].startswith("The web server is restarted")
    assert said[2] == "The web server: the old process has ended"
    assert trace.truncated is None


def test_a_restart_does_not_wait_for_ever(lab: Lab) -> None:
    faults = [Fault(at=0.5, restart="web", grace=0.1)]
    trace = lab.run(asks((0.0, "/slow"), faults=faults))
    assert trace.requests[0].failed is not None
    assert [task.state for task in trace.tasks] == ["lost"]
    assert told(trace)[-1] == "The web server is killed"


def test_one_of_several_processes_is_killed_and_comes_back(lab: Lab) -> None:
    faults = [Fault(at=0.3, kill="web-2", back=0.2)]
    server, users = Server(workers=2, threads=1), Users(count=2)
    wishes = [UserRequest(path="/slow"), UserRequest(path="/who", at=1.5)]
    made = job(WHO, requests=wishes, users=users, server=server, faults=faults)
    made.clock = "wall"
    trace = lab.run(made)
    failed = [each.path for each in trace.requests if each.failed is not None]
    assert failed == ["/slow"]
    assert told(trace)[0] == "Process 2 of the server is killed"
    assert "server thread 2 (restarted)" in [lane.name for lane in trace.lanes]


@pytest.mark.parametrize(("named", "state"), [("amqp", "finished"), ("redis", "lost")])
def test_what_a_killed_worker_had_comes_back_if_the_broker_that_is_named_does_that(
    lab: Lab, named: str, state: str
) -> None:
    program = CELERY.format(queue="celery").replace("sleep(0.1)", "sleep(0.8)")
    program = program.replace('broker="redis', f'broker="{named}')
    requests = [UserRequest(method="POST", path="/pack")]
    queue = Queue(acks_late=True)
    faults = [Fault(at=0.5, kill="worker-1", back=0.5)]
    made = job("", head=program, requests=requests, queue=queue, faults=faults)
    made.clock = "wall"
    trace = lab.run(made)
    (task,) = trace.tasks
    assert task.state == state
    assert task.lane == ("worker-1.2" if named == "amqp" else "worker-1")
    assert told(trace) == ["Celery worker is killed", "Celery worker is up again, in a new process"]


def test_those_that_came_back_end_with_the_conductor(lab: Lab) -> None:
    with Lab(cache_dir=None) as lab:
        made = asks((0.0, "/who"), (60.0, "/who"), faults=[Fault(at=1.0, kill="web", back=0.1)])
        thread = run_in_background(lab, made)
        (conductor,) = conductors(lab)
        seen: set[int] = set()

        def two_have_been_seen() -> bool:
            seen.update(each.pid for each in conductor.children())
            return len(seen) == 2

        wait_until(two_have_been_seen)
        os.kill(conductor.pid, signal.SIGKILL)
        wait_until(lambda: len(processes(address_of(lab))) == 1)
        thread.join()


def test_those_that_came_back_end_with_the_run(lab: Lab) -> None:
    with Lab(cache_dir=None) as lab:
        lab.run(asks((0.0, "/who"), faults=[Fault(at=0.1, kill="web", back=0.1)]))
        wait_until(lambda: len(processes(address_of(lab))) == 1)


def conductors(lab: Lab) -> list[psutil.Process]:
    warmed = psutil.Process(lab._warmed()._process.pid)
    wait_until(lambda: len(warmed.children()) == 1)
    return warmed.children()


@pytest.mark.parametrize(
    ("fault", "says"),
    [
        (Fault(kill="worker-7"), "no process 'worker-7' to kill; there are web"),
        (Fault(restart="worker-1"), "'worker-1' cannot be restarted, only 'web' can"),
    ],
)
def test_a_plan_that_cannot_be_carried_out_is_one_line(lab: Lab, fault: Fault, says: str) -> None:
    with pytest.raises(LabError, match=says):
        lab.run(asks((0.0, "/who"), faults=[fault]))
