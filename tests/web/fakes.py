"""Stands-in for the lab and for what streams send with, under the control of a test."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from visualizer.lab import Job, LabError
from visualizer.trace import About, Trace, derive
from visualizer.trace import events as ev
from visualizer.trace.growing import Grown
from visualizer.trace.records import OutputRecord


def job(**fields: Any) -> Job:
    settings = {"scenario": "lesson", "variant": "inline", "file": "app.py", "sources": {}}
    return Job(**{**settings, **fields})


def trace(printed: list[str] | None = None, variant: str = "inline") -> Trace:
    """A trace in which one user asks, is answered, and the program prints these texts."""
    events: list[ev.Event] = [
        ev.LaneBorn(0, "user-1", "user", "Ana"),
        ev.LaneBorn(0, "server-1", "server", "main"),
        ev.RequestSent(0, "r1", "user-1", "GET", "/"),
        ev.RequestArrived(0, "r1"),
        ev.RequestReceived(0, "r1", "server-1"),
        ev.FirstByteSent(1_000_000, "r1", "server-1", 200),
        ev.ResponseSent(1_000_000, "r1", "server-1", 200, "hello"),
        ev.FirstByteReceived(1_000_000, "r1"),
        ev.ResponseReceived(1_000_000, "r1"),
        ev.End(1_000_000),
    ]
    made = derive(About(scenario="lesson", variant=variant), events)
    for text in printed or []:
        made.output.append(OutputRecord(t=0.0, lane="server-1", stream="stdout", text=text))
    return made


class FakeLab:
    """Answers with a trace, or raises an error, and remembers what it was asked."""

    def __init__(self, answer: Trace | Exception | None = None) -> None:
        self.answer = answer or trace()
        self.asked: list[Job] = []
        #: What a run on the wall clock tells while it goes on, and what a test does after each.
        self.grown: list[Grown | None] = []
        self.then: Callable[[], None] = lambda: None

    def run(self, job: Job) -> Trace:
        self.asked.append(job)
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer

    def follow(self, job: Job, hear: Callable[[Grown | None], bool]) -> Trace:
        trace = self.run(job)
        for grown in self.grown:
            if not hear(grown):
                raise LabError("closed", "nobody waits for this run any more")
            self.then()
        return trace


class Wire:
    """Remembers what is sent; a test acknowledges by hand, and runs background work by hand."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, str, dict[str, Any]]] = []
        self.callbacks: list[Callable[..., None] | None] = []
        self.waiting: list[Callable[[], None]] = []
        self.time = 0.0

    def send(
        self,
        connection: str,
        event: str,
        message: dict[str, Any],
        acknowledged: Callable[..., None] | None,
    ) -> None:
        self.sent.append((connection, event, message))
        self.callbacks.append(acknowledged)

    def spawn(self, function: Callable[..., None], *arguments: Any) -> None:
        self.waiting.append(lambda: function(*arguments))

    def work(self) -> None:
        """Do what was left to be done in the background."""
        waiting, self.waiting = self.waiting, []
        for function in waiting:
            function()

    def acknowledge(self) -> None:
        """Acknowledge the last message."""
        callback = self.callbacks[-1]
        assert callback is not None
        callback()

    def events(self) -> list[str]:
        return [event for _, event, _ in self.sent]
