"""Green threads and the cooperative server: as eventlet runs them, on the virtual clock."""

from __future__ import annotations

import json
import subprocess
import sys
import textwrap
from typing import Any

import pytest

from tests.lab.jobs import job, view
from tests.lab.really import order_of
from visualizer.lab import (
    Fault,
    Job,
    Lab,
    LabError,
    Limits,
    Queue,
    Server,
    UserRequest,
    Users,
)
from visualizer.trace import Trace

GREEN = """\
import eventlet

eventlet.monkey_patch()

"""
PLAIN = "import eventlet\n"
REST = "import threading, time\nfrom flask import Flask\n\napp = Flask(__name__)\n"


def green_view(body: str, before: str = "", head: str = GREEN, **settings: Any) -> Job:
    """A job for a cooperative server with one view at ``/`` of which only the body is given."""
    settings.setdefault("server", Server(kind="cooperative"))
    settings.setdefault("line_cost", 0.0)
    return view(body, before, head=head + REST, **settings)


def spans(trace: Trace, lane: str) -> list[tuple[float, float, str, str]]:
    (found,) = [each.id for each in trace.lanes if each.name == lane]
    own = (each for each in trace.spans if each.lane == found)
    return [(each.start, each.end, each.state, each.label) for each in own]


def answers(trace: Trace) -> list[float | None]:
    return [each.done for each in trace.requests]


def reason(trace: Trace) -> str:
    assert trace.truncated is not None
    return trace.truncated.reason


def test_one_thread_serves_all_users_at_once(lab: Lab) -> None:
    trace = lab.run(green_view("time.sleep(2)\nreturn 'done'", users=Users(count=4)))
    assert answers(trace) == [2, 2, 2, 2]
    lanes = [(each.name, each.kind, each.parent) for each in trace.lanes if each.kind != "user"]
    assert lanes == [
        ("main", "server", None),
        *((f"green thread {n}", "server", "server-1") for n in range(1, 5)),
    ]
    assert spans(trace, "green thread 3") == [(0, 2, "sleeping", "sleeps 2 s")]
    assert spans(trace, "main") == []


def test_a_blocking_call_freezes_everybody_and_the_picture_says_so(lab: Lab) -> None:
    trace = lab.run(green_view("time.sleep(2)\nreturn 'done'", head=PLAIN, users=Users(count=3)))
    assert answers(trace) == [2, 4, 6]
    held = "held up while green thread 1 sleeps 2 s"
    assert spans(trace, "main") == [(0, 6, "blocked", held)]
    assert [each[:3] for each in spans(trace, "Caro")] == [(0, 4, "queued"), (4, 6, "waiting")]


def test_those_who_sleep_are_held_up_too(lab: Lab) -> None:
    program = """
    @app.get("/green")
    def green():
        eventlet.sleep(1)
        return "green"
    @app.get("/blocking")
    def blocking():
        eventlet.sleep(0.5)
        time.sleep(3)
        return "blocking"
    """
    requests = [UserRequest(path="/green", user=1), UserRequest(path="/blocking", user=2)]
    settings: dict[str, Any] = {"requests": requests, "line_cost": 0.0}
    server = Server(kind="cooperative")
    trace = lab.run(job(program, head=PLAIN + REST, server=server, **settings))
    assert answers(trace) == [3.5, 3.5]
    why = "waits for the one thread of the hub, held up while green thread 2 sleeps 3 s"
    assert spans(trace, "green thread 1") == [
        (0, 0.5, "sleeping", "sleeps 1 s"),
        (0.5, 3.5, "blocked", why),
    ]


def test_greenlets_are_used_again_and_bounded(lab: Lab) -> None:
    users = Users(count=4)
    server = Server(kind="cooperative", connections=2)
    trace = lab.run(green_view("time.sleep(1)\nreturn 'done'", users=users, server=server))
    assert answers(trace) == [1, 1, 2, 2]
    assert sum(each.name.startswith("green thread") for each in trace.lanes) == 2


