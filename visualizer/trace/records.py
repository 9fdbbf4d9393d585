"""The trace: format ``meanwhile-trace``, version 1.

One JSON object holds everything that a screen shows of one run. Times are seconds since the
first request could be sent, rounded to the microsecond; absent values are null; values of
variables are bounded representations without addresses. The JSON Schema in
``docs/trace.schema.json`` is made from these classes.
"""

from __future__ import annotations

from typing import Any, Final, Literal, TypeAlias

import msgspec

from .events import LaneKind, Stream

FORMAT: Final = "meanwhile-trace"
VERSION: Final = 1

SpanState: TypeAlias = Literal[
    "waiting", "running", "sleeping", "queued", "blocked", "holding", "retrying", "sending"
]
ArrowKind: TypeAlias = Literal["request", "response", "publish", "deliver", "push", "start"]
TaskState: TypeAlias = Literal[
    "queued", "started", "retrying", "failed", "finished", "lost", "rejected", "revoked"
]
WEBSOCKET: Final = "WS"
EVENTS: Final = "SSE"
STAY_OPEN: Final = (WEBSOCKET, EVENTS)
"""Stand as the methods of requests whose connection stays open: a WebSocket, server-sent events."""

#: What a step is about. ``in NAME`` is a captioned line of the function NAME during which the
#: lab saw nothing else happen.
Moment: TypeAlias = str


class Record(msgspec.Struct, kw_only=True, omit_defaults=False, gc=False):
    """Base of all records: plain data, written and read as JSON objects.

    Records never refer to each other, so the garbage collector need not look at them.
    """


class Lane(Record):
    """``killed``: it did not end by itself, its process was killed."""

    id: str
    kind: LaneKind
    name: str
    parent: str | None
    born: float
    died: float | None
    killed: bool = False


class Listing(Record):
    file: str
    source: str


class LineRecord(Record):
    """A line began. ``changed`` holds ``{scope, name, value}``: what changed on its lane since
    the lane's line before."""

    t: float
    lane: str
    file: str
    line: int
    changed: list[dict[str, str | None]]


class Step(Record):
    """A row of the execution table.

    ``lane`` is where it happened; ``thread`` is the name that the table shows: that lane's, but
    for "request sent" the lane's that will handle the request (null if none ever does).
    """

    n: int
    t: float
    lane: str | None
    thread: str | None
    action: str
    moment: Moment
    file: str | None
    line: int | None
    request: str | None
    task: str | None
    node: str | None
    response: str | None
    task_status: str | None


class Span(Record):
    id: str
    lane: str
    start: float
    end: float
    state: SpanState
    request: str | None
    task: str | None
    label: str


class Arrow(Record):
    """Something travels between two lanes. ``arrived`` is null for what never does."""

    id: str
    kind: ArrowKind
    from_: str = msgspec.field(name="from")
    to: str
    sent: float
    arrived: float | None


class Request(Record):
    """``user`` is the id of the user's lane, ``lane`` the one that handled the request.

    ``received`` is when the server took it up, ``first_byte`` and ``done`` are when the first
    byte and the whole response reached the user. For a connection that stays open (``WS``,
    ``SSE``) they are when it was open and when it was closed. ``failed`` is when the user learnt
    instead that none will come, and ``error`` why.
    """

    id: str
    user: str
    method: str
    path: str
    lane: str | None
    sent: float
    received: float | None
    first_byte: float | None
    done: float | None
    status: int | None
    body: str | None
    failed: float | None = None
    error: str | None = None


class TaskRecord(Record):
    """``lane`` does the work; ``lost`` is a task whose process ended before it did, or whose
    message never reached the queue."""

    id: str
    name: str
    request: str | None
    lane: str | None
    queued: float | None
    started: float | None
    finished: float | None
    state: TaskState
    retries: int
    error: str | None


class SameObject(Record):
    """Another variable, of another function or lane, that held the very same object."""

    name: str
    scope: str
    lane: str | None


