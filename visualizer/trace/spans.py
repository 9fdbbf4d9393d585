"""Spans: what each lane did, as stretches of time.

A lane does one thing at a time, so its spans never overlap: a new state closes the one before.
Equal neighbours become one span, and a stretch of no length none. A user's lane waits from
sending a request to having its response, and is ``queued`` while the request stands in the
server's accept queue; the other lanes show what their threads do. A lane of which nothing else
is told runs from the moment that it takes up a request or begins a line.
"""

from __future__ import annotations

from collections.abc import Sequence

from . import events as ev
from .facts import Facts
from .records import EVENTS, STAY_OPEN, Span, SpanState
from .times import seconds
from .working import Working

_STATES: dict[ev.ThreadState, SpanState] = {
    "running": "running",
    "ready": "queued",
    "sleeping": "sleeping",
    "waiting": "waiting",
    "blocked": "blocked",
}
_FOR_NEWS = frozenset({"an item in a queue", "an event", "a condition"})
"""For what a server waits that has nothing to say, on a connection for server-sent events."""

_PROGRESSIVE = {"sleeps": "sleeping", "waits": "waiting"}


def spans_of(events: Sequence[ev.Event], facts: Facts) -> list[Span]:
    """The spans of a run by start, then by lane. What has not ended ends at the last event."""
    lanes = _Lanes(facts)
    working = Working()
    for event in events:
        if isinstance(event, ev.Line):
            if event.lane not in lanes.open:
                lanes.work(event.lane, event, working)
            continue
        lane = working.see(event)
        if lane is not None:
            lanes.work(lane, event, working)
        match event:
            case ev.State():
                if event.state == "idle":
                    lanes.stop(event.lane, event.t)
                    continue
                request = event.request or working.unanswered(event.lane)
                task = event.task or working.task(event.lane)
                state = lanes.state(event, request)
                lanes.begin(event.lane, event.t, state, request, task, _reason(event))
            case ev.LaneDied():
                lanes.die(event.lane, event.t)
            case ev.Depth():
                lanes.fill(event)
            case ev.RequestSent():
                lanes.wait(event.request, event.t)
            case ev.RequestArrived():
                lanes.wait(event.request, event.t, queued=True)
            case ev.RequestReceived():
                lanes.wait(event.request, event.t)
            case ev.FirstByteSent():
                lanes.opened.add(event.request)
            case ev.FirstByteReceived():
                lanes.listen(event.request, event.t)
            case ev.ResponseReceived() | ev.RequestFailed():
                lanes.answer(event.request, event.t)
    return lanes.finish(events)


def longest_waits(spans: Sequence[Span]) -> dict[str, str]:
    """For each task that slept or was blocked, its longest wait in words: "sleeping 5 s"."""
    longest: dict[str, tuple[float, str]] = {}
    for span in spans:
        if span.task is None or span.state not in ("sleeping", "waiting", "blocked"):
            continue
        length = span.end - span.start
        if span.task not in longest or length > longest[span.task][0]:
            verb, _, rest = span.label.partition(" ")
            words = f"{_PROGRESSIVE[verb]} {rest}" if verb in _PROGRESSIVE else span.label
            longest[span.task] = (length, words.strip())
    return {task: words for task, (_, words) in longest.items()}


def _reason(event: ev.State) -> str:
    """Why a thread is in its state, in words; empty where that is told by what it works for."""
    if event.state == "ready":
        return event.reason or "waits for the interpreter lock"
    if event.reason:
        return event.reason
    if event.state == "sleeping":
        return f"sleeps {event.seconds:g} s" if event.seconds is not None else "sleeps"
    return "waits" if event.state in ("waiting", "blocked") else ""


def _content(depth: ev.Depth) -> str:
    """What is in a queue, in words: "2 tasks wait in celery, 1 is with a worker"."""
    taken = depth.unacknowledged
    parts = []
    if depth.ready:
        many = depth.ready != 1
        parts.append(f"{depth.ready} task{'s' * many} wait{'' if many else 's'} in {depth.queue}")
    if taken:
        which = "" if depth.ready else f" task{'s' * (taken != 1)} of {depth.queue}"
        parts.append(f"{taken}{which} {'is' if taken == 1 else 'are'} with a worker")
    return ", ".join(parts)