def test_what_a_view_spawns_has_a_lane_and_outlives_the_answer(lab: Lab) -> None:
    before = """
    def later(seconds):
        time.sleep(seconds)
        if seconds == 2:
            raise ValueError("no")
    """
    body = """
    eventlet.spawn(later, 3)
    eventlet.spawn_n(later, 2)
    threading.Thread(target=later, args=(1,), name="old style").start()
    return "done"
    """
    trace = lab.run(green_view(body, before))
    assert answers(trace) == [0]
    assert trace.duration == 3
    assert [(each.name, each.kind, each.died) for each in trace.lanes if each.kind == "task"] == [
        ("later 1", "task", 3),
        ("later 2", "task", 2),
        ("later 3", "task", 1),
    ]
    assert [(each.state, each.error) for each in trace.tasks] == [
        ("finished", None),
        ("failed", "ValueError: no"),
        ("finished", None),
    ]
    starts = [(each.from_, each.to) for each in trace.arrows if each.kind == "start"]
    assert starts == [("server-2", f"task-{n}") for n in (1, 2, 3)]
    assert trace.truncated is None


@pytest.mark.parametrize(
    ("wait", "label"),
    [
        ("eventlet.spawn(time.sleep, 1).wait()", "waits for another green thread to end"),
        ("pool = eventlet.GreenPool(2)\npool.spawn(time.sleep, 1)\npool.waitall()", "the pool's"),
        ("eventlet.Queue().get(timeout=1)", "waits for an item in a queue"),
        ("eventlet.Event().wait(1)", "waits for an event"),
        ("threading.Event().wait(1)", "waits for an event"),
        ("import queue; queue.Queue().get(timeout=1)", "waits for an item in a queue"),
    ],
)
def test_the_picture_says_what_a_green_thread_waits_for(lab: Lab, wait: str, label: str) -> None:
    body = f"try:\n{textwrap.indent(wait, '    ')}\nexcept Exception:\n    pass\nreturn 'done'"
    trace = lab.run(green_view(body))
    (waits,) = spans(trace, "green thread 1")
    assert waits[:3] == (0, 1, "waiting")
    assert label in waits[3]
    assert answers(trace) == [1]


def test_monkey_patch_makes_the_threads_of_a_server_green(lab: Lab) -> None:
    server = Server(workers=1, threads=2)
    trace = lab.run(green_view("time.sleep(1)\nreturn 'x'", server=server, users=Users(count=3)))
    assert answers(trace) == [1, 1, 2]


def test_pools_of_threads_are_green_too(lab: Lab) -> None:
    before = "from concurrent.futures import ThreadPoolExecutor"
    body = """
    with ThreadPoolExecutor(2) as pool:
        return str(list(pool.map(lambda n: time.sleep(n) or n, (2, 1, 1))))
    """
    trace = lab.run(green_view(body, before, users=Users(count=2)))
    assert trace.truncated is None
    assert [each.body for each in trace.requests] == ["[2, 1, 1]"] * 2
    assert answers(trace) == [2, 2]


def test_without_monkey_patch_a_threaded_server_has_a_hub_for_each_thread(lab: Lab) -> None:
    before = "def work():\n    eventlet.sleep(1)\n    return 7\n"
    body = "return str(eventlet.spawn(work).wait())"
    settings: dict[str, Any] = {"server": Server(threads=2), "users": Users(count=2)}
    trace = lab.run(green_view(body, before, head=PLAIN, **settings))
    assert [each.body for each in trace.requests] == ["7", "7"]
    assert answers(trace) == [1, 1]


def test_what_runs_since_loading_runs_on(lab: Lab) -> None:
    before = """
    ticks = []
    def count():
        for number in range(5):
            time.sleep(1)
            ticks.append(number)
    eventlet.spawn(count)
    """
    trace = lab.run(green_view("time.sleep(3.5)\nreturn str(ticks)", before))
    assert trace.requests[0].body == "[0, 1, 2]"


ORDER = """
def story(note, unit):
    def worker(name, queue):
        while True:
            item = queue.get()
            note(f"{name} takes {item}")
            time.sleep(item * unit)
            note(f"{name} has done {item}")
            queue.task_done()

    def late():
        try:
            with eventlet.Timeout(5.2 * unit):
                time.sleep(90 * unit)
        except eventlet.Timeout:
            note("too late")

    queue, event = eventlet.Queue(2), eventlet.Event()
    workers = [eventlet.spawn(worker, name, queue) for name in "ab"]
    ending = eventlet.spawn_after(0.5 * unit, late)
    waiters = [eventlet.spawn(event.wait) for _ in range(3)]
    for item in (3, 1, 2.5, 4.2):
        queue.put(item)
        note(f"put {item}")
    queue.join()
    event.send("all done")
    pool = eventlet.GreenPool(2)
    note(list(pool.imap(lambda n: time.sleep((4 - n) * unit) or n, range(4))))
    for each in workers:
        each.kill()
    ending.wait()
    note([each.wait() for each in waiters])
    note("end")
"""


