"""Whatever happens, no process of a run on the wall clock outlives it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable

import psutil
import pytest

from tests.lab.jobs import view
from visualizer.lab import Lab, LabError, Queue, frames
from visualizer.lab.job import Job, encode_job

CELERY = """
from celery import Celery
celery = Celery("shop", broker="redis://localhost")
"""
SLEEPER = 'time.sleep(60)\nreturn ""'


def processes(address: str) -> list[psutil.Process]:
    """All processes forked from the warmed one that listens there, its own among them."""
    found = []
    for process in psutil.process_iter():
        try:
            if address in process.cmdline() and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
        except psutil.Error:
            continue
    return found


def address_of(lab: Lab) -> str:
    return lab._warmed()._address


def wait_until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + 20
    while not true():
        assert time.monotonic() < end, "it did not come to that"
        time.sleep(0.02)


def sleeper() -> Job:
    job = view(SLEEPER)
    job.clock = "wall"
    return job


def run_in_background(lab: Lab, job: Job | None = None) -> threading.Thread:
    def run() -> None:
        with pytest.raises(LabError):
            lab.run(job or sleeper())

    thread = threading.Thread(target=run)
    thread.start()
    return thread


def test_nothing_is_left_after_a_run() -> None:
    with Lab(cache_dir=None) as lab:
        job = view('return ""')
        job.clock = "wall"
        lab.run(job)
        wait_until(lambda: len(processes(address_of(lab))) == 1)


def test_nothing_is_left_when_the_one_who_asked_dies() -> None:
    """A page that is closed, or a server that is killed, is a connection that breaks."""
    with Lab(cache_dir=None) as lab:
        warm = lab._warmed()
        connection = warm._connect(5)
        connection.sendall(frames.frame("J", encode_job(sleeper())))
        wait_until(lambda: len(processes(address_of(lab))) == 3)
        connection.close()
        wait_until(lambda: len(processes(address_of(lab))) == 1)


def test_nothing_is_left_when_a_run_that_is_followed_is_not_wanted_any_more() -> None:
    """A page that shows a run while it goes on, and is closed."""
    with Lab(cache_dir=None) as lab:
        wanted = threading.Event()
        wanted.set()

        def follow() -> None:
            with pytest.raises(LabError):
                lab.follow(sleeper(), lambda _: wanted.is_set())

        thread = threading.Thread(target=follow)
        address = address_of(lab)
        thread.start()
        wait_until(lambda: len(processes(address)) == 4)  # one of them tells of it
        wanted.clear()
        wait_until(lambda: len(processes(address)) == 1)
        thread.join()


def test_nothing_is_left_of_a_run_that_is_followed_when_its_conductor_is_killed() -> None:
    with Lab(cache_dir=None) as lab:
        address = address_of(lab)

        def follow() -> None:
            with pytest.raises(LabError):
                lab.follow(sleeper(), lambda _: True)

        thread = threading.Thread(target=follow)
        thread.start()
        wait_until(lambda: len(processes(address)) == 4)
        (conductor,) = psutil.Process(lab._warmed()._process.pid).children()
        os.kill(conductor.pid, signal.SIGKILL)
        wait_until(lambda: len(processes(address)) == 1)
        thread.join()


def test_nothing_is_left_when_the_conductor_is_killed() -> None:
    with Lab(cache_dir=None) as lab:
        thread = run_in_background(lab)
        wait_until(lambda: len(processes(address_of(lab))) == 3)
        warm = lab._warmed()._process.pid
        (conductor,) = psutil.Process(warm).children()
        os.kill(conductor.pid, signal.SIGKILL)
        wait_until(lambda: len(processes(address_of(lab))) == 1)
        thread.join()


ASKS = """
import sys
from visualizer.lab import Lab
from visualizer.lab.job import decode_job
with Lab(cache_dir=None) as lab:
    print(lab._warmed()._address, flush=True)
    lab.run(decode_job(sys.stdin.buffer.read()))
"""


def test_workers_and_the_broker_end_with_their_conductor() -> None:
    with Lab(cache_dir=None) as lab:
        job = sleeper()
        job.queue = Queue()
        job.sources["test_app.py"] += CELERY
        thread = run_in_background(lab, job)
        wait_until(lambda: len(processes(address_of(lab))) == 5)
        (conductor,) = psutil.Process(lab._warmed()._process.pid).children()
        os.kill(conductor.pid, signal.SIGKILL)
        wait_until(lambda: len(processes(address_of(lab))) == 1)
        thread.join()


def test_nothing_is_left_when_the_server_is_killed() -> None:
    server = subprocess.Popen(
        [sys.executable, "-c", ASKS], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert server.stdin is not None and server.stdout is not None
    server.stdin.write(encode_job(sleeper()))
    server.stdin.close()
    address = server.stdout.readline().decode().strip()
    wait_until(lambda: len(processes(address)) == 3)
    server.kill()
    server.wait()
    server.stdout.close()
    wait_until(lambda: not processes(address))
    assert not os.path.exists(address)