class Variable(Record):
    """One row of the variable tracker. ``values`` holds ``[step, value]``; step 0 is the start.

    ``scope`` is a function's name, ``global``, or ``derived`` for what the lab follows itself
    (``response`` and ``NAME status``). ``shared`` are the other variables that held the same
    object, one that can change, at some time of the run.
    """

    id: str
    name: str
    scope: str
    lane: str | None
    request: str | None
    values: list[tuple[int, str | None]]
    shared: list[SameObject] = []


class OutputRecord(Record):
    t: float
    lane: str
    stream: Stream
    text: str


class Problem(Record):
    """An exception that came up at a line, for the mark beside the code."""

    t: float
    lane: str
    file: str
    line: int
    error: str


class Push(Record):
    """An event that was sent to a user over a connection that stays open: ``socket`` is the
    request that opened it, ``lane`` who sent it, ``user`` the user's lane. ``arrived`` is null for
    what never did."""

    id: str
    socket: str
    user: str
    lane: str
    request: str | None
    task: str | None
    name: str
    text: str
    sent: float
    arrived: float | None


class Depth(Record):
    """How full a queue is from ``t`` on: messages that wait, and those that workers have taken
    and not acknowledged. ``lane`` is the broker's."""

    t: float
    lane: str
    queue: str
    ready: int
    unacknowledged: int


class Redirect(Record):
    """A server outside that the program named, in whose place the lab answered."""

    what: str
    address: str


class Unreproducible(Record):
    """A call took real time, which the clock was charged for: the next run may take longer.

    ``t`` is when it began, ``seconds`` how long it took; ``file`` and ``line`` are the last line
    of the program that ran on ``lane`` before. ``reason`` says it in one sentence.
    """

    t: float
    lane: str
    seconds: float
    file: str | None
    line: int | None
    reason: str


class Truncated(Record):
    limit: str
    reason: str


class Metrics(Record):
    """``busy`` is each lane's share of ``duration`` spent running, 0 to 1. Times in seconds.

    Percentiles are of the answered requests, by nearest rank. ``throughput`` is answered
    requests a second, from the first request sent to the last one answered.
    """

    response_p50: float | None
    response_p95: float | None
    response_max: float | None
    throughput: float | None
    requests: int
    answered: int
    tasks: int
    tasks_lost: int
    tasks_retried: int
    busy: dict[str, float]


class Model(Record):
    """Figures that are ours, not the program's: seconds a line costs, a network leg takes, and
    the message of a queued task costs whoever sends it and whoever receives it (0: no queue)."""

    line_cost: float
    network: float
    message: float = 0.0


class Trace(Record):
    format: Literal["meanwhile-trace"]
    version: Literal[1]
    scenario: str
    variant: str
    parameters: dict[str, Any]
    seed: int
    clock: Literal["virtual", "wall"]
    python: str
    model: Model
    duration: float
    lanes: list[Lane]
    listing: list[Listing]
    lines: list[LineRecord]
    steps: list[Step]
    spans: list[Span]
    arrows: list[Arrow]
    requests: list[Request]
    tasks: list[TaskRecord]
    variables: list[Variable]
    output: list[OutputRecord]
    problems: list[Problem]
    metrics: Metrics
    truncated: Truncated | None
    depths: list[Depth] = []
    redirected: list[Redirect] = []
    pushes: list[Push] = []
    unreproducible: list[Unreproducible] = []


class About(msgspec.Struct, kw_only=True):
    """What ran and how to tell it: the part of a trace that no event carries.

    ``captions`` replaces the default texts of moments; ``flow`` maps a node's id to the moments
    that light it; ``watch`` lists the rows of the variable tracker in order (empty: all).
    """

    scenario: str
    variant: str
    parameters: dict[str, Any] = {}
    seed: int = 0
    clock: Literal["virtual", "wall"] = "virtual"
    python: str = ""
    line_cost: float = 0.001
    network: float = 0.02
    message: float = 0.0
    listing: list[Listing] = []
    captions: dict[str, str] = {}
    flow: dict[str, list[str]] = {}
    watch: list[str] = []
