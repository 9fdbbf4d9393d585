"""Pools of processes and processes of the program on the wall clock: real ones, all recorded."""

from __future__ import annotations

import os
import secrets
import signal
from pathlib import Path
from typing import Any

import psutil
import pytest

from tests.lab.jobs import job
from tests.wall.test_cleaning_up import address_of, processes, run_in_background, wait_until
from visualizer.lab import Lab, LabError, UserRequest
from visualizer.lab.job import Fault, Job
from visualizer.trace import Trace

POOL = """
import multiprocessing
from concurrent.futures import ProcessPoolExecutor
pool = ProcessPoolExecutor(1)
known = []

def shrink(number):
    known.append(number)
    return number * 2, list(known), os.getpid()

def sleep():
    time.sleep(60)

def fail():
    raise ValueError("no such picture")

def leave():
    os._exit(3)

def later():
    time.sleep(0.6)
    print("done")

def chat(pipe, lock, total):
    with lock:
        total.value += pipe.recv()
        pipe.send(total.value)
"""


def pooled(body: str, **settings: Any) -> Job:
    lines = "".join(f"    {line}\n" for line in body.strip().splitlines())
    made = job(f'{POOL}\n@app.get("/")\ndef view():\n{lines}', **settings)
    made.clock = "wall"
    return made


def answer(trace: Trace) -> str | None:
    assert trace.truncated is None
    return trace.requests[0].body


def outcomes(trace: Trace) -> list[tuple[str, str, str | None, str | None]]:
    return [(task.name, task.state, task.lane, task.request) for task in trace.tasks]


def test_a_pool_works_in_another_process_with_a_lane_and_a_memory_of_its_own(lab: Lab) -> None:
    trace = lab.run(
        pooled("done = [pool.submit(shrink, n).result() for n in (1, 2)]\n"
               "return str([*done, list(known), os.getpid()])")
    )  # fmt: skip
    one, two, server, pid = eval(answer(trace) or "")
    assert (one[:2], two[:2], server) == ((2, [1]), (4, [1, 2]), [])
    assert one[2] == two[2] != pid
    (child,) = [lane for lane in trace.lanes if lane.kind == "process"]
    assert (child.name, child.parent) == ("SpawnProcess-1", "server-1")
    assert outcomes(trace) == [("shrink", "finished", "process-1", "r1")] * 2
    assert {line.lane for line in trace.lines if line.line and line.lane == "process-1"}


def test_what_fails_there_is_raised_here(lab: Lab) -> None:
    trace = lab.run(
        pooled("try:\n    pool.submit(fail).result()\n"
               "except ValueError as error:\n    return str(error)")
    )  # fmt: skip
    assert answer(trace) == "no such picture"
    (task,) = trace.tasks
    assert (task.state, task.error) == ("failed", "ValueError: no such picture")


@pytest.mark.parametrize("how", ["killed", "leaves"])
def test_a_pool_breaks_when_one_of_its_processes_ends(lab: Lab, how: str) -> None:
    function, faults = (
        ("leave", []) if how == "leaves" else ("sleep", [Fault(at=2.5, kill="process-1")])
    )
    trace = lab.run(
        pooled("from concurrent.futures.process import BrokenProcessPool\n"
               f"try:\n    pool.submit({function}).result()\n"
               "except BrokenProcessPool as error:\n    return type(error).__name__", faults=faults)
    )  # fmt: skip
    assert answer(trace) == "BrokenProcessPool"
    (task,) = trace.tasks
    assert task.state == "failed"
    (lane,) = [lane for lane in trace.lanes if lane.kind == "process"]
    assert lane.died is not None and lane.killed == (how == "killed")