class _Lanes:
    """The open span of each lane, and the closed ones."""

    def __init__(self, facts: Facts) -> None:
        self._facts = facts
        self.open: dict[str, Span] = {}
        self._closed: dict[str, list[Span]] = {lane: [] for lane in facts.lanes}
        self._dead: set[str] = set()
        self._queues: dict[str, dict[str, ev.Depth]] = {}
        #: The request of the connection that a user keeps open, by the user's lane.
        self._listening: dict[str, str] = {}
        #: Requests whose answer has begun.
        self.opened: set[str] = set()

    def state(self, event: ev.State, request: str | None) -> SpanState:
        """The span's state: no harm is done where somebody is there for a quiet connection."""
        if event.state in ("blocked", "waiting"):
            what = event.reason.removeprefix("waits for ")
            asked = self._facts.requests.get(request or "")
            streams = asked is not None and asked.record.method == EVENTS and request in self.opened
            if what == ev.FOR_MESSAGES or (streams and what in _FOR_NEWS):
                return "holding"
        return _STATES[event.state]

    def begin(
        self, lane: str, t: int, state: SpanState, request: str | None, task: str | None, why: str
    ) -> None:
        """From t (ns) on the lane is in this state."""
        if lane in self._dead:
            return
        self.stop(lane, t)
        start = seconds(t)
        self.open[lane] = Span(
            id="",
            lane=lane,
            start=start,
            end=start,
            state=state,
            request=request,
            task=task,
            label=why or self._purpose(lane, request, task),
        )

    def stop(self, lane: str, t: int) -> None:
        """At t (ns) whatever the lane does ends."""
        span = self.open.pop(lane, None)
        if span is not None:
            self._close(span, seconds(t))

    def die(self, lane: str, t: int) -> None:
        self.stop(lane, t)
        self._dead.add(lane)

    def work(self, lane: str, event: ev.Event, working: Working) -> None:
        """The lane turns to something else: it runs on for that, or begins to run."""
        span = self.open.get(lane)
        begins = span is None and isinstance(event, (ev.Line, ev.RequestReceived))
        if begins or (span is not None and span.state == "running"):
            request, task = working.unanswered(lane), working.task(lane)
            self.begin(lane, event.t, "running", request, task, "")

    def wait(self, request: str, t: int, queued: bool = False) -> None:
        """The user of a request waits, ``queued`` while it stands in the accept queue."""
        asked = self._facts.requests[request].record
        if queued:
            self.begin(asked.user, t, "queued", request, None, "waits until the server is free")
        else:
            label = f"waits for {asked.method} {asked.path}"
            self.begin(asked.user, t, "waiting", request, None, label)

    def fill(self, event: ev.Depth) -> None:
        """A queue of a broker has grown or shrunk."""
        queues = self._queues.setdefault(event.lane, {})
        queues[event.queue] = event
        words = [_content(each) for each in queues.values() if each.ready or each.unacknowledged]
        if words:
            self.begin(event.lane, event.t, "queued", None, None, "; ".join(words))
        else:
            self.stop(event.lane, event.t)

    def answer(self, request: str, t: int) -> None:
        """The user has the response, and goes on waiting only for another one."""
        user = self._facts.requests[request].record.user
        span = self.open.get(user)
        if self._listening.get(user) == request:
            del self._listening[user]
        if span is not None and span.request == request:
            self.stop(user, t)
            self._listens(user, t)

    def listen(self, request: str, t: int) -> None:
        """The first byte has come. If it opens a WebSocket, the user listens from now on."""
        asked = self._facts.requests[request].record
        if asked.method in STAY_OPEN:
            self._listening[asked.user] = request
            self.stop(asked.user, t)
            self._listens(asked.user, t)

    def _listens(self, user: str, t: int) -> None:
        request = self._listening.get(user)
        if request is not None:
            self.begin(user, t, "waiting", request, None, "listens on an open connection")

    def finish(self, events: Sequence[ev.Event]) -> list[Span]:
        """All spans. Open ones end with the run, those that only wait for nothing with the work."""
        if events:
            end = last = events[-1].t
            if isinstance(events[-1], ev.End) and len(events) > 1:
                last = events[-2].t
            busy = any(self._goes_on(lane, span) for lane, span in self.open.items())
            for lane in list(self.open):
                self.stop(lane, end if busy else last)
        spans = [span for lane in self._closed.values() for span in lane]
        spans.sort(key=lambda span: span.start)
        for number, span in enumerate(spans, 1):
            span.id = f"s{number}"
        return spans

    def _goes_on(self, lane: str, span: Span) -> bool:
        """Whether an open span is more than a wait for what never came."""
        user = self._facts.lanes[lane].kind == "user"
        return span.state not in ("blocked", "holding") and (user or span.state != "waiting")

    def _close(self, span: Span, end: float) -> None:
        if end <= span.start:
            return
        span.end = end
        closed = self._closed[span.lane]
        if closed and _same(closed[-1], span):
            closed[-1].end = end
        else:
            closed.append(span)

    def _purpose(self, lane: str, request: str | None, task: str | None) -> str:
        if task in self._facts.tasks:
            return f"runs {self._facts.tasks[task].record.name}"
        if request in self._facts.requests:
            asked = self._facts.requests[request].record
            verb = "handles" if self._facts.lanes[lane].kind == "server" else "works for"
            return f"{verb} {asked.method} {asked.path}"
        return "runs"


def _same(one: Span, next_one: Span) -> bool:
    """Does the second go on where the first ended, with the same?"""
    return (
        one.end == next_one.start
        and one.state == next_one.state
        and one.request == next_one.request
        and one.task == next_one.task
        and one.label == next_one.label
    )
