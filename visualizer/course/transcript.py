"""A run as a story to read: who takes part, each step with its time, the pauses, what came of it.

Made from the trace alone, so it says what the stage shows, for those who read instead of look.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from visualizer.lessons.figures import counted, length_of_time
from visualizer.trace.records import Lane, Request, Span, Step, Trace
from visualizer.trace.statuses import BUSY, NO_CHANGE, PREPARING, READY, WAITING

_KINDS = {
    "user": "a user",
    "server": "a thread of the web server",
    "loop": "an event loop",
    "task": "a task of the event loop",
    "broker": "the broker, which keeps the queue",
    "worker": "a worker of the queue",
    "process": "a process",
    "thread": "a thread of the program",
    "service": "a service outside",
}
_STATES = {
    "running": "runs",
    "sleeping": "sleeps",
    "waiting": "waits",
    "queued": "waits its turn",
    "blocked": "is blocked",
    "holding": "holds an open connection",
    "retrying": "waits to try again",
    "sending": "sends",
}
_RESPONSES = {
    WAITING: "user waits",
    PREPARING: "response in preparation",
    READY: "server ready for the next request",
    BUSY: "server busy with the next request",
}
#: A stretch without a step is told from so many seconds on, and at most this many of its lanes.
_PAUSE = 0.1
_MOST_TOLD = 4


class Told(NamedTuple):
    """A line of the story: the step's number (0 for a pause), when and where, and what happens."""

    n: int
    when: str
    where: str
    what: str
    then: str


class Story(NamedTuple):
    """``cast`` says who takes part, ``end`` what came of it."""

    cast: list[str]
    lines: list[Told]
    end: list[str]


def story_of(trace: Trace) -> Story:
    """The whole story of a run."""
    return Story(list(_cast(trace)), list(_lines(trace)), list(_end(trace)))


def _cast(trace: Trace) -> Iterator[str]:
    for lane in trace.lanes:
        kind = _KINDS.get(lane.kind, lane.kind)
        late = f", from {length_of_time(lane.born)} on" if lane.born > 0 else ""
        yield f"{lane.name}: {kind}{late}"


def _lines(trace: Trace) -> Iterator[Told]:
    before = 0.0
    users = _users(trace)
    statuses: dict[str | None, str] = {}
    for step in trace.steps:
        if step.t - before >= _PAUSE:
            yield Told(0, "", "", _pause(trace, before, step.t), "")
        before = step.t
        status = ", ".join(_changes(step.response, step.task_status))
        news = status if statuses.get(step.request) != status else ""
        statuses[step.request] = status
        where = ", ".join(filter(None, (step.thread, _for_whom(users, step))))
        yield Told(step.n, length_of_time(step.t), where, step.action, news)


def _users(trace: Trace) -> dict[str, str]:
    """Whose each request is, by name; nobody's where there is one user only."""
    names = {lane.id: lane.name for lane in trace.lanes if lane.kind == "user"}
    several = len(names) > 1
    return {r.id: names.get(r.user, r.user) for r in trace.requests if several}


def _for_whom(users: dict[str, str], step: Step) -> str:
    user = users.get(step.request or "", "")
    return f"for {user}" if user and user not in step.action else ""


def _changes(response: str | None, task: str | None) -> Iterator[str]:
    if response and response != NO_CHANGE:
        yield _RESPONSES.get(response, f"response {response}")
    if task:
        yield f"task {task}"


def _pause(trace: Trace, start: float, end: float) -> str:
    """What goes on while nothing new happens."""
    middle = (start + end) / 2
    names = {lane.id: lane.name for lane in trace.lanes}
    kinds = {lane.id: lane.kind for lane in trace.lanes}
    busy = [span for span in trace.spans if span.start <= middle < span.end]
    told = [f"{names[span.lane]} {_doing(span, kinds[span.lane])}" for span in busy[:_MOST_TOLD]]
    if len(busy) > _MOST_TOLD:
        told.append(f"{len(busy) - _MOST_TOLD} more do so too")
    length = length_of_time(end - start)
    return f"For {length} nothing new happens: {', '.join(told) or 'all rest'}."


def _doing(span: Span, kind: str) -> str:
    if kind == "broker":
        return f"keeps messages ({span.label})"
    if kind == "user" and span.state == "queued":
        return "stands in line"
    return _STATES.get(span.state, span.state)


def _end(trace: Trace) -> Iterator[str]:
    names = {lane.id: lane for lane in trace.lanes}
    for request in trace.requests:
        yield _answered(request, names)
    for task in trace.tasks:
        ended = f" after {length_of_time(task.finished)}" if task.finished is not None else ""
        retries = f", tried again {counted(task.retries, 'time')}" if task.retries else ""
        yield f"The task {task.name} is {task.state}{ended}{retries}."
    if trace.truncated is not None:
        yield f"The run was cut: {trace.truncated.reason}."
    yield f"The whole took {length_of_time(trace.duration)}."


def _answered(request: Request, lanes: dict[str, Lane]) -> str:
    who = lanes[request.user].name if request.user in lanes else request.user
    asked = f"{request.method} {request.path}"
    if request.done is None:
        return f"{who} has no answer to {asked}."
    wait = length_of_time(request.done - request.sent)
    return f"{who} has the answer to {asked} after {wait}: status {request.status}."
