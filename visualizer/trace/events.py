"""What the lab saw, in the order in which it happened: the raw material of a trace.

An event is one small fact with a time. The lab appends events while a program runs and
derives nothing from them; everything a learner sees is made from the finished list by the
pure functions of this package. So a run that is cut in the middle still leaves a list that
can be read.

Times are whole **nanoseconds** since the first request could be sent (``0``). Lanes,
requests and tasks are named by short ids that depend on nothing but the order of the run:
``user-1``, ``server-1``, ``thread-1``; ``r1``; ``t1``.

Encoded as MessagePack arrays, because a run sends thousands of them through a pipe.
"""

from __future__ import annotations

from typing import Final, Literal, TypeAlias

import msgspec

LaneKind: TypeAlias = Literal[
    "user", "server", "thread", "task", "process", "loop", "broker", "worker", "service"
]
#: What a thread of the program is doing. ``ready`` waits for the interpreter lock, ``idle``
#: belongs to a server or pool thread that has nothing to do. ``waiting`` is a task or green
#: thread that waits and lets others have its thread meanwhile.
ThreadState: TypeAlias = Literal["running", "ready", "sleeping", "waiting", "blocked", "idle"]
#: For what whoever serves a connection that stays open waits, with nothing else to do.
FOR_MESSAGES: Final = "messages of the user"
TaskMoment: TypeAlias = Literal[
    "queued", "received", "started", "retried", "failed", "finished", "rejected", "revoked", "lost"
]
#: What is done to a process, or to a message, from outside: by the plan of the run.
IncidentMoment: TypeAlias = Literal["killed", "restarts", "stopped", "started", "dropped"]
Stream: TypeAlias = Literal["stdout", "stderr"]
#: (scope, name, value): scope is a function's name or ``global``; value is a bounded,
#: address-free representation, or None where the variable ceased to exist.
Change: TypeAlias = tuple[str, str, str | None]


class _Event(msgspec.Struct, array_like=True, tag=True, gc=False):
    t: int


class LaneBorn(_Event):
    """A lane begins: a user, a server thread, a thread of the program.

    ``process`` is the first lane of its process, None for the server's own where it has but one.
    """

    lane: str
    kind: LaneKind
    name: str
    parent: str | None = None
    process: str | None = None


class LaneDied(_Event):
    """A lane ends: its thread returned, or its process was killed."""

    lane: str


class Line(_Event):
    """A line of a listing begins to execute on a lane.

    ``changed`` is what the *previous* line of the same frame changed. ``caption`` is the
    line's ``#:`` comment with the values of its ``{names}`` filled in, or None.
    ``function`` is the name of the function, or ``<module>``. ``depth`` is the number of the
    listing's frames below this one on its lane: with it, what happens in a function that a
    captioned line calls counts as inside that line. 0 throughout where it is not known.
    """

    lane: str
    file: str
    line: int
    function: str
    changed: list[Change] = []
    caption: str | None = None
    depth: int = 0


class Changed(_Event):
    """What the last line of a frame changed, seen when the frame returned or raised."""

    lane: str
    file: str
    line: int
    function: str
    changed: list[Change]


class Shared(_Event):
    """Two variables of different functions or lanes hold the same object, one that can change.

    A variable is (lane, scope, name); ``earlier`` held it first.
    """

    lane: str
    scope: str
    name: str
    earlier: tuple[str, str, str]


class Raised(_Event):
    """An exception came up in a line of a listing, caught later or not."""

    lane: str
    file: str
    line: int
    function: str
    error: str


class State(_Event):
    """From now on the lane's thread is in this state.

    ``reason`` says why in words ("sleeps 5 s", "waits for a lock held by server thread 2");
    ``seconds`` is the planned length where there is one (a sleep).
    ``request`` and ``task`` say for whom the thread works, or None.
    """

    lane: str
    state: ThreadState
    reason: str = ""
    seconds: float | None = None
    request: str | None = None
    task: str | None = None


class RequestSent(_Event):
    """A user sends a request. ``lane`` is the user's."""

    request: str
    lane: str
    method: str
    path: str


class RequestArrived(_Event):
    """The request has crossed the network and stands in the server's accept queue."""

    request: str


