"""Pools of processes and processes of the program: a memory and an interpreter lock each."""

from __future__ import annotations

import pytest

from tests.lab.jobs import job
from tests.lab.queues import printed
from visualizer.lab import Fault, Job, Lab, LabError, Server, Users
from visualizer.trace.records import Trace

POOL = """
from concurrent.futures import ProcessPoolExecutor
from visualizer import work
pool = ProcessPoolExecutor(2)
known = []

def shrink(number):
    known.append(number)
    work.cpu(1.0)
    return number * 2, list(known), os.getpid()

def fail():
    raise ValueError("no such picture")

def begin(word):
    known.append(word)

def leave():
    os._exit(3)
"""


def pooled(body: str, **settings: object) -> Job:
    lines = "".join(f"    {line}\n" for line in body.strip().splitlines())
    settings.setdefault("line_cost", 0.0)
    return job(f'{POOL}\n@app.get("/")\ndef view():\n{lines}', **settings)


def answer(trace: Trace) -> str | None:
    (request,) = trace.requests
    assert trace.truncated is None
    return request.body


def test_processes_compute_at_the_same_time_and_share_no_memory(lab: Lab) -> None:
    trace = lab.run(
        pooled("futures = [pool.submit(shrink, n) for n in range(3)]\n"
               "return str([each.result() for each in futures]) + str(known)")
    )  # fmt: skip
    assert answer(trace) == "[(0, [0], 1001), (2, [1], 1002), (4, [0, 2], 1001)][]"
    assert trace.requests[0].done == 2.0
    processes = [lane for lane in trace.lanes if lane.kind == "process"]
    assert [(lane.name, lane.parent) for lane in processes] == [
        ("SpawnProcess-1", "server-1"),
        ("SpawnProcess-2", "server-1"),
    ]
    assert [(task.name, task.lane, task.state, task.request) for task in trace.tasks] == [
        ("shrink", "process-1", "finished", "r1"),
        ("shrink", "process-2", "finished", "r1"),
        ("shrink", "process-1", "finished", "r1"),
    ]
    known = {each.lane: each.values[-1][1] for each in trace.variables if each.name == "known"}
    assert known == {None: "[]", "process-1": "[0, 2]", "process-2": "[1]"}


def test_a_process_leaves_the_server_its_interpreter_lock(lab: Lab) -> None:
    program = f"""
{POOL}
from concurrent.futures import ThreadPoolExecutor
threads = ThreadPoolExecutor(1)
@app.get("/thread")
def thread():
    return str(threads.submit(shrink, 1).result()[0])
@app.get("/process")
def process():
    return str(pool.submit(shrink, 1).result()[0])
@app.get("/quick")
def quick():
    work.cpu(0.1)
    return "ok"
"""

    def quick_answer(path: str) -> float:
        from visualizer.lab import UserRequest

        requests = [UserRequest(path=path, user=1), UserRequest(path="/quick", user=2, at=0.2)]
        settings: dict[str, object] = {"server": Server(threads=2), "line_cost": 0.0}
        trace = lab.run(job(program, requests=requests, **settings))
        assert trace.requests[1].done is not None
        return trace.requests[1].done - trace.requests[1].sent

    assert quick_answer("/process") == pytest.approx(0.1)
    assert quick_answer("/thread") > 0.18


def test_what_fails_there_is_raised_here(lab: Lab) -> None:
    trace = lab.run(
        pooled("try:\n    pool.submit(fail).result()\n"
               "except ValueError as error:\n    return str(error)")
    )  # fmt: skip
    assert answer(trace) == "no such picture"
    (task,) = trace.tasks
    assert (task.state, task.error) == ("failed", "ValueError: no such picture")
    assert [step.moment for step in trace.steps].count("task failed") == 1


def test_what_cannot_be_pickled_is_refused_as_python_does(lab: Lab) -> None:
    trace = lab.run(
        pooled("try:\n    pool.submit(lambda: 1).result()\n"
               "except AttributeError as error:\n    return str(error)")
    )  # fmt: skip
    assert "Can't pickle local object 'view.<locals>.<lambda>'" in (answer(trace) or "")
    assert trace.tasks[0].state == "failed"


@pytest.mark.parametrize("how", ["killed", "leaves"])
def test_a_pool_breaks_when_one_of_its_processes_ends(lab: Lab, how: str) -> None:
    function, faults = (
        ("leave", []) if how == "leaves" else ("shrink, 1", [Fault(at=0.5, kill="process-1")])
    )
    trace = lab.run(
        pooled("from concurrent.futures.process import BrokenProcessPool\n"
               f"try:\n    pool.submit({function}).result()\n"
               "except BrokenProcessPool as error:\n    return type(error).__name__", faults=faults)
    )  # fmt: skip
    assert answer(trace) == "BrokenProcessPool"
    (task,) = trace.tasks
    assert task.state == "failed"
    assert (task.error or "").startswith("BrokenProcessPool: ")
    (lane,) = [lane for lane in trace.lanes if lane.kind == "process"]
    assert (lane.died, lane.killed) == ((0.5, True) if how == "killed" else (0.0, False))


def test_map_initializer_and_end_of_a_pool(lab: Lab) -> None:
    body = """
with ProcessPoolExecutor(2, initializer=begin, initargs=("begun",)) as own:
    return str([seen for _, seen, _ in own.map(shrink, range(2))])
"""
    trace = lab.run(pooled(body))
    assert answer(trace) == "[['begun', 0], ['begun', 1]]"
    assert all(lane.died == 1.0 for lane in trace.lanes if lane.kind == "process")


