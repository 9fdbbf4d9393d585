"""A program's own Redis client, and RQ, on the wall clock: both reach the Redis of the run."""

from __future__ import annotations

import multiprocessing
import socket
from collections.abc import Iterator

import pytest
import redis

from tests.lab.jobs import job
from visualizer.lab import Lab, LabError, Queue, UserRequest
from visualizer.lab.job import Fault, Job
from visualizer.lab.wall import redis_store

COUNTER = """
from flask import Flask
from redis import Redis

app = Flask(__name__)
hits = Redis("redis.example.com", 6380, db=2)

@app.get("/")
def hit():
    return {"hits": hits.incr("hits")}
"""

ORDERS = """
import os, time
from flask import Flask
from redis import Redis
from rq import Queue, Retry

app = Flask(__name__)
queue = Queue(connection=Redis())

def pack():
    time.sleep(0.1)
    return os.getpid()

def spill():
    raise ValueError("spilt")

@app.get("/")
def order():
    queue.enqueue(pack)
    queue.enqueue(spill, retry=Retry(max=1))
    return {"web": os.getpid()}
"""


def real(head: str, *paths: str, **settings: object) -> Job:
    made = job("", *paths, head=head, **settings)
    made.clock = "wall"
    return made


def test_a_client_keeps_its_database_and_is_led_to_the_redis_of_the_run(lab: Lab) -> None:
    trace = lab.run(real(COUNTER, "/", "/"))
    assert [request.body for request in trace.requests] == ['{"hits":1}\n', '{"hits":2}\n']
    assert [each.address for each in trace.redirected] == ["redis://redis.example.com:6380/2"]


def test_jobs_run_in_a_real_worker_of_rq(lab: Lab) -> None:
    pack, spill = lab.run(real(ORDERS, queue=Queue(library="rq"))).tasks
    assert (pack.name, pack.state, pack.lane) == ("pack", "finished", "worker-1")
    assert (spill.name, spill.state, spill.retries) == ("spill", "failed", 1)
    assert spill.error is not None and "spilt" in spill.error


WAITING = """
from flask import Flask
from redis import Redis
from rq import Queue

app = Flask(__name__)
queue = Queue(connection=Redis())

@app.get("/")
def order():
    queue.enqueue(print, "packed")
    return {"waiting": queue.count}
"""


def test_a_worker_that_was_killed_while_it_waited_takes_nothing_away(lab: Lab) -> None:
    requests = [UserRequest(path="/", at=1.0), UserRequest(user="Ben", path="/", at=1.5)]
    faults = [Fault(at=0.3, kill="worker-1")]
    trace = lab.run(real(WAITING, requests=requests, faults=faults, queue=Queue(library="rq")))
    assert trace.requests[1].body == '{"waiting":2}\n'


def test_a_broker_of_ones_own_is_not_for_rq(lab: Lab) -> None:
    with pytest.raises(LabError, match="embedded Redis only"):
        lab.run(real(ORDERS, queue=Queue(library="rq"), broker="redis://127.0.0.1:6379/13"))


@pytest.fixture
def store() -> Iterator[int]:
    """The port of an in-memory Redis, in a process of its own."""
    listener = socket.create_server(("127.0.0.1", 0))
    forking = multiprocessing.get_context("fork")
    process = forking.Process(target=redis_store.serve, args=(listener,), daemon=True)
    process.start()
    yield listener.getsockname()[1]
    process.kill()
    process.join()
    listener.close()


def test_who_has_waited_longest_is_served_first(store: int) -> None:
    """Workers that wait get a message each, also if the first asks again before the last comes."""
    clients = [redis.Redis(port=store, protocol=2) for _ in range(3)]
    waiting = [client.connection_pool.get_connection() for client in clients]
    sender = redis.Redis(port=store)

    def wait_for_mail(connection: redis.Connection) -> None:
        connection.send_command("BRPOP", "mail", 5)
        for _ in range(2):  # the second is read after all that came before the first
            sender.ping()

    for connection in waiting:
        wait_for_mail(connection)
    sender.lpush("mail", "A")
    assert waiting[0].read_response() == [b"mail", b"A"]
    wait_for_mail(waiting[0])
    sender.lpush("mail", "B")
    sender.lpush("mail", "C")
    assert [each.read_response()[1] for each in waiting[1:]] == [b"B", b"C"]
    sender.lpush("mail", "D")
    assert waiting[0].read_response() == [b"mail", b"D"]


def test_a_wait_ends_when_its_time_is_up(store: int) -> None:
    assert redis.Redis(port=store).brpop(["mail"], timeout=0.05) is None
