"""Runs as lists of events, written by hand, and small helpers to write more of them.

``Run`` keeps the time and fills in what is always the same. Times are seconds here; events
hold nanoseconds.
"""

from __future__ import annotations

from visualizer.trace import About, Listing
from visualizer.trace import events as ev

THREAD_APP = """\
import threading
import time

from flask import Flask

TASK_SECONDS = 5

app = Flask(__name__)


def background_task():
    time.sleep(TASK_SECONDS)  #: the task sleeps {TASK_SECONDS} s


@app.get("/start")
def start():
    thread = threading.Thread(target=background_task, name="background")
    thread.start()  #: background_task is started in a new thread
    return {"status": "Task started"}  #: the JSON response is returned
"""

INLINE_APP = """\
import time

from flask import Flask

TASK_SECONDS = 5

app = Flask(__name__)


def background_task():
    time.sleep(TASK_SECONDS)  #: the task sleeps {TASK_SECONDS} s


@app.get("/start")
def start():
    background_task()  #: background_task is called in the request itself
    return {"status": "Task finished"}  #: the JSON response is returned
"""

CAPTIONS = {
    "request sent": "user sends {method} {path}",
    "request received": "server receives the request",
    "task finished": "the task completes",
    "request over": "the request cycle is over, nothing is left to do for it",
}


def about(source: str, *, file: str = "app.py", **other: object) -> About:
    """What a lesson would say of a program of one file."""
    return About(
        **{
            "scenario": "long_task",
            "variant": "thread",
            "listing": [Listing(file=file, source=source)],
            "captions": CAPTIONS,
            "network": 0.0,
            **other,
        }
    )


class Run:
    """Appends events; ``at`` moves the time on (seconds)."""

    def __init__(self, servers: int = 1, users: int = 1, network: float = 0.0) -> None:
        self.events: list[ev.Event] = []
        self.now = 0
        self.network = network
        for n in range(1, servers + 1):
            name = "main" if servers == 1 else f"server thread {n}"
            self.add(ev.LaneBorn, f"server-{n}", "server", name)
            self.state(f"server-{n}", "idle")
        for n in range(1, users + 1):
            self.add(ev.LaneBorn, f"user-{n}", "user", f"User {n}")

    def at(self, seconds: float) -> Run:
        self.now = round(seconds * 1e9)
        return self

    def after(self, seconds: float) -> Run:
        self.now += round(seconds * 1e9)
        return self

    def add(self, kind: type, *arguments: object, **named: object) -> Run:
        self.events.append(kind(self.now, *arguments, **named))
        return self

    def state(self, lane: str, state: str, **more: object) -> Run:
        return self.add(ev.State, lane, state, **more)

    def line(self, lane: str, line: int, function: str, **more: object) -> Run:
        return self.add(ev.Line, lane, "app.py", line, function, **more)

    def send(self, request: str, user: str = "user-1", path: str = "/start") -> Run:
        return self.add(ev.RequestSent, request, user, "GET", path)

    def arrive(self, request: str) -> Run:
        return self.add(ev.RequestArrived, request)

    def receive(self, request: str, lane: str = "server-1") -> Run:
        self.add(ev.RequestReceived, request, lane)
        return self.state(lane, "running", request=request)

    def ask(self, request: str, user: str = "user-1", lane: str = "server-1") -> Run:
        """A request that crosses no network and finds the server free."""
        return self.send(request, user).arrive(request).receive(request, lane)

    def respond(self, request: str, lane: str = "server-1", status: int = 200) -> Run:
        """The response is sent and, as there is no network, received."""
        self.add(ev.FirstByteSent, request, lane, status)
        self.add(ev.ResponseSent, request, lane, status, "{}")
        self.state(lane, "idle")
        return self.add(ev.FirstByteReceived, request).add(ev.ResponseReceived, request)

    def task(self, task: str, moment: str, lane: str, **more: object) -> Run:
        return self.add(ev.Task, task, "background_task", moment, lane, **more)

    def thread(self, lane: str, task: str, request: str | None, parent: str = "server-1") -> Run:
        """A thread is started on the parent's lane and does a task."""
        self.add(ev.LaneBorn, lane, "thread", "background", parent)
        self.task(task, "started", parent, request=request, runs_on=lane)
        return self.state(lane, "ready", request=request, task=task)

    def sleep(self, lane: str, seconds: float, **whose: object) -> Run:
        """The lane sleeps that long; afterwards it runs."""
        self.state(lane, "sleeping", reason=f"sleeps {seconds:g} s", seconds=seconds, **whose)
        return self.after(seconds).state(lane, "running", **whose)

    def finish(self, lane: str, task: str, moment: str = "finished", **more: object) -> Run:
        """The task of a thread ends, and the thread with it."""
        return self.task(task, moment, lane, **more).add(ev.LaneDied, lane)

    def end(self) -> list[ev.Event]:
        self.add(ev.End)
        return self.events


def thread_run() -> list[ev.Event]:
    """The background-thread variant of the lesson ``long_task``; a line takes 1 ms."""
    run = Run().ask("r1")
    run.line("server-1", 17, "start").after(0.001)
    run.line(
        "server-1",
        18,
        "start",
        caption="background_task is started in a new thread",
        changed=[("start", "thread", "<Thread 'background'>")],
    )
    run.thread("thread-1", "t1", "r1").after(0.001)
    run.line("server-1", 19, "start", caption="the JSON response is returned")
    run.after(0.001).respond("r1")
    run.state("thread-1", "running", request="r1", task="t1")
    run.line("thread-1", 12, "background_task", caption="the task sleeps 5 s").after(0.001)
    run.sleep("thread-1", 5.0, request="r1", task="t1")
    return run.finish("thread-1", "t1", request="r1").end()


def inline_run() -> list[ev.Event]:
    """The inline variant of the lesson ``long_task``; a line takes 1 ms."""
    run = Run().ask("r1")
    run.line("server-1", 16, "start", caption="background_task is called in the request itself")
    run.after(0.001).task("t1", "started", "server-1", request="r1", runs_on="server-1")
    run.line("server-1", 11, "background_task", caption="the task sleeps 5 s", depth=1)
    run.after(0.001).sleep("server-1", 5.0, request="r1", task="t1")
    run.task("t1", "finished", "server-1", request="r1", runs_on="server-1")
    run.line("server-1", 17, "start", caption="the JSON response is returned")
    run.after(0.001).respond("r1")
    return run.end()