def test_asyncio_gives_to_a_pool(lab: Lab) -> None:
    program = f"""
import asyncio
{POOL}
@app.get("/")
async def view():
    loop = asyncio.get_running_loop()
    found = await asyncio.gather(*(loop.run_in_executor(pool, shrink, n) for n in range(2)))
    return str([number for number, _, _ in found])
"""
    trace = lab.run(job(program, line_cost=0.0))
    assert answer(trace) == "[0, 2]"
    assert trace.requests[0].done == 1.0


def test_a_process_of_the_program_is_a_task(lab: Lab) -> None:
    program = """
    import multiprocessing, sys
    def child(queue, number):
        time.sleep(1 + number)
        queue.put(number)
        print("child", number)
        sys.exit(number)
    @app.get("/")
    def view():
        queue = multiprocessing.Queue()
        children = [multiprocessing.Process(target=child, args=(queue, n)) for n in range(2)]
        for each in children:
            each.start()
        got = [queue.get() for _ in children]
        for each in children:
            each.join()
        return f"{got} {[each.exitcode for each in children]}"
    """
    trace = lab.run(job(program, line_cost=0.0))
    assert answer(trace) == "[0, 1] [0, 1]"
    assert printed(trace) == ["child 0", "child 1"]
    assert [(task.name, task.state, task.finished) for task in trace.tasks] == [
        ("child", "finished", 1.0),
        ("child", "failed", 2.0),
    ]
    assert [lane.died for lane in trace.lanes if lane.kind == "process"] == [1.0, 2.0]


def test_pool_pipe_lock_and_event_of_multiprocessing(lab: Lab) -> None:
    program = """
    import multiprocessing
    def add(lock, end, event):
        event.wait()
        with lock:
            time.sleep(1)
            end.send(os.getpid())
    def double(number):
        time.sleep(1)
        return number * 2
    @app.get("/pool")
    def pool():
        with multiprocessing.Pool(2) as pool:
            return str(pool.map(double, range(4), chunksize=1))
    @app.get("/parts")
    def parts():
        lock, event = multiprocessing.Lock(), multiprocessing.Event()
        here, there = multiprocessing.Pipe(duplex=False)
        children = [multiprocessing.Process(target=add, args=(lock, there, event)) for _ in "ab"]
        for each in children:
            each.start()
        time.sleep(1)
        event.set()
        return str([here.recv() for _ in children]) + str(here.poll(0.5))
    """
    trace = lab.run(job(program, "/pool", "/parts", line_cost=0.0))
    assert trace.truncated is None
    assert [each.body for each in trace.requests] == ["[0, 2, 4, 6]", "[1003, 1004]False"]
    assert [round(each.done - each.sent, 3) for each in trace.requests if each.done] == [2.0, 3.5]


def test_a_child_can_be_terminated_and_waited_for(lab: Lab) -> None:
    program = """
    import multiprocessing
    def child():
        try:
            time.sleep(100)
        finally:
            print("cleans up")
    @app.get("/")
    def view():
        process = multiprocessing.Process(target=child)
        process.start()
        process.join(1)
        alive = process.is_alive()
        process.terminate()
        process.join()
        return f"{alive} {process.is_alive()} {process.exitcode}"
    """
    trace = lab.run(job(program))
    assert answer(trace) == "True False -15"
    assert printed(trace) == []
    assert [task.state for task in trace.tasks] == ["lost"]


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("multiprocessing.get_context('fork').Process(target=print).start()", "use multiproc"),
        ("v = multiprocessing.Value('i', 1)\n"
         "    multiprocessing.Process(target=print, args=(v,)).start()", "use a Queue or a Pipe"),
    ],
)  # fmt: skip
def test_what_the_lab_cannot_give_is_refused(lab: Lab, body: str, words: str) -> None:
    trace = lab.run(job(f'import multiprocessing\n@app.get("/")\ndef view():\n    {body}\n'))
    assert trace.requests[0].status == 500
    assert words in "".join(each.text for each in trace.output)


def test_a_child_that_starts_children_while_it_loads_is_told(lab: Lab) -> None:
    program = """
    import multiprocessing
    process = multiprocessing.Process(target=print)
    process.start()
    @app.get("/")
    def view():
        return "ok"
    """
    with pytest.raises(LabError, match="start a new process before"):
        lab.run(job(program))


def test_the_same_bytes_whatever_the_hash_seed(monkeypatch: pytest.MonkeyPatch) -> None:
    play = pooled(
        "pool.submit(shrink, 1)\nreturn str(pool.submit(shrink, random.random()).result())",
        users=Users(count=4, arrival="poisson", seconds=0.5),
    )
    bodies = set()
    for hash_seed in ("0", "12345", "random"):
        monkeypatch.setenv("PYTHONHASHSEED", hash_seed)
        with Lab(cache_dir=None) as lab:
            bodies.add(lab.run_json(play))
    assert len(bodies) == 1


def test_a_pool_outlives_neither_a_kill_nor_a_restart_of_its_server(lab: Lab) -> None:
    killed = lab.run(
        pooled("pool.submit(shrink, 1)\nreturn 'ok'", faults=[Fault(at=0.5, kill="web")])
    )
    assert killed.truncated is None
    restarted = lab.run(
        pooled("pool.submit(shrink, 1)\nreturn 'ok'", faults=[Fault(at=0.5, restart="web")])
    )
    assert [task.state for task in restarted.tasks] == ["finished"]
    assert restarted.truncated is None
    assert all(lane.died for lane in restarted.lanes if lane.kind == "process")
