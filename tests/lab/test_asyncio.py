"""Programs on an event loop: what asyncio does is what the lab shows, on the lanes of tasks."""

from __future__ import annotations

import asyncio
import json
import textwrap
import threading
import time
from typing import Any

import pytest

from tests.lab.jobs import job, view
from tests.lab.really import order_of
from visualizer.lab import Job, Lab, Limits, Users
from visualizer.trace import Trace
from visualizer.trace.records import Span

HEAD = "import asyncio, threading, time\nfrom flask import Flask\n\napp = Flask(__name__)\n"


def async_view(body: str, before: str = "", **settings: Any) -> Job:
    """A job with one ``async def`` view at ``/`` of which only the body is given."""
    settings.setdefault("line_cost", 0.0)
    indented = textwrap.indent(textwrap.dedent(body), "    ")
    before = textwrap.dedent(before)
    return job(f'{before}\n@app.get("/")\nasync def view():\n{indented}', head=HEAD, **settings)


def spans(trace: Trace, lane: str) -> list[tuple[float, float, str, str]]:
    """What a lane did, by the lane's name."""
    (found,) = [each.id for each in trace.lanes if each.name == lane]
    return [told(each) for each in trace.spans if each.lane == found]


def told(span: Span) -> tuple[float, float, str, str]:
    return span.start, span.end, span.state, span.label


def reason(trace: Trace) -> str:
    assert trace.truncated is not None
    return trace.truncated.reason


FETCH = """
async def fetch(seconds):
    await asyncio.sleep(seconds)
    return seconds
"""


def test_tasks_have_lanes_below_the_loop(lab: Lab) -> None:
    body = "return str(await asyncio.gather(fetch(2), fetch(1)))"
    trace = lab.run(async_view(body, FETCH))
    assert [(each.name, each.kind, each.parent) for each in trace.lanes] == [
        ("Ana", "user", None),
        ("main", "server", None),
        ("fetch 1", "task", "server-1"),
        ("fetch 2", "task", "server-1"),
    ]
    assert spans(trace, "fetch 1") == [(0, 2, "sleeping", "sleeps 2 s")]
    assert spans(trace, "fetch 2") == [(0, 1, "sleeping", "sleeps 1 s")]
    assert spans(trace, "main") == [(0, 2, "waiting", "waits for fetch 1 and fetch 2")]
    starts = [(each.from_, each.to) for each in trace.arrows if each.kind == "start"]
    assert starts == [("server-1", "task-1"), ("server-1", "task-2")]
    assert [(each.name, each.state, each.request) for each in trace.tasks] == [
        ("fetch", "finished", "r1"),
        ("fetch", "finished", "r1"),
    ]
    assert trace.requests[0].body == "[2, 1]"


def test_lines_stand_on_the_lane_of_the_task_that_runs(lab: Lab) -> None:
    body = """
    first = asyncio.create_task(fetch(2))
    second = asyncio.create_task(fetch(1), name="quick")
    return str(await first + await second)
    """
    trace = lab.run(async_view(body, FETCH))
    names = {each.id: each.name for each in trace.lanes}
    assert [(names[line.lane], line.line) for line in trace.lines] == [
        ("main", 13),
        ("main", 14),
        ("main", 15),
        ("fetch 1", 7),
        ("quick", 7),
        ("quick", 8),
        ("fetch 1", 8),
    ]


@pytest.mark.parametrize(
    ("wait", "label"),
    [
        ("await asyncio.to_thread(time.sleep, 1)", "waits for a thread"),
        ("await asyncio.create_task(fetch(1))", "waits for fetch 1"),
        ("await asyncio.wait([asyncio.create_task(fetch(1))])", "waits for tasks to end"),
        ("await asyncio.wait_for(asyncio.Event().wait(), 1)", "at most 1 s"),
    ],
)
def test_the_picture_says_what_a_task_waits_for(lab: Lab, wait: str, label: str) -> None:
    body = f"try:\n    {wait}\nexcept TimeoutError:\n    pass\nreturn 'done'"
    trace = lab.run(async_view(body, FETCH))
    (waits,) = spans(trace, "main")
    assert waits[:3] == (0, 1, "waiting")
    assert label in waits[3]
    assert trace.requests[0].done == 1


