"""Starting and ending the server: options, ports, threads in place, nothing left behind."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import psutil
import pytest

from tests.support.server import ROOT, Server, database_in, running, start
from tests.support.shipped import SHIPPED
from tests.support.sweeps import some
from visualizer.web.launch import Options, parse

from .client import Client
from .conftest import MODES


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, capture_output=True, text=True, timeout=30
    )


def test_options() -> None:
    assert parse([]) == Options("127.0.0.1", 5000, "eventlet", [])
    given = ["--host", "::1", "--port", "0", "--async-mode", "gevent", "--scenarios", str(ROOT)]
    assert parse(given) == Options("::1", 0, "gevent", [str(ROOT)])
    assert list(parse([*given, *given[6:]]).scenarios) == [str(ROOT)] * 2
    assert parse(parse(given).arguments()) == parse(given)


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (["--port", "x"], "--port"),
        (["--port", "65536"], "--port"),
        (["--port", "-1"], "--port"),
        (["--async-mode", "pigeons"], "pigeons"),
        (["--scenarios", "no such folder"], "no such folder"),
        (["--colour"], "--colour"),
        (["lesson"], "lesson"),
    ],
)
def test_a_wrong_option_is_told_in_one_line(arguments: list[str], word: str) -> None:
    done = run("run.py", *arguments)
    assert done.returncode == 2
    assert done.stdout == ""
    assert len(done.stderr.splitlines()) == 1
    assert word in done.stderr


@pytest.mark.parametrize("mode", some(MODES, "eventlet"))
def test_a_port_in_use_is_told_in_one_line(mode: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        done = run("run.py", "--port", port, "--async-mode", mode)
    assert done.returncode == 1
    assert done.stdout == ""
    (line,) = done.stderr.splitlines()
    assert port in line
    assert "--port" in line


def test_an_address_that_is_not_ours_is_told_in_one_line() -> None:
    done = run("run.py", "--host", "192.0.2.1")
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1


def family(server: Server) -> list[psutil.Process]:
    process = psutil.Process(server.process.pid)
    return [process, *process.children(recursive=True)]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("mode", some(MODES, "eventlet"))
def test_a_signal_ends_it_and_all_its_processes_while_clients_are_busy(
    mode: str, number: signal.Signals
) -> None:
    server = start("--async-mode", mode)
    processes = family(server)
    assert len(processes) > 1  # the lab's is among them
    with Client(server.url) as busy, Client(server.url) as idle:
        slots = [{"variant": "thread", "seed": seed} for seed in range(4)]
        busy.send("open", {"scenario": "long_task", "slots": slots})
        for _ in range(100):
            busy.socket.send('42["nonsense"]')
        server.process.send_signal(number)
        began = time.monotonic()
        assert server.process.wait(10) == 0
        assert time.monotonic() - began < 5
        assert idle.opening
    server.stop()
    _, alive = psutil.wait_procs(processes, timeout=5)
    assert alive == []
    assert "".join(line for line in server.printed if "Meanwhile is on" not in line) == ""


@pytest.mark.parametrize("mode", some(MODES, "eventlet"))
def test_serve_of_the_command_line_serves_in_every_way(mode: str, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "visualizer", "serve", "--port", "0", "--async-mode", mode]
    command += ["--database-url", database_in(tmp_path)]
    process = subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    assert process.stdout is not None
    with process.stdout as printed:
        line = printed.readline()
        url = next(word for word in line.split() if word.startswith("http"))
        with urllib.request.urlopen(f"{url}/healthz") as answer:
            assert answer.status == 200
        process.send_signal(signal.SIGINT)
        assert process.wait(10) == 0
        assert printed.read() == ""


#: Says which modules hold what green threads replace, once the server is ready to be made.
PROBE = """
import sys
from visualizer.web import launch

before = {name for name in sys.modules if name.partition(".")[0] in %(heavy)r}
launch.patch(launch.parse(sys.argv[1:]).async_mode)
import visualizer.web.serve
import socket, threading, time, queue, select, ssl
print(sorted(before))
lock = threading.Lock().__class__
print(sorted({socket.socket.__module__, time.sleep.__module__, lock.__module__}))
"""


@pytest.mark.parametrize("mode", MODES)
def test_threads_are_in_place_before_anything_is_imported(mode: str, tmp_path: Path) -> None:
    heavy = ("flask", "werkzeug", "click", "rich", "msgspec", "engineio", "socketio", "jinja2")
    script = tmp_path / "probe.py"
    script.write_text(PROBE % {"heavy": heavy})
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, str(script), "--async-mode", mode],
        capture_output=True,
        text=True,
        env=environment,
        timeout=30,
    )
    assert done.stderr == ""  # eventlet and gevent warn of what came too early
    before, modules = done.stdout.splitlines()
    assert before == "[]"
    assert (mode in modules) == (mode != "threading")


def test_a_library_that_is_missing_is_told_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "gevent.py").write_text("raise ModuleNotFoundError('no', name='gevent')")
    done = subprocess.run(
        [sys.executable, "-m", "visualizer.web", "--async-mode", "gevent"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        timeout=30,
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert len(done.stderr.splitlines()) == 1
    assert "gevent" in done.stderr


def test_a_broken_lesson_is_told_and_left_out(tmp_path: Path) -> None:
    (tmp_path / "crooked").mkdir()
    (tmp_path / "crooked" / "lesson.toml").write_text("title = 5\n")
    with (
        running("--scenarios", str(tmp_path)) as server,
        urllib.request.urlopen(f"{server.url}/healthz") as answer,
    ):
        assert json.loads(answer.read())["lessons"] == len(SHIPPED.lessons)
    told = [line for line in server.printed if "Meanwhile is on" not in line]
    assert len(told) == 1
    assert "crooked" in told[0]
