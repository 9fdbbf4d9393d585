"""A class of a thousand: how fast it joins, follows and votes.

The real server on one processor, the students in this process on another, over loopback. What is
measured begins when the teacher sends and ends when a student has read, so the time that this
process needs to read a thousand sockets is part of it, and is told beside it.
"""

from __future__ import annotations

import os
import resource
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import pairwise
from statistics import quantiles
from typing import Any

from tests.support.server import Server, running
from visualizer.web.broadcast import VARIABLE

from .figures import Figure
from .students import Crowd, Line, request

STUDENTS = 1_000
CURSORS = 100
EVERY = 0.1  # seconds
VOTERS = 200
#: Before anything is measured: what the joins have left behind is done.
REST = 4.0

SCENE = {
    "lesson": "long_task",
    "slots": [
        {"variant": "inline", "parameters": {}, "seed": 0},
        {"variant": "thread", "parameters": {}, "seed": 0},
    ],
    "trueTime": False,
    "speed": 1,
    "highlights": [],
}


class Teacher(Line):
    """The class's host, who drives."""

    def __init__(self, url: str) -> None:
        begun = request(url, "/classes", {"lesson": "long_task", "title": "A thousand"})
        self.code, self.secret = begun["code"], begun["secret"]
        super().__init__(url)
        self.token = self.enter(self.code, self.secret, "host")["token"]
        self.answer(self.emit("drive", {"token": self.token, "scene": SCENE}))

    def point(self, at: float) -> float:
        """Send a cursor; when."""
        cursor = {"slot": 1, "step": 3, "s": at, "t": at, "playing": True, "pointer": None}
        now = time.perf_counter()
        self.emit("drive", {"token": self.token, "cursor": cursor})
        return now


def measure() -> list[Figure]:
    """The class with the server's own way of telling everybody, then with the library's."""
    allow_sockets(STUDENTS + 200)
    own = _class()
    ordinary = _class(ordinary=True)
    late = own.percentile(own.last)
    return [
        _figure(f"{STUDENTS:,} students join", own.joined, "s", 5, f"{STUDENTS:,} at once"),
        _figure(
            "a cursor reaches the last of them, 95th percentile",
            late * 1000,
            "ms",
            50,
            f"{len(own.last)} cursors, {1 / EVERY:.0f} a second; over all receipts"
            f" {own.percentile(own.each) * 1000:.0f} ms; this process was busy for"
            f" {own.busy:.0%} of the time",
        ),
        _figure(
            "longest time that a student was more than one cursor behind", own.behind, "s", 1, ""
        ),
        _figure(
            f"{VOTERS} votes within a second: the last is acknowledged after it by",
            own.voted,
            "s",
            1,
            f"{own.stored} stored",
        ),
        Figure(
            what="the same cursor by the library's own manager",
            value=ordinary.percentile(ordinary.last) / late,
            unit="x",
            made_of=f"{ordinary.percentile(ordinary.last) * 1000:.0f} ms",
        ),
    ]


class Outcome:
    """What was measured of one class; seconds."""

    joined = 0.0
    #: From each cursor to its last receipt, and to each receipt.
    last: list[float]
    each: list[float]
    behind = 0.0
    voted = 0.0
    stored = 0
    busy = 0.0

    def percentile(self, values: Sequence[float]) -> float:
        """The 95th."""
        return quantiles(values, n=20)[-1]


def _class(*, ordinary: bool = False) -> Outcome:
    outcome = Outcome()
    with _server(ordinary) as server, _other_processor():
        teacher, crowd = Teacher(server.url), Crowd()
        try:
            outcome.joined = crowd.join(server.url, teacher.code, STUDENTS)
            crowd.read_for(REST)
            _follow(teacher, crowd, outcome)
            _vote(teacher, crowd, outcome)
        finally:
            crowd.close()
            teacher.socket.close()
    return outcome