class RequestReceived(_Event):
    """A server thread takes the request out of the accept queue. ``lane`` is the server's."""

    request: str
    lane: str


class FirstByteSent(_Event):
    """The server hands the first byte of the response to the network."""

    request: str
    lane: str
    status: int


class ResponseSent(_Event):
    """The server has handed over the whole response. ``body`` is its first 2 KB as text."""

    request: str
    lane: str
    status: int
    body: str


class FirstByteReceived(_Event):
    """The first byte has crossed the network and reached the user."""

    request: str


class ResponseReceived(_Event):
    """The whole response has reached the user."""

    request: str


class RequestFailed(_Event):
    """No response will reach the user: the connection broke. ``error`` says how, in words."""

    request: str
    error: str


class Incident(_Event):
    """Something is done from outside, by plan, to the process whose first lane ``lane`` is.

    ``name`` is what the process is called where a sentence begins. ``dropped`` is done to the
    message of ``task`` on its way to the broker ``lane``.
    """

    lane: str
    moment: IncidentMoment
    name: str = ""
    task: str | None = None


class Task(_Event):
    """Something happened to a task: a piece of work that has a name and an end of its own.

    A thread that the program starts is a task; so is a call of a function that the lesson
    names as its task, wherever it runs. ``lane`` is where it happened (the starter's lane for
    ``started`` of a thread); ``runs_on`` is the lane that does the work, where known. ``lost`` is a
    task that waited in the memory of a process that has ended.
    """

    task: str
    name: str
    moment: TaskMoment
    lane: str
    request: str | None = None
    runs_on: str | None = None
    error: str | None = None


class Output(_Event):
    """The program printed or logged."""

    lane: str
    stream: Stream
    text: str


class Loaded(_Event):
    """A listing has been imported. Told only where a program has several."""

    file: str


class Depth(_Event):
    """So many messages of a queue wait now, and so many are with workers, not acknowledged.

    ``lane`` is the broker's.
    """

    lane: str
    queue: str
    ready: int
    unacknowledged: int


class RealTime(_Event):
    """A call took so many ns of real time, for which the clock is charged from ``t`` on.

    ``what`` the lane's thread did: it ``computed`` or ``waited``.
    """

    lane: str
    what: str
    took: int


class ServiceCalled(_Event):
    """A lane asks a service outside for something: ``text`` says what ("a mail to ana@…").

    ``service`` is the service's lane, ``lane`` the caller's.
    """

    service: str
    lane: str
    request: str | None
    task: str | None
    text: str


class ServiceAnswered(_Event):
    """A service has answered ``lane``: ``text`` says how ("250 accepted"), ``ok`` whether well."""

    service: str
    lane: str
    text: str
    ok: bool


class Pushed(_Event):
    """A lane sends a user an event over a connection that stays open.

    ``socket`` is the request that opened it, ``request`` and ``task`` are what the lane works for;
    ``name`` is the event's, ``text`` what comes with it.
    """

    socket: str
    lane: str
    request: str | None
    task: str | None
    name: str
    text: str


class PushReceived(_Event):
    """The next event that was sent over ``socket`` has reached the user."""

    socket: str


class SocketClosed(_Event):
    """The server has closed a connection that stayed open. ``lane`` had served it."""

    socket: str
    lane: str


class Redirected(_Event):
    """The program named a server outside (``address``, without password); the lab stood in for it.

    ``what`` is what the program uses it as: ``broker``, ``results``, ``redis``.
    """

    what: str
    address: str


class Cut(_Event):
    """The run was ended before its end: ``limit`` names the bound, ``reason`` says it in words."""

    limit: str
    reason: str


class End(_Event):
    """The run is over: everything was answered and nothing is left to do."""


Event: TypeAlias = (
    LaneBorn
    | LaneDied
    | Line
    | Changed
    | Shared
    | Raised
    | State
    | RequestSent
    | RequestArrived
    | RequestReceived
    | FirstByteSent
    | ResponseSent
    | FirstByteReceived
    | ResponseReceived
    | RequestFailed
    | Incident
    | Task
    | Output
    | Loaded
    | RealTime
    | Depth
    | ServiceCalled
    | ServiceAnswered
    | Pushed
    | PushReceived
    | SocketClosed
    | Redirected
    | Cut
    | End
)
