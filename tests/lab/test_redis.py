"""Redis clients reach the Redis of the run, which does what Redis does, and nobody polls."""

from __future__ import annotations

import textwrap

import pytest

from tests.lab.jobs import job, view
from tests.lab.queues import printed, queue_job
from tests.lab.redis_programs import HEAD, PROGRAMS
from visualizer.lab import Lab
from visualizer.trace.records import Trace


def _run(lab: Lab, drive: str) -> Trace:
    body = textwrap.indent(drive.strip(), "    ")
    program = f'@app.get("/")\ndef drive():\n{body}\n    return "ok"\n'
    return lab.run(job(program, head=HEAD))


@pytest.mark.parametrize("name", PROGRAMS)
def test_it_does_what_redis_does(lab: Lab, name: str) -> None:
    drive, expected = PROGRAMS[name]
    trace = _run(lab, drive)
    told = printed(trace)
    assert trace.requests[0].status == 200, told
    assert told == expected
    assert trace.truncated is None


def test_a_command_that_blocks_is_one_wait(lab: Lab) -> None:
    trace = _run(
        lab,
        'slow = Redis(socket_timeout=None)\nafter(600, r.rpush, "q", "x")\n'
        'print(slow.blpop("q", 0))',
    )
    assert printed(trace) == ["(b'q', b'x')"]
    server = next(lane for lane in trace.lanes if lane.kind == "server")
    waits = [span for span in trace.spans if span.lane == server.id and span.state == "blocked"]
    assert [(span.label, round(span.end - span.start)) for span in waits] == [
        ("waits for an answer of Redis", 600)
    ]


def test_the_trace_says_what_was_redirected(lab: Lab) -> None:
    trace = view(
        """
        redis.from_url("rediss://me:secret@cache.example.com:6390/3").set("a", 1)
        redis.Redis(unix_socket_path="/run/redis.sock").set("a", 1)
        return "ok"
        """,
        before="import redis",
    )
    told = lab.run(trace)
    assert [(each.what, each.address) for each in told.redirected] == [
        ("redis", "rediss://cache.example.com:6390/3"),
        ("redis", "unix:///run/redis.sock"),
    ]
    assert "secret" not in str(told.redirected)


def test_a_script_that_never_ends_is_broken_off(lab: Lab) -> None:
    trace = _run(
        lab,
        """
for script in "while true do end", "return python.eval('1')", "return 1":
    try:
        print(r.eval(script, 0))
    except redis.ResponseError as error:
        print("too long" in str(error), "a nil value" in str(error))
""",
    )
    assert printed(trace) == ["True False", "False True", "1"]


def test_a_program_without_redis_has_no_coordinator(lab: Lab) -> None:
    trace = lab.run(view('return "ok"'))
    assert [lane.kind for lane in trace.lanes] == ["user", "server"]
    assert trace.redirected == []


def test_processes_share_one_redis(lab: Lab) -> None:
    program = """
    from redis import Redis
    redis = Redis()
    @celery.task
    def work():
        time.sleep(1)
        redis.lpush("done", "yes")
    @app.get("/")
    def view():
        work.delay()
        print(redis.blpop("done", 3))
        return "ok"
    """
    assert printed(lab.run(queue_job(program))) == ["(b'done', b'yes')"]


def test_a_killed_process_waits_for_nothing_any_more(lab: Lab) -> None:
    from visualizer.lab import Fault

    program = """
    from redis import Redis
    redis = Redis(socket_timeout=None)
    @celery.task
    def work():
        redis.blpop("jobs", 0)
    @app.get("/")
    def view():
        work.delay()
        time.sleep(2)
        redis.rpush("jobs", "x")
        return str(redis.llen("jobs"))
    """
    trace = lab.run(queue_job(program, faults=[Fault(at=1.0, kill="worker-1")]))
    assert trace.requests[0].body == "1"


WITH_AWAIT = """
import asyncio, time
import redis.asyncio as redis
from flask import Flask

app = Flask(__name__)

@app.get("/")
async def view():
    r = redis.from_url("redis://localhost/1", decode_responses=True)
    print(await r.ping(), await r.set("a", 1), await r.get("a"))

    async def later():
        await asyncio.sleep(2)
        await r.rpush("q", "x")

    began = time.monotonic()
    popped, _ = await asyncio.gather(r.blpop("q", 4), later())
    print(popped, round(time.monotonic() - began))
    sub = r.pubsub()
    await sub.subscribe("news")
    print((await sub.get_message(timeout=1))["type"])
    heard, _ = await asyncio.gather(sub.get_message(timeout=2), r.publish("news", "hi"))
    print(heard["data"])
    async with r.pipeline() as pipe:
        print(await pipe.incr("n").incr("n").execute())
    await sub.aclose()
    await r.aclose()
    return "ok"
"""


def test_clients_with_await(lab: Lab) -> None:
    trace = lab.run(job(WITH_AWAIT, head=""))
    assert printed(trace) == ["True True 1", "('q', 'x') 2", "subscribe", "hi", "[1, 2]"]
    assert trace.requests[0].status == 200
    assert [each.address for each in trace.redirected] == ["redis://localhost:6379/1"]


def test_the_same_job_gives_the_same_bytes(lab: Lab) -> None:
    drive = 'r.sadd("s", *"abcdef")\nprint(r.spop("s"), r.smembers("s"), r.randomkey())'
    trace, again = _run(lab, drive), _run(lab, f"{drive}\n")
    assert printed(trace) == printed(again)