def _follow(teacher: Teacher, crowd: Crowd, outcome: Outcome) -> None:
    for student in crowd.students:
        student.moved.clear()
    used, began = time.process_time(), time.perf_counter()
    sent = []
    for number in range(CURSORS):
        due = began + number * EVERY
        crowd.read_for(due - time.perf_counter())
        sent.append(teacher.point(number / 10))
    crowd.read_for(2.0)
    outcome.busy = (time.process_time() - used) / (time.perf_counter() - began)
    # The numbers of movements grow by one a cursor; the last one arrives at everybody.
    first = max(student.moved[-1][0] for student in crowd.students) - CURSORS + 1
    received = [
        [(seq - first, when) for seq, when in student.moved if seq >= first]
        for student in crowd.students
    ]
    assert all(moves[-1][0] == CURSORS - 1 for moves in received), "a student misses the end"
    outcome.each = [when - sent[n] for moves in received for n, when in moves]
    outcome.last = [max(_reached(moves, n) for moves in received) - sent[n] for n in range(CURSORS)]
    outcome.behind = max(longest_behind(sent, moves) for moves in received)


def _reached(moves: Sequence[tuple[int, float]], n: int) -> float:
    """When a student had this cursor or a newer one."""
    return next(when for seq, when in moves if seq >= n)


def longest_behind(sent: Sequence[float], moves: Sequence[tuple[int, float]]) -> float:
    """The longest time without a break in which more than one cursor was on its way."""
    events = [(when, n, -1) for n, when in enumerate(sent)] + [(when, -1, n) for n, when in moves]
    newest = shown = -1
    since: float | None = None
    longest = 0.0
    for (when, sent_now, shown_now), (after, _, _) in pairwise(sorted(events)):
        newest, shown = max(newest, sent_now), max(shown, shown_now)
        if newest - shown > 1:
            since = when if since is None else since
            longest = max(longest, after - since)
        else:
            since = None
    return longest


def _vote(teacher: Teacher, crowd: Crowd, outcome: Outcome) -> None:
    teacher.emit("ask", {"adhoc": {"kind": "choice", "text": "Now?", "choices": ["yes", "no"]}})
    voters = crowd.students[:VOTERS]
    asked = crowd.read_until(lambda: all(s.question for s in crowd.students), 10)
    assert asked, "not everybody has the question"
    numbers, began = [], time.perf_counter()
    for place, student in enumerate(voters):
        crowd.read_for(began + place / VOTERS - time.perf_counter())
        answer: dict[str, Any] = {"id": f"{'vote':0<12}{place:06}", "asked": student.question}
        numbers.append(student.emit("answer", {**answer, "round": 1, "answer": "yes"}))
    ended = time.perf_counter()

    def all_stored() -> bool:
        return all(n in student.answered for n, student in zip(numbers, voters, strict=True))

    assert crowd.read_until(all_stored, 10), "not every vote was acknowledged"
    outcome.voted = max(
        student.answered[n] - ended for n, student in zip(numbers, voters, strict=True)
    )
    results = request(teacher.url, f"/classes/{teacher.code}/results.json", secret=teacher.secret)
    outcome.stored = results["questions"][0]["rounds"][0]["answered"]


def _figure(what: str, value: float, unit: str, target: float, made_of: str) -> Figure:
    return Figure(what=what, value=value, unit=unit, target=target, made_of=made_of)


@contextmanager
def _server(ordinary: bool) -> Iterator[Server]:
    """The real server, on the first processor."""
    processors = os.sched_getaffinity(0)
    settings = {VARIABLE: "ordinary"} if ordinary else {}
    os.sched_setaffinity(0, {min(processors)})  # what it starts stays where it is
    try:
        with running(settings=settings) as server:
            os.sched_setaffinity(0, processors)
            yield server
    finally:
        os.sched_setaffinity(0, processors)


@contextmanager
def _other_processor() -> Iterator[None]:
    processors = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {max(processors)})
    try:
        yield
    finally:
        os.sched_setaffinity(0, processors)


def allow_sockets(count: int) -> None:
    """Let this process have so many open at once."""
    granted, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    if granted != resource.RLIM_INFINITY and granted < count:
        resource.setrlimit(resource.RLIMIT_NOFILE, (count, most))
