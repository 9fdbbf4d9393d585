"""Each process of a run has a memory, an interpreter lock and an end of its own."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from tests.lab.queues import moments, printed, queue_job
from tests.lab.test_processes import ended, eventually
from tests.support.sweeps import some
from visualizer.lab import Fault, Lab, LabError, Limits
from visualizer.lab.job import encode_job

SHARED = """
known = []

@celery.task
def learn(fact):
    known.append(fact)
    print("worker knows", known)
    return len(known)

@app.get("/")
def view():
    learned = learn.delay("one").get()
    return f"{learned} {known}"
"""

KILLED = """
@celery.task(acks_late=True)
def work():
    try:
        print("begins", work.request.delivery_info["redelivered"])
        time.sleep(2)
        print("is done")
    finally:
        print("cleans up")

@app.get("/")
def view():
    work.delay()
    return "ok"
"""

LOCKED = """
import logging
handler = logging.StreamHandler()

@celery.task(acks_late=True)
def work():
    with handler.lock:
        time.sleep(2)

@app.get("/")
def view():
    work.delay()
    time.sleep(1.5)
    with handler.lock:
        logging.getLogger("web").addHandler(handler)
        logging.getLogger("web").warning("the web goes on")
    return "ok"
"""

HUNDRED = """
@celery.task(bind=True)
def work(self, number):
    time.sleep(1)
    if self.request.retries == 0:
        raise self.retry(countdown=4)
    print(number)

@app.get("/")
def view():
    for number in range(100):
        work.delay(number)
    return "ok"
