"""No process, port or connection of a stand-in outlives a run, whatever happens."""

from __future__ import annotations

import os
import signal
import socket

import psutil

from tests.lab.jobs import view
from visualizer.lab import Lab, frames
from visualizer.lab.job import Job, Service, encode_job

from .test_cleaning_up import address_of, processes, run_in_background, wait_until

CALLS = """
from urllib.request import urlopen
return urlopen("http://api.example.com/").read()
"""


def waiting(until: float | None = None) -> Job:
    """A program that waits for a service for a minute."""
    service = Service(name="api", url="http://api.example.com", latency=60.0)
    made = view(CALLS, services=[service, Service(name="smtp")], until=until)
    made.clock = "wall"
    return made


def is_under_way(lab: Lab) -> bool:
    """Whether the program's process is connected with the service."""
    found = processes(address_of(lab))
    connected = [
        connection
        for process in found
        for connection in process.net_connections("tcp")
        if connection.status == psutil.CONN_ESTABLISHED
    ]
    # The user with the server, and the server with the service: each at both ends.
    return len(found) == 3 and len(connected) == 4


def ports(lab: Lab) -> set[int]:
    """Those at which a process of the run listens."""
    return {
        connection.laddr.port
        for process in processes(address_of(lab))
        for connection in process.net_connections("tcp")
        if connection.status == psutil.CONN_LISTEN
    }


def check_nothing_is_left(lab: Lab, listened: set[int]) -> None:
    wait_until(lambda: len(processes(address_of(lab))) == 1)
    assert len(listened) == 3, "of the server, and of both services"
    # The last thread of a process that was killed closes its ports, which may be a moment later.
    wait_until(lambda: not any(is_open(port) for port in listened))


def is_open(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def test_nothing_is_left_when_the_conductor_is_killed() -> None:
    with Lab(cache_dir=None) as lab:
        thread = run_in_background(lab, waiting())
        wait_until(lambda: is_under_way(lab))
        listened = ports(lab)
        (conductor,) = psutil.Process(lab._warmed()._process.pid).children()
        os.kill(conductor.pid, signal.SIGKILL)
        check_nothing_is_left(lab, listened)
        thread.join()


def test_nothing_is_left_when_the_one_who_asked_hangs_up() -> None:
    with Lab(cache_dir=None) as lab:
        connection = lab._warmed()._connect(5)
        connection.sendall(frames.frame("J", encode_job(waiting())))
        wait_until(lambda: is_under_way(lab))
        listened = ports(lab)
        connection.close()
        check_nothing_is_left(lab, listened)


def test_a_run_that_is_cut_while_a_service_works_leaves_nothing() -> None:
    with Lab(cache_dir=None) as lab:
        trace = lab.run(waiting(until=3.0))
        assert trace.truncated is not None and trace.truncated.limit == "until"
        assert [span.label for span in trace.spans if span.lane == "service-1"] == ["GET /"]
        wait_until(lambda: len(processes(address_of(lab))) == 1)