def test_a_blocking_call_holds_up_every_task(lab: Lab) -> None:
    before = FETCH + "async def hog():\n    time.sleep(3)\n"
    trace = lab.run(async_view("await asyncio.gather(fetch(1), hog())\nreturn 'x'", before))
    why = "waits for the event loop, held up while hog 1 sleeps 3 s"
    assert spans(trace, "fetch 1") == [(0, 3, "blocked", why)]
    assert spans(trace, "hog 1") == [(0, 3, "sleeping", "sleeps 3 s")]
    assert spans(trace, "main") == [(0, 3, "blocked", why)]


def test_a_task_may_fail_or_be_cancelled(lab: Lab) -> None:
    before = FETCH + 'async def fail():\n    raise ValueError("no")\n'
    body = """
    tasks = [asyncio.create_task(each) for each in (fetch(9), fail())]
    await asyncio.wait(tasks, return_when=asyncio.FIRST_EXCEPTION)
    tasks[0].cancel()
    return str(await asyncio.gather(*tasks, return_exceptions=True))
    """
    trace = lab.run(async_view(body, before))
    assert trace.requests[0].body == "[CancelledError(''), ValueError('no')]"
    assert [(each.name, each.state, each.error) for each in trace.tasks] == [
        ("fetch", "failed", "cancelled"),
        ("fail", "failed", "ValueError: no"),
    ]


def test_what_an_async_view_leaves_behind_is_cancelled(lab: Lab) -> None:
    trace = lab.run(async_view("asyncio.create_task(fetch(5))\nreturn 'done'", FETCH))
    assert [(each.state, each.error) for each in trace.tasks] == [("failed", "cancelled")]
    assert (trace.requests[0].done, trace.duration, trace.truncated) == (0, 0, None)


def test_each_worker_runs_one_async_view_at_a_time(lab: Lab) -> None:
    trace = lab.run(async_view("await asyncio.sleep(1)\nreturn 'x'", users=Users(count=3)))
    assert [each.done for each in trace.requests] == [1, 2, 3]


LOOP = """
loop = asyncio.new_event_loop()
def run():
    asyncio.set_event_loop(loop)
    loop.run_forever()
threading.Thread(target=run, name="loop", daemon=True).start()
"""


def test_another_thread_wakes_the_loop(lab: Lab) -> None:
    body = """
    future = asyncio.run_coroutine_threadsafe(fetch(1), loop)
    time.sleep(3)
    loop.call_soon_threadsafe(print, "called")
    return str(future.result())
    """
    program = view(body, LOOP + FETCH, head=HEAD, line_cost=0.0)
    trace = lab.run(program)
    assert trace.truncated is None
    assert (trace.requests[0].body, trace.requests[0].done) == ("1", 3)
    assert spans(trace, "fetch 1") == [(0, 1, "sleeping", "sleeps 1 s")]
    assert spans(trace, "loop") == []
    assert [(each.t, each.text) for each in trace.output] == [(3, "called\n")]


# -- nothing else than asyncio --------------------------------------------------------------------

ORDER = """
def story(note, unit):
    async def worker(name, queue, lock):
        while True:
            item = await queue.get()
            async with lock:
                note(f"{name} takes {item}")
                await asyncio.sleep(item * unit)
            note(f"{name} has done {item}")
            queue.task_done()

    async def late():
        try:
            await asyncio.wait_for(asyncio.sleep(90 * unit), 6.3 * unit)
        except TimeoutError:
            note("too late")

    def block(number):
        time.sleep((2 + number) * unit)
        note(f"thread {number}")
        return number

    async def main():
        queue, lock, done = asyncio.Queue(2), asyncio.Semaphore(2), asyncio.Event()
        workers = [asyncio.create_task(worker(name, queue, lock)) for name in "abc"]
        ending = asyncio.create_task(late())
        asyncio.get_running_loop().call_later(1.5 * unit, note, "a call")
        for item in (3, 1, 2.5, 4.2):
            await queue.put(item)
            note(f"put {item}")
        await queue.join()
        note(str(await asyncio.gather(*(asyncio.to_thread(block, n) for n in range(2)))))
        for each in workers:
            each.cancel()
        results = await asyncio.gather(*workers, return_exceptions=True)
        note(str(results))
        await ending
        async with asyncio.timeout(unit):
            for nothing in range(3):
                await asyncio.sleep(0)
        note("end")

    asyncio.run(main())
"""


