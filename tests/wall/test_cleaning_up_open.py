"""Nothing outlives a run with a cooperative server, or with connections that are still open."""

from __future__ import annotations

import os
import signal

import psutil
import pytest

from tests.lab.test_push import GREEN, THREADS
from visualizer.lab import Lab, frames
from visualizer.lab.job import Job, Server, encode_job

from .test_cleaning_up import address_of, processes, run_in_background, wait_until
from .test_green import PLAIN, green
from .test_streams import events, push


def is_under_way(lab: Lab, made: Job) -> bool:
    """Whether all processes are there, and a user is connected with one of them."""
    found = processes(address_of(lab))
    return len(found) == 2 + made.server.processes and any(
        connection.status == psutil.CONN_ESTABLISHED
        for process in found
        for connection in process.net_connections("tcp")
    )


def for_ever(job: Job) -> Job:
    job.clock = "wall"
    return job


def jobs() -> dict[str, Job]:
    quiet = events(until="never")
    quiet.sources = {name: text.replace("0.2", "60") for name, text in quiet.sources.items()}
    return {
        "eventlet": green("time.sleep(60)\nreturn ''"),
        "eventlet that is held up": green("time.sleep(60)\nreturn ''", head=PLAIN),
        "WebSockets": push(THREADS, until="never"),
        "green WebSockets": push(GREEN, until="never"),
        "server-sent events": quiet,
        "two processes": green("time.sleep(60)\nreturn ''", server=Server(workers=2)),
    }


@pytest.mark.parametrize("name", jobs())
def test_nothing_is_left_when_the_conductor_is_killed(name: str) -> None:
    made = for_ever(jobs()[name])
    with Lab(cache_dir=None) as lab:
        thread = run_in_background(lab, made)
        wait_until(lambda: is_under_way(lab, made))
        (conductor,) = psutil.Process(lab._warmed()._process.pid).children()
        os.kill(conductor.pid, signal.SIGKILL)
        wait_until(lambda: len(processes(address_of(lab))) == 1)
        thread.join()


@pytest.mark.parametrize("name", jobs())
def test_nothing_is_left_when_the_one_who_asked_dies(name: str) -> None:
    made = for_ever(jobs()[name])
    with Lab(cache_dir=None) as lab:
        connection = lab._warmed()._connect(5)
        connection.sendall(frames.frame("J", encode_job(made)))
        wait_until(lambda: is_under_way(lab, made))
        connection.close()
        wait_until(lambda: len(processes(address_of(lab))) == 1)
