"""Celery on the wall clock: real workers, over a real broker."""

from __future__ import annotations

import os
import secrets
import socket
from contextlib import closing

import pytest
import redis
from msgspec.structs import replace

from tests.lab.jobs import job
from visualizer.lab import Lab, LabError, Queue, UserRequest
from visualizer.lab.job import Fault, Job
from visualizer.lab.wall.scale import scaled
from visualizer.lessons import Catalogue
from visualizer.trace import Trace
from visualizer.trace.agreement import compare

REDIS = os.environ.get("MEANWHILE_TEST_REDIS", "redis://127.0.0.1:6379/13")
AMQP = os.environ.get("MEANWHILE_TEST_AMQP", "amqp://guest:guest@127.0.0.1:5672//")

PROGRAM = """
from celery import Celery
from flask import Flask
import os, time

app = Flask(__name__)
celery = Celery("shop", broker="redis://localhost", backend="redis://localhost")
celery.conf.task_default_queue = {queue!r}

@celery.task
def pack(number):
    time.sleep(0.1)
    return os.getpid()

@celery.task(bind=True, max_retries=2)
def flaky(self):
    if self.request.retries < 1:
        raise self.retry(countdown=0.1)
    return "at last"

@app.post("/pack")
def order():
    pack.delay(7)
    return {{"web": os.getpid()}}

@app.post("/get")
def get():
    return {{"worker": pack.delay(7).get(timeout=10), "web": os.getpid()}}

@app.post("/flaky")
def try_hard():
    flaky.delay()
    return "trying"
"""


def asks(*paths: str, queue: str = "celery", **settings: object) -> Job:
    requests = [UserRequest(method="POST", path=path) for path in paths]
    settings.setdefault("queue", Queue())
    made = job("", head=PROGRAM.format(queue=queue), requests=requests, **settings)
    made.clock = "wall"
    return made


def reachable(port: int) -> bool:
    with closing(socket.socket()) as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


@pytest.fixture
def own_queue() -> str:
    return f"meanwhile-test-{secrets.token_hex(4)}"


def check_order(trace: Trace) -> None:
    """One order was packed, in a process that is not the server's."""
    (task,) = trace.tasks
    assert (task.name, task.state, task.lane) == ("pack", "finished", "worker-1")
    assert task.queued is not None and task.started is not None and task.finished is not None
    assert task.queued <= task.started < task.finished
    assert trace.requests[0].done is not None


def test_a_task_runs_in_a_real_worker_over_the_embedded_broker(lab: Lab) -> None:
    trace = lab.run(asks("/pack"))
    check_order(trace)
    assert [(each.what, each.address) for each in trace.redirected] == [
        ("broker", "redis://localhost")
    ]


def test_a_result_comes_back_from_another_process(lab: Lab) -> None:
    (request,) = lab.run(asks("/get")).requests
    body = eval(request.body or "")
    assert body["worker"] != body["web"]


def test_a_task_that_fails_is_tried_again(lab: Lab) -> None:
    (task,) = lab.run(asks("/flaky")).tasks
    assert (task.state, task.retries) == ("finished", 1)


def test_a_worker_that_is_killed_loses_its_task(lab: Lab) -> None:
    job = asks("/pack", faults=[Fault(at=1.5, kill="worker-1")])
    job.sources["test_app.py"] = job.sources["test_app.py"].replace("sleep(0.1)", "sleep(20)")
    trace = lab.run(job)
    assert [task.state for task in trace.tasks] == ["lost"]
    assert trace.truncated is None


@pytest.mark.parametrize("variant", ["celery", "rq", "thread", "inline"])
def test_send_email_does_the_same_on_both_clocks(
    lab: Lab, lessons: Catalogue, variant: str
) -> None:
    """How long all takes is for ``check --wall``, which knows of busy machines."""
    job = scaled(lessons.lesson("send_email").job(variant), 10)
    found = compare(lab.run(job), lab.run(replace(job, clock="wall")), ["times"])
    assert found.differences == []
    assert (found.requests, found.tasks) == (1, 1)


def test_on_a_real_redis_nothing_is_left_behind(lab: Lab) -> None:
    assert_reachable(REDIS, 6379)
    with redis.Redis.from_url(REDIS) as client:
        before = set(client.scan_iter("*"))
        check_order(lab.run(asks("/pack", broker=REDIS)))
        assert set(client.scan_iter("*")) <= before


def test_on_a_real_rabbitmq_the_queue_is_gone_afterwards(lab: Lab, own_queue: str) -> None:
    assert_reachable(AMQP, 5672)
    check_order(lab.run(asks("/pack", queue=own_queue, broker=AMQP)))
    from kombu import Connection

    with Connection(AMQP) as connection, pytest.raises(connection.channel_errors):
        connection.channel().queue_declare(own_queue, passive=True)


def test_a_queue_that_is_in_use_on_rabbitmq_is_refused(lab: Lab, own_queue: str) -> None:
    assert_reachable(AMQP, 5672)
    from kombu import Connection

    with Connection(AMQP) as connection:
        queue = connection.SimpleQueue(own_queue)
        queue.put("somebody's message")
        with pytest.raises(LabError, match="is in use: give --broker a virtual host of its own"):
            lab.run(asks("/pack", queue=own_queue, broker=AMQP))
        assert queue.get(timeout=2).payload == "somebody's message"
        queue.close()
        connection.channel().queue_delete(own_queue)


def assert_reachable(url: str, port: int) -> None:
    if not reachable(port):
        kind = url.partition(":")[0]
        pytest.skip(f"the wall clock with a real broker: no {kind} answers on port {port}")


@pytest.mark.parametrize(
    ("broker", "says"),
    [
        ("redis://127.0.0.1:1/0", "redis://127.0.0.1:1/0 does not answer"),
        ("amqp://me:secret@127.0.0.1:1//", r"amqp://me:\*\*\*@127.0.0.1:1// does not answer"),
        ("kafka://localhost", "no broker is known for kafka://localhost: use redis://"),
    ],
)
def test_a_broker_that_cannot_be_used_is_one_line(lab: Lab, broker: str, says: str) -> None:
    with pytest.raises(LabError, match=says) as caught:
        lab.run(asks("/pack", broker=broker))
    assert "\n" not in caught.value.message and "secret" not in caught.value.message


def test_a_worker_that_dies_at_start_is_one_line(lab: Lab) -> None:
    job = asks("/pack")
    job.sources["test_app.py"] += "\nfrom visualizer.lab import link\n"
    job.sources["test_app.py"] += 'if link.name() == "worker-1": os.abort()\n'
    with pytest.raises(LabError, match="the process 'worker-1' ended while it started") as caught:
        lab.run(job)
    assert "\n" not in caught.value.message
