"""What the run consisted of: its lanes, requests and tasks, read off the events in one pass.

Everything else of a trace is made from these facts and the events again. An event that names a
lane or a request before it exists is a mistake of the recorder, and raises ``EventError``.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field

from . import events as ev
from .records import ArrowKind, Lane, Push, Request, TaskRecord, Truncated
from .times import seconds


class EventError(ValueError):
    """The list of events cannot be: it speaks of a lane or a request that is not there."""


@dataclass(slots=True)
class Asked:
    """A request, and what its record does not hold.

    ``answered`` is the place in the list of events where the response was sent, ``arrived`` and
    ``answered_at`` are times in seconds.
    """

    record: Request
    arrived: float | None = None
    answered: int | None = None
    answered_at: float | None = None
    tasks: list[Work] = field(default_factory=list)


@dataclass(slots=True)
class Work:
    """A task, and what its record does not hold.

    ``ended`` is the place in the list of events where it ended, well or not. ``starts`` are
    the times (s) and lanes from which it was set going on another lane.
    """

    record: TaskRecord
    ended: int | None = None
    ended_at: float = 0.0
    starts: list[tuple[float, str, str]] = field(default_factory=list)
    #: When and from where it was put into a queue, and when and by whom it was taken out.
    published: list[tuple[float, str]] = field(default_factory=list)
    delivered: list[tuple[float, str]] = field(default_factory=list)


class Facts:
    """Lanes, requests and tasks by their ids, in the order in which they appeared."""

    def __init__(self, events: Sequence[ev.Event]) -> None:
        """Raises EventError for a request or lane that an event names too early."""
        self.lanes: dict[str, Lane] = {}
        self.requests: dict[str, Asked] = {}
        self.tasks: dict[str, Work] = {}
        #: What went to services outside and came back: kind, time (s), from, to.
        self.calls: list[tuple[ArrowKind, float, str, str]] = []
        self.pushes: list[Push] = []
        self._on_the_way: dict[str, deque[Push]] = {}
        self.cut: Truncated | None = None
        self.ended = False
        self._at_work: dict[str, list[Work]] = {}
        self._processes: dict[str, str | None] = {}
        #: Processes that were killed, by their first lanes.
        self._killed: set[str | None] = set()
        for at, event in enumerate(events):
            match event:
                case ev.Line() | ev.State() | ev.Changed() | ev.Raised() | ev.Output():
                    if event.lane not in self.lanes:
                        self.lane(event.lane, event)
                case ev.LaneBorn():
                    self._processes[event.lane] = event.process
                    self.lanes[event.lane] = Lane(
                        id=event.lane,
                        kind=event.kind,
                        name=event.name,
                        parent=event.parent,
                        born=seconds(event.t),
                        died=None,
                    )
                case ev.LaneDied():
                    self._lane_died(event, at)
                case ev.Task():
                    self._task(event, at)
                case ev.Cut():
                    self.cut = Truncated(limit=event.limit, reason=event.reason)
                case ev.End():
                    self.ended = True
                case ev.Incident():
                    self._incident(event, at)
                case ev.Depth() | ev.Shared() | ev.Redirected() | ev.Loaded() | ev.RealTime():
                    pass
                case ev.Pushed() | ev.PushReceived():
                    self._push(event)
                case ev.SocketClosed():
                    pass
                case ev.ServiceCalled() | ev.ServiceAnswered():
                    self._service(event)
                case _:
                    self._request(event, at)

    def lane(self, name: str, event: ev.Event) -> Lane:
        """The lane of that id. Raises EventError where there is none (yet)."""
        found = self.lanes.get(name)
        if found is None:
            raise EventError(f"{type(event).__name__} at {event.t} ns: no lane {name!r} was born")
        return found

    def process(self, lane: str) -> str | None:
        """The lane of the process that a lane belongs to; None for the server's own process."""
        if self._processes.get(lane) is not None:
            return self._processes[lane]
        found, each = None, self.lanes.get(lane)
        while each is not None:
            if each.kind in ("worker", "process"):
                found = each.id
            each = self.lanes.get(each.parent or "")
        return found

    def lost_with(self, lane: str, at: int, t: int) -> list[str]:
        """The tasks that were lost with a process, whose end is at that place in the events.

        ``t`` is the time of its end in nanoseconds. The lane may have ended before: in a deploy
        the server's thread does, and a thread that it started goes on for a while."""
        own, died = self._processes.get(lane), seconds(t)
        return [
            task
            for task, work in self.tasks.items()
            if work.record.state == "lost"
            and (work.ended or 0) > at
            and work.ended_at == died
            and self._processes.get(work.record.lane or work.published[-1][1]) == own
        ]

    def handler(self, request: str | None) -> str | None:
        """The id of the lane that handled a request, or None."""
        asked = self.requests.get(request) if request else None
        return asked.record.lane if asked else None

    def _request(
        self,
        event: ev.RequestSent
        | ev.RequestArrived
        | ev.RequestReceived
        | ev.FirstByteSent
        | ev.ResponseSent
        | ev.FirstByteReceived
        | ev.ResponseReceived
        | ev.RequestFailed,
        at: int,
    ) -> None:
        now = seconds(event.t)
        if isinstance(event, ev.RequestSent):
            self.requests[event.request] = Asked(
                Request(
                    id=event.request,
                    user=self.lane(event.lane, event).id,
                    method=event.method,
                    path=event.path,
                    lane=None,
                    sent=now,
                    received=None,
                    first_byte=None,
                    done=None,
                    status=None,
                    body=None,
                )
            )
            return
        asked = self.requests.get(event.request)
        if asked is None:
            raise EventError(
                f"{type(event).__name__} at {event.t} ns: no request {event.request!r} was sent"
            )
        record = asked.record
        match event:
            case ev.RequestArrived():
                asked.arrived = now
            case ev.RequestReceived():
                record.lane = self.lane(event.lane, event).id
                record.received = now
            case ev.FirstByteSent():
                record.status = event.status
            case ev.ResponseSent():
                record.status = event.status
                record.body = event.body
                asked.answered = at
                asked.answered_at = now
            case ev.FirstByteReceived():
                record.first_byte = now
            case ev.ResponseReceived():
                record.done = now
            case ev.RequestFailed():
                record.failed, record.error = now, event.error

    def _push(self, event: ev.Pushed | ev.PushReceived) -> None:
        on_the_way = self._on_the_way.setdefault(event.socket, deque())
        if isinstance(event, ev.PushReceived):
            if on_the_way:
                on_the_way.popleft().arrived = seconds(event.t)
            return
        push = Push(
            id=f"p{len(self.pushes) + 1}",
            socket=event.socket,
            user=self.requests[event.socket].record.user,
            lane=self.lane(event.lane, event).id,
            request=event.request,
            task=event.task,
            name=event.name,
            text=event.text,
            sent=seconds(event.t),
            arrived=None,
        )
        self.pushes.append(push)
        on_the_way.append(push)

    def _service(self, event: ev.ServiceCalled | ev.ServiceAnswered) -> None:
        here, there = self.lane(event.lane, event).id, self.lane(event.service, event).id
        if isinstance(event, ev.ServiceCalled):
            self.calls.append(("request", seconds(event.t), here, there))
        else:
            self.calls.append(("response", seconds(event.t), there, here))

    def _task(self, event: ev.Task, at: int) -> None:
        now = seconds(event.t)
        self.lane(event.lane, event)
        work = self.tasks.get(event.task)
        if work is None:
            work = self.tasks[event.task] = Work(
                TaskRecord(
                    id=event.task,
                    name=event.name,
                    request=event.request,
                    lane=None,
                    queued=None,
                    started=None,
                    finished=None,
                    state="queued",
                    retries=0,
                    error=None,
                )
            )
            if event.request in self.requests:
                self.requests[event.request].tasks.append(work)
        record = work.record
        match event.moment:
            case "queued":
                record.queued = now
                work.published.append((now, event.lane))
            case "received":
                work.delivered.append((now, event.lane))
            case "started":
                record.state = "started"
                record.error = None
                work.ended = None  # it may have been lost with a worker, and been handed out again
                if record.started is None:
                    record.started = now
                if event.runs_on is not None:
                    record.lane = event.runs_on
                    self._at_work.setdefault(event.runs_on, []).append(work)
                    if event.runs_on != event.lane:
                        work.starts.append((now, event.lane, event.runs_on))
            case "retried":
                record.state = "retrying"
                record.retries += 1
                record.error = event.error
                if work.published:
                    work.published.append((now, event.lane))
                self._stop(work)
            case "failed" | "finished" | "rejected" | "revoked" | "lost":
                record.state = event.moment
                record.error = event.error
                record.finished = now
                work.ended, work.ended_at = at, now
                self._stop(work)

    def _stop(self, work: Work) -> None:
        at_work = self._at_work.get(work.record.lane or "", [])
        if work in at_work:
            at_work.remove(work)

    def _incident(self, event: ev.Incident, at: int) -> None:
        if event.moment == "killed":
            self._killed.add(self._processes.get(self.lane(event.lane, event).id))
        work = self.tasks.get(event.task or "")
        if work is not None:  # its message was dropped
            work.record.state = "lost"
            work.ended, work.ended_at = at, seconds(event.t)

    def _lane_died(self, event: ev.LaneDied, at: int) -> None:
        now = seconds(event.t)
        lane = self.lane(event.lane, event)
        lane.died = now
        lane.killed = self._processes.get(event.lane) in self._killed
        # A task that dies with its lane is lost. Where its end is only told after the lane's,
        # that event corrects this.
        for work in self._at_work.get(event.lane, []):
            work.record.state = "lost"
            work.ended, work.ended_at = at, now