def test_processes_talk_through_pipes_locks_and_shared_memory(lab: Lab) -> None:
    body = """
here, there = multiprocessing.Pipe()
lock, total = multiprocessing.Lock(), multiprocessing.Value("i", 40)
child = multiprocessing.Process(target=chat, args=(there, lock, total))
child.start()
here.send(2)
said = here.recv()
child.join()
return str([said, total.value, child.exitcode, child.is_alive()])
"""
    trace = lab.run(pooled(body))
    assert answer(trace) == "[42, 42, 0, False]"
    assert outcomes(trace) == [("chat", "finished", "process-1", None)]


def test_a_process_that_is_terminated_says_by_what(lab: Lab) -> None:
    body = """
child = multiprocessing.Process(target=sleep)
child.start()
child.terminate()
child.join()
return str(child.exitcode)
"""
    assert answer(lab.run(pooled(body))) == str(-signal.SIGTERM)


def test_a_restart_lets_pools_finish(lab: Lab) -> None:
    job = pooled(
        "pool.submit(later)\nreturn str(os.getpid())", faults=[Fault(at=1.0, restart="web")]
    )
    job.requests = [UserRequest(at=0.9), UserRequest(path="/", at=3.0)]
    trace = lab.run(job)
    assert [task.state for task in trace.tasks] == ["finished", "finished"]
    assert trace.requests[0].body != trace.requests[1].body
    assert {lane.name for lane in trace.lanes if lane.kind == "process"} == {"SpawnProcess-1"}
    assert len([lane for lane in trace.lanes if lane.kind == "process"]) == 2


def test_a_fork_is_refused_in_words(lab: Lab) -> None:
    body = """
try:
    multiprocessing.get_context("fork").Process(target=sleep).start()
except Exception as error:
    return str(error)
"""
    assert "a forked child would share the memory" in (answer(lab.run(pooled(body))) or "")


def test_children_end_with_the_run(lab: Lab) -> None:
    with Lab(cache_dir=None) as own:
        own.run(pooled("pool.submit(shrink, 1).result()\nreturn ''"))
        wait_until(lambda: len(processes(address_of(own))) == 1)


@pytest.mark.parametrize("who", ["web", "conductor"])
def test_children_end_whoever_is_killed(lab: Lab, who: str) -> None:
    """Also those whose parent has gone. Nor is a semaphore of theirs left on the machine."""
    mark = f"meanwhile-{secrets.token_hex(4)}"
    naming = f'multiprocessing.current_process()._config["semprefix"] = "/{mark}"\npool ='
    with Lab(cache_dir=None) as own:
        made = pooled(f"pool.submit({'later' if who == 'web' else 'sleep'}).result()")
        made.sources["test_app.py"] = made.sources["test_app.py"].replace("pool =", naming, 1)
        if who == "web":
            made.faults = [Fault(at=0.3, kill="web")]
            trace = own.run(made)
            assert trace.requests[0].failed is not None
            assert [lane.killed for lane in trace.lanes if lane.kind == "process"] == [False]
        else:
            thread = run_in_background(own, made)
            wait_until(lambda: bool(semaphores(mark)))
            wait_until(lambda: len(processes(address_of(own))) == 5)
            (conductor,) = psutil.Process(own._warmed()._process.pid).children()
            os.kill(conductor.pid, signal.SIGKILL)
            thread.join()
        wait_until(lambda: len(processes(address_of(own))) == 1)
        wait_until(lambda: not semaphores(mark))


def semaphores(mark: str) -> list[Path]:
    """Those of that name that the machine holds (Linux)."""
    return list(Path("/dev/shm").glob(f"*{mark}*"))


def test_a_child_that_cannot_load_the_program_is_one_line(lab: Lab) -> None:
    made = pooled("pool.submit(shrink, 1).result()\nreturn ''")
    made.sources["test_app.py"] += "\nfrom visualizer.lab import link\n"
    made.sources["test_app.py"] += 'if link.process().role == "child": 1 / 0\n'
    with pytest.raises(LabError, match="ZeroDivisionError") as caught:
        lab.run(made)
    assert "\n" not in caught.value.message
