"""Celery on the virtual clock does what Celery does."""

from __future__ import annotations

import textwrap
from itertools import pairwise

import pytest

from tests.lab.celery_programs import PROGRAMS
from tests.lab.queues import printed, queue_job
from visualizer.lab import Lab
from visualizer.lab.job import Group
from visualizer.trace.records import Trace


@pytest.mark.parametrize("scheme", ["redis", "amqp"])
@pytest.mark.parametrize("name", PROGRAMS)
def test_it_does_what_celery_does(lab: Lab, name: str, scheme: str) -> None:
    tasks, drive, expected = PROGRAMS[name]
    if scheme == "amqp" and name == "a task that has expired is not run":
        expected = ["PENDING"]
    body = textwrap.indent(drive.strip(), "    ")
    program = f'{tasks}\n@app.get("/")\ndef drive():\n{body}\n    return "ok"\n'
    trace = lab.run(queue_job(program, scheme=scheme))
    told = [line for line in printed(trace) if line in expected or "must not" in line]
    assert trace.requests[0].status == 200, printed(trace)
    assert told == expected
    assert trace.truncated is None


SECONDS = """
@celery.task(acks_late=True)
def work(number):
    time.sleep(1)

@app.get("/")
def view():
    for number in range({count}):
        work.apply_async((number,), priority={priority})
    return "ok"
"""


def _starts(trace: Trace) -> list[float]:
    return [task.started or 0.0 for task in trace.tasks]


def test_a_worker_that_may_take_one_wakes_when_it_acknowledges(lab: Lab) -> None:
    program = "celery.conf.worker_prefetch_multiplier = 1\n" + SECONDS
    trace = lab.run(queue_job(program.format(count=4, priority=0), scheme="amqp"))
    gaps = [after - before for before, after in pairwise(_starts(trace))]
    assert all(1.0 < gap < 1.01 for gap in gaps)
    assert max(depth.unacknowledged for depth in trace.depths) == 1


def test_a_worker_takes_four_for_each_of_its_threads(lab: Lab) -> None:
    trace = lab.run(queue_job(SECONDS.format(count=20, priority=0), concurrency=2))
    assert max(depth.unacknowledged for depth in trace.depths) == 8
    kinds = {lane.id: (lane.kind, lane.parent) for lane in trace.lanes if "worker" in lane.id}
    assert kinds == {
        "worker-1": ("process", None),
        "worker-1-1": ("worker", "worker-1"),
        "worker-1-2": ("worker", "worker-1"),
    }
    assert {task.lane for task in trace.tasks} == {"worker-1-1", "worker-1-2"}


PRIORITIES = """
from kombu import Queue
celery.conf.worker_prefetch_multiplier = 1
celery.conf.task_queues = [Queue("celery", queue_arguments={"x-max-priority": 9})]
celery.conf.task_default_queue = "celery"

@celery.task(acks_late=True)
def work(priority):
    time.sleep(1)
    print(priority)

@app.get("/")
def view():
    for priority in 5, 9, 3, 6, 0:
        work.apply_async((priority,), priority=priority)
    return "ok"
"""


@pytest.mark.parametrize(
    ("scheme", "order"), [("redis", ["0", "3", "6", "9"]), ("amqp", ["9", "6", "3", "0"])]
)
def test_priorities_are_those_of_the_broker(lab: Lab, scheme: str, order: list[str]) -> None:
    got = printed(lab.run(queue_job(PRIORITIES, scheme=scheme)))
    assert got == ["5", *order]  # the first is taken before the others are there


def test_the_trace_says_what_was_redirected(lab: Lab) -> None:
    program = 'celery.conf.broker_url = "amqp://me:secret@mq.example.com:5672//"\n' + SECONDS
    trace = lab.run(queue_job(program.format(count=1, priority=0)))
    assert {each.what for each in trace.redirected} == {"broker", "results"}
    assert "mq.example.com" in str(trace.redirected)
    assert "secret" not in str(trace.redirected)


def test_messages_travel_between_the_lanes(lab: Lab) -> None:
    trace = lab.run(queue_job(SECONDS.format(count=1, priority=0)))
    travels = [(arrow.kind, arrow.from_, arrow.to) for arrow in trace.arrows]
    assert ("publish", "server-1", "broker") in travels
    assert ("deliver", "broker", "worker-1") in travels
    assert [lane.kind for lane in trace.lanes] == ["user", "server", "broker", "worker"]


def test_late_acknowledgement_may_be_set_from_outside(lab: Lab) -> None:
    program = SECONDS.replace("(acks_late=True)", "").format(count=1, priority=0)
    early = lab.run(queue_job(program))
    late = lab.run(queue_job(program, acks_late=True))
    assert early.depths[-1].t < 0.1
    assert late.depths[-1].t > 1.0


GROUPS = """
@celery.task
def work(what):
    time.sleep(1)
    print(what)

@app.get("/")
def view():
    for _ in range(3):
        work.apply_async(("newsletter",))
    work.apply_async(("password",), queue="urgent")
    return "ok"
"""


def test_workers_take_from_the_queues_that_they_are_for(lab: Lab) -> None:
    both = lab.run(queue_job(GROUPS, queues=["celery", "urgent"]))
    assert sorted(printed(both)) == ["newsletter"] * 3 + ["password"]
    only = lab.run(queue_job(GROUPS, queues=["urgent"]))
    assert printed(only) == ["password"]
    assert only.truncated is None  # nobody comes for the others
    groups = [Group(workers=1, queues=["celery"]), Group(workers=1, queues=["urgent"])]
    apart = lab.run(queue_job(GROUPS, groups=groups))
    assert printed(apart).index("password") < 2
    assert {task.lane for task in apart.tasks[:3]} == {"worker-1"}
    assert apart.tasks[3].lane == "worker-2"
    assert len({depth.queue for depth in apart.depths}) == 2


PERIODIC = """
celery.conf.beat_schedule = {
    "tidy up": {"task": "test_app.tidy_up", "schedule": 10.0, "args": (1,)},
}

@celery.on_after_configure.connect
def plan(sender, **_):
    sender.add_periodic_task(25.0, greet.s("all"), name="greet all")

@celery.task
def tidy_up(n):
    print("tidy", n)

@celery.task
def greet(whom):
    print("hello", whom)

@app.get("/")
def view():
    return "ok"
"""


def test_beat_starts_periodic_tasks_until_the_end(lab: Lab) -> None:
    trace = lab.run(queue_job(PERIODIC, until=60.0))
    assert printed(trace).count("tidy 1") == 5
    assert printed(trace).count("hello all") == 2
    beat = next(lane for lane in trace.lanes if lane.id == "beat")
    assert (beat.kind, beat.name) == ("process", "Celery beat")
    assert ("publish", "beat", "broker") in [
        (each.kind, each.from_, each.to) for each in trace.arrows
    ]
    queued = [task.queued for task in trace.tasks if task.name == "tidy_up"]
    assert [round(time or 0) for time in queued] == [10, 20, 30, 40, 50]


def test_beat_holds_no_run_open_and_can_be_left_out(lab: Lab) -> None:
    trace = lab.run(queue_job(PERIODIC))
    assert trace.duration < 1
    assert trace.truncated is None
    trace = lab.run(queue_job(PERIODIC, until=60.0, scheduler=False))
    assert [lane.id for lane in trace.lanes if lane.id == "beat"] == []