def in_reality(unit: float) -> list[str]:
    program = (
        "import json, warnings\nwarnings.simplefilter('ignore')\n"
        f"{GREEN}import time\n{ORDER}\nevents = []\nstory(events.append, {unit})\n"
        "print(json.dumps(events))"
    )
    real = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    noted: list[str] = json.loads(real.stdout)
    return noted


def test_the_order_of_events_is_that_of_the_wall_clock(lab: Lab) -> None:
    trace = lab.run(green_view("events = []\nstory(events.append, 1)\nreturn events", ORDER))
    text = trace.requests[0].body
    assert text is not None
    shown = json.loads(text)
    assert shown == order_of(in_reality, shown)
    assert shown[-1] == "end"


def test_the_bytes_are_the_same_in_every_run(monkeypatch: pytest.MonkeyPatch) -> None:
    body = """
    event = eventlet.Event()
    def wait(number):
        event.wait()
        print(number, threading.current_thread().name)
    for number in range(20):
        (eventlet.spawn if number % 2 else eventlet.spawn_n)(wait, number)
    time.sleep(1)
    event.send()
    print(threading.get_ident(), {eventlet.spawn(time.sleep) for _ in range(3)})
    time.sleep(1)
    return "x"
    """
    bodies = set()
    for seed in ("0", "777"):
        monkeypatch.setenv("PYTHONHASHSEED", seed)
        with Lab(cache_dir=None) as lab:
            bodies.add(lab.run_json(green_view(body, users=Users(count=3))))
    with Lab(cache_dir=None, fork=False) as lab:
        bodies.add(lab.run_json(green_view(body, users=Users(count=3))))
    assert len(bodies) == 1


@pytest.mark.parametrize(
    ("wait", "what"),
    [
        ("eventlet.Event().wait()", "green thread 1 waits for an event"),
        (
            "lock = threading.Lock(); lock.acquire(); lock.acquire()",
            "green thread 1 waits for a lock",
        ),
        ("import queue; queue.Queue().get()", "green thread 1 waits for an item in a queue"),
    ],
)
def test_a_green_thread_that_waits_for_nobody(lab: Lab, wait: str, what: str) -> None:
    assert reason(lab.run(green_view(wait))) == f"deadlock: {what}"


@pytest.mark.parametrize("error", ["KeyboardInterrupt", "SystemExit(3)", "ValueError('x')"])
def test_the_server_survives_whatever_a_view_raises(lab: Lab, error: str) -> None:
    trace = lab.run(green_view(f"raise {error}", users=Users(count=2)))
    assert [each.status for each in trace.requests] == [500, 500]


def test_greenlets_without_end_are_cut(lab: Lab) -> None:
    many = "while True:\n    eventlet.spawn(time.sleep, 1)\n    time.sleep(0)"
    trace = lab.run(green_view(many, limits=Limits(threads=100), line_cost=0.001))
    assert trace.truncated is not None
    assert trace.truncated.limit == "threads"


def test_the_world_is_refused_here_too(lab: Lab) -> None:
    body = """
    import socket
    try:
        socket.create_connection(("127.0.0.1", 80))
    except RuntimeError as error:
        return str(error)
    """
    answer = lab.run(green_view(body)).requests[0].body
    assert answer is not None
    assert "in the lab it can reach nothing outside itself" in answer


def test_a_cooperative_server_may_be_killed(lab: Lab) -> None:
    """Then it is a process among several, with a line that a program must not make green."""
    trace = lab.run(green_view("time.sleep(2)\nreturn 'done'", faults=[Fault(at=1, kill="web")]))
    (request,) = trace.requests
    assert (request.done, request.failed) == (None, 1)


@pytest.mark.parametrize("clock", ["virtual", "wall"])
def test_green_workers_of_a_queue_are_refused_in_one_line(lab: Lab, clock: Any) -> None:
    with pytest.raises(LabError, match="make the workers of the queue green") as caught:
        lab.run(green_view("return ''", queue=Queue(), clock=clock))
    assert "\n" not in caught.value.message