"""


def test_a_global_set_in_a_worker_is_not_seen_in_the_web_process(lab: Lab) -> None:
    trace = lab.run(queue_job(SHARED))
    assert trace.requests[0].body == "1 []"
    assert printed(trace) == ["worker knows ['one']"]
    (known,) = [each for each in trace.variables if each.name == "known" and each.lane]
    assert (known.lane, known.values[-1][1]) == ("worker-1", "['one']")
    (known,) = [each for each in trace.variables if each.name == "known" and not each.lane]
    assert known.values[-1][1] == "[]"


def test_workers_do_not_share_an_interpreter_lock(lab: Lab) -> None:
    program = """
    from visualizer import work
    @celery.task
    def burn():
        work.cpu(1.0)
    @app.get("/")
    def view():
        for _ in range(2):
            burn.delay()
        return "ok"
    """
    one = lab.run(queue_job(program, workers=1, concurrency=2))
    two = lab.run(queue_job(program, workers=2))
    assert max(task.finished or 0 for task in one.tasks) > 2.0
    assert max(task.finished or 0 for task in two.tasks) < 1.1


def test_a_killed_worker_runs_no_finally_and_its_task_goes_to_another(lab: Lab) -> None:
    program = queue_job(KILLED, scheme="amqp", workers=2, faults=[Fault(at=1.2, kill="worker-1")])
    trace = lab.run(program)
    assert printed(trace) == ["begins False", "begins True", "is done", "cleans up"]
    lanes = {lane.id: lane.died for lane in trace.lanes}
    assert lanes["worker-1"] == 1.2
    assert lanes["worker-2"] is None
    (task,) = trace.tasks
    assert (task.lane, task.state) == ("worker-2", "finished")
    assert trace.truncated is None


def test_a_killed_worker_loses_a_task_that_it_acknowledged_early(lab: Lab) -> None:
    program = KILLED.replace("acks_late=True", "")
    faults = [Fault(at=1.2, kill="worker-1")]
    trace = lab.run(queue_job(program, scheme="amqp", workers=2, faults=faults))
    assert printed(trace) == ["begins False"]
    assert [task.state for task in trace.tasks] == ["lost"]
    assert trace.metrics.tasks_lost == 1


def test_redis_hands_a_lost_message_out_again_after_its_visibility_timeout(lab: Lab) -> None:
    program = f'celery.conf.broker_transport_options = {{"visibility_timeout": 10}}\n{KILLED}'
    faults = [Fault(at=1.2, kill="worker-1")]
    trace = lab.run(queue_job(program, workers=2, faults=faults))
    assert printed(trace) == ["begins False", "begins True", "is done", "cleans up"]
    (task,) = trace.tasks
    assert task.finished is not None
    assert 12.0 < task.finished < 12.1


def test_a_worker_killed_while_it_holds_a_lock_of_logging_hangs_nobody(lab: Lab) -> None:
    faults = [Fault(at=1.0, kill="worker-1")]
    trace = lab.run(queue_job(LOCKED, scheme="amqp", workers=1, faults=faults))
    assert printed(trace) == ["the web goes on"]
    assert trace.requests[0].status == 200
    assert trace.truncated is None


def test_a_hundred_tasks_with_a_retry_each(lab: Lab) -> None:
    trace = lab.run(queue_job(HUNDRED, workers=4))
    assert trace.truncated is None
    assert {(task.state, task.retries) for task in trace.tasks} == {("finished", 1)}
    assert sorted(map(int, printed(trace))) == list(range(100))
    assert 50.0 < trace.duration < 60.0
    for task in trace.tasks:
        assert task.started is not None
        assert task.finished is not None
        assert task.finished - task.started > 6.0  # a second, four seconds, a second
    first = trace.tasks[0]
    # A line and a message for each of the tasks before it, then the message's receipt.
    assert (first.queued, first.started) == (0.003, 0.004)


@pytest.mark.parametrize("name", some(["SHARED", "KILLED", "HUNDRED"], "KILLED"))
def test_the_bytes_are_the_same_whatever_the_hash_seed(lab: Lab, name: str) -> None:
    faults = [Fault(at=1.2, kill="worker-1")] if name == "KILLED" else []
    job = queue_job(globals()[name], scheme="amqp", workers=3, faults=faults)
    script = (
        "import sys; from visualizer.lab.job import decode_job;"
        "from visualizer.lab.supervisor import supervise;"
        "sys.stdout.buffer.write(supervise(decode_job(sys.stdin.buffer.read())))"
    )
    here = str(Path(__file__).parents[2])

    def fresh(seed: str) -> bytes:
        environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": here, "TZ": "UTC"}
        start = f"from visualizer.clock import install; install(); {script}"
        command = [sys.executable, "-c", start]
        return subprocess.run(
            command, input=encode_job(job), env=environment, stdout=subprocess.PIPE, check=True
        ).stdout

    one = lab.run_json(job)
    assert one == lab.run_json(job)
    assert fresh("1") == fresh("2")
    assert fresh("1") == one


def test_a_program_that_ends_its_worker_is_cut_there(lab: Lab) -> None:
    program = """
    import os
    @celery.task
    def work():
        os._exit(3)
    @app.get("/")
    def view():
        work.delay()
        return "ok"
    """
    trace = lab.run(queue_job(program))
    assert trace.truncated is not None
    assert trace.truncated.limit == "exit"


def test_limits_hold_in_a_worker(lab: Lab) -> None:
    program = """
    @celery.task
    def work():
        while {}
    @app.get("/")
    def view():
        work.delay()
        return "ok"
    """
    cut = {
        "True: pass": Limits(real_seconds=1.0),
        "sum([1]): x = 1": Limits(lines=1000, real_seconds=120.0),
        "not time.sleep(100): pass": Limits(virtual_seconds=900.0, real_seconds=120.0),
    }
    found = {
        body: lab.run(queue_job(program.replace("{}", body), limits=limits)).truncated
        for body, limits in cut.items()
    }
    assert {body: cut and cut.limit for body, cut in found.items()} == {
        "True: pass": "real_seconds",
        "sum([1]): x = 1": "lines",
        "not time.sleep(100): pass": "virtual_seconds",
    }


def test_a_request_that_waits_for_ever_is_told(lab: Lab) -> None:
    program = """
    @celery.task
    def work(): pass
    @app.get("/")
    def view():
        return work.apply_async(queue="nobody").get()
    """
    trace = lab.run(queue_job(program, limits=Limits(virtual_seconds=60.0, real_seconds=120.0)))
    assert trace.truncated is not None


def test_a_program_that_does_not_load_is_refused(lab: Lab) -> None:
    with pytest.raises(LabError, match="ModuleNotFoundError"):
        lab.run(queue_job("import nothing_of_the_kind"))


def test_a_program_without_a_celery_application_is_refused(lab: Lab) -> None:
    program = "del celery\n@app.get('/')\ndef view(): return 'ok'"
    job = queue_job(program, app_name="tasks")
    with pytest.raises(LabError, match="no Celery application called 'tasks'"):
        lab.run(job)


def test_a_process_to_kill_has_to_be_there(lab: Lab) -> None:
    with pytest.raises(LabError, match="no process 'worker-9' to kill; there are worker-1"):
        lab.run(queue_job(SHARED, faults=[Fault(at=1.0, kill="worker-9")]))


def _idles(process: psutil.Process) -> bool:
    used = process.cpu_times()
    time.sleep(0.5)
    return process.cpu_times() == used


def test_nothing_is_left_running_and_no_file_open() -> None:
    with Lab(cache_dir=None) as lab:
        lab.run(queue_job(SHARED))
        assert lab._warm is not None
        warm = psutil.Process(lab._warm._process.pid)
        eventually(lambda: not warm.children(recursive=True))
        assert eventually(lambda: _idles(warm))  # it imports what runs may need, and opens files
        before = warm.num_fds()
        for program in (SHARED, KILLED, "@app.get('/')\ndef view():\n    while True: pass"):
            faults = [Fault(at=1.2, kill="worker-1")] if program == KILLED else []
            lab.run(queue_job(program, workers=2, faults=faults, limits=Limits(real_seconds=1.5)))
        assert eventually(lambda: not warm.children(recursive=True))
        assert warm.num_fds() == before


def test_a_supervisor_that_dies_takes_its_processes_with_it() -> None:
    import threading

    with Lab(cache_dir=None) as lab:
        lab.warm()
        assert lab._warm is not None
        warm = psutil.Process(lab._warm._process.pid)
        program = "@app.get('/')\ndef view():\n    while True: pass"

        def ask() -> None:
            with pytest.raises(LabError, match="ended before it answered"):
                lab.run(queue_job(program, workers=2, limits=Limits(real_seconds=3.0)))

        asker = threading.Thread(target=ask)
        asker.start()
        assert eventually(lambda: len(warm.children(recursive=True)) == 4)
        supervisor = warm.children()[0]
        programs = supervisor.children()
        supervisor.kill()
        asker.join(20)
        assert eventually(lambda: all(map(ended, programs)), seconds=120)


def test_a_task_goes_back_to_the_request_that_it_came_from(lab: Lab) -> None:
    program = """
    @celery.task
    def second(): pass
    @celery.task
    def first():
        second.delay()
    @app.get("/")
    def view():
        first.delay()
        return "ok"
    """
    trace = lab.run(queue_job(program))
    assert [(task.name, task.request) for task in trace.tasks] == [
        ("first", "r1"),
        ("second", "r1"),
    ]
    assert moments(trace, "t2") == [
        "task queued",
        "task received",
        "task started",
        "task finished",
    ]
    assert trace.steps[-1].moment == "request over"