def in_reality(unit: float) -> list[str]:
    noted: list[str] = []
    scope: dict[str, Any] = {"asyncio": asyncio, "time": time}
    exec(ORDER, scope)
    thread = threading.Thread(target=scope["story"], args=(noted.append, unit))
    thread.start()
    thread.join()
    return noted


def test_the_order_of_events_is_that_of_the_wall_clock(lab: Lab) -> None:
    body = "events = []\nstory(events.append, 1)\nreturn events"
    trace = lab.run(view(body, ORDER, head=HEAD, line_cost=0.0))
    text = trace.requests[0].body
    assert text is not None
    shown = json.loads(text)
    assert shown == order_of(in_reality, shown)
    assert shown[-1] == "end"


def test_sets_of_tasks_and_names_are_the_same_in_every_run(monkeypatch: pytest.MonkeyPatch) -> None:
    before = FETCH
    body = """
    tasks = {asyncio.create_task(fetch(1)) for _ in range(50)}
    done, _ = await asyncio.wait(tasks)
    print([each.get_name() for each in done], [each.get_name() for each in asyncio.all_tasks()])
    print(await asyncio.gather(*(asyncio.to_thread(threading.current_thread) for _ in range(5))))
    return "x"
    """
    bodies = set()
    for seed in ("0", "777"):
        monkeypatch.setenv("PYTHONHASHSEED", seed)
        with Lab(cache_dir=None) as lab:
            bodies.add(lab.run_json(async_view(body, before, users=Users(count=2))))
    with Lab(cache_dir=None, fork=False) as lab:
        bodies.add(lab.run_json(async_view(body, before, users=Users(count=2))))
    assert len(bodies) == 1


# -- what cannot go on --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wait", "what"),
    [
        ("await asyncio.Event().wait()", "main waits for an event"),
        ("await asyncio.Queue().get()", "main waits for an item in a queue"),
        ("await asyncio.get_running_loop().create_future()", "main waits for a future"),
        (
            "lock = asyncio.Lock()\nawait lock.acquire()\nawait lock.acquire()",
            "main waits for a lock",
        ),
    ],
)
def test_an_async_view_that_waits_for_nobody(lab: Lab, wait: str, what: str) -> None:
    assert reason(lab.run(async_view(wait))) == f"deadlock: {what}"


def test_tasks_that_wait_for_each_other(lab: Lab) -> None:
    before = """
    async def take(one, other):
        async with one:
            await asyncio.sleep(1)
            async with other:
                pass
    """
    body = """
    a, b = asyncio.Lock(), asyncio.Lock()
    await asyncio.gather(take(a, b), take(b, a))
    """
    assert reason(lab.run(async_view(body, before))) == (
        "deadlock: main waits for take 1 and take 2; "
        "take 1 waits for a lock; take 2 waits for a lock"
    )


def test_a_loop_without_end_is_cut(lab: Lab) -> None:
    before = "async def spin():\n    while True:\n        await asyncio.sleep(0)\n"
    limits = Limits(lines=500)
    trace = lab.run(async_view("await spin()", before, limits=limits, line_cost=0.001))
    assert trace.truncated is not None
    assert trace.truncated.limit == "lines"
    many = "while True:\n    asyncio.create_task(asyncio.sleep(1))\n    await asyncio.sleep(0)"
    trace = lab.run(async_view(many, limits=Limits(threads=100), line_cost=0.001))
    assert trace.truncated is not None
    assert trace.truncated.limit == "threads"


@pytest.mark.parametrize(
    "misuse",
    [
        "await asyncio.open_connection('example.com', 80)",
        "await asyncio.start_server(print, '127.0.0.1', 8000)",
        "await asyncio.create_subprocess_exec('true')",
    ],
)
def test_the_world_is_refused_here_too(lab: Lab, misuse: str) -> None:
    body = f"try:\n    {misuse}\nexcept RuntimeError as error:\n    return str(error)"
    answer = lab.run(async_view(body)).requests[0].body
    assert answer is not None
    assert "in the lab it can reach nothing outside itself" in answer


def test_misuse_is_told_as_asyncio_tells_it(lab: Lab) -> None:
    body = """
    try:
        asyncio.run(fetch(1))
    except RuntimeError as error:
        return str(error)
    """
    trace = lab.run(async_view(body, FETCH))
    assert trace.requests[0].body == "asyncio.run() cannot be called from a running event loop"
