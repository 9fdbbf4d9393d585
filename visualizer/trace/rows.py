"""Rows: the moments that the execution table tells, in order, before they get their states.

Only a captioned line makes a row of its own; every other moment of the lab makes one row. What
happens inside a captioned line (a task queued or started, a sleep that begins, and the response
right after a captioned ``return``) merges into the line's row, which then stands at the time and
place of what it took in. A line that already has a row of its lane behind it takes in nothing
but the response, so that no row ever jumps over the row of a line that it called.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from . import events as ev
from .facts import Facts
from .records import STAY_OPEN
from .returns import Returns
from .times import seconds
from .working import Working


@dataclass(slots=True)
class Row:
    """A row to be. ``at`` is its place in the list of events, ``late`` 1 for what follows from it.

    ``moment`` is "lost" for the end of a task with its lane, which changes states but is not
    told. ``wait`` is the state in which the line stood still, where it did.
    """

    t: int
    at: int
    moment: str
    lane: str
    request: str | None
    tasks: list[str] = field(default_factory=list)
    text: str | None = None
    file: str | None = None
    line: int | None = None
    wait: str | None = None
    error: str | None = None
    #: The lane of a service that was asked, and for what.
    service: str | None = None
    what: str | None = None
    #: The request of the connection over which an event was sent, and the event.
    socket: str | None = None
    event: str | None = None
    process: str | None = None
    late: int = 0

    @property
    def plain(self) -> bool:
        """Is this a captioned line during which nothing else was seen to happen (so far)?"""
        return self.moment.startswith("in ")

    def merge(self, t: int, at: int, moment: str, tasks: list[str]) -> None:
        """Take in what happened inside this line, at t (ns)."""
        self.t, self.at, self.moment, self.tasks, self.wait = t, at, moment, tasks, None


@dataclass(slots=True)
class _Place:
    """Where a lane is: inside which captioned line, and inside which captioned ``return``."""

    row: Row | None = None
    depth: int = 0
    function: str = ""
    answer: Row | None = None
    answer_depth: int = 0


def rows_of(events: Sequence[ev.Event], facts: Facts, returns: Returns) -> list[Row]:
    """The rows of a run, in order."""
    story = _Story(facts, returns)
    for at, event in enumerate(events):
        if isinstance(event, ev.Line):
            story.line(event, at)
        else:
            story.see(event, at)
    story.rows += _losses(facts, events)
    story.rows += _overs(facts, events)
    story.rows.sort(key=lambda row: (row.at, row.late))
    return story.rows


def _losses(facts: Facts, events: Sequence[ev.Event]) -> list[Row]:
    """Where tasks were lost, for the states of the rows that follow."""
    rows = []
    for task, work in facts.tasks.items():
        if work.record.state == "lost" and work.ended is not None:
            lane = work.record.lane or ""
            at = work.ended
            rows.append(Row(events[at].t, at, "lost", lane, work.record.request, [task]))
    return rows


def _overs(facts: Facts, events: Sequence[ev.Event]) -> list[Row]:
    """The row "request over" for each request that is answered and left nothing to do."""
    rows = []
    for request, asked in facts.requests.items():
        lane = asked.record.lane
        if asked.answered is None or lane is None:
            continue
        ends = [asked.answered]
        ends += [work.ended for work in asked.tasks if work.ended is not None]
        at, died = max(ends), facts.lanes[lane].died
        if died is not None and seconds(events[at].t) >= died:
            continue  # nobody is left who would be ready for the next
        if len(ends) == len(asked.tasks) + 1:
            rows.append(Row(events[at].t, at, "request over", lane, request, late=1))
    return rows


class _Story:
    def __init__(self, facts: Facts, returns: Returns) -> None:
        self.rows: list[Row] = []
        self._facts = facts
        self._returns = returns
        self._working = Working()
        self._places: dict[str, _Place] = {}
        self._told: set[tuple[str, int]] = set()

    def see(self, event: ev.Event, at: int) -> None:
        """Add an event that is no line to the story."""
        self._working.see(event)
        match event:
            case ev.State():
                self._state(event, at)
            case ev.Changed():
                place = self._places.get(event.lane)
                if place and place.row and place.function == event.function:
                    place.row = None
            case ev.Raised():
                # A line that raised does not give the answer, even if it is a ``return``.
                place = self._places.get(event.lane)
                if place:
                    place.answer = None
            case ev.RequestSent():
                moment = "connection asked for" if self._opens(event.request) else "request sent"
                self._add(Row(event.t, at, moment, event.lane, event.request))
            case ev.RequestReceived():
                moment = "connection open" if self._opens(event.request) else "request received"
                self._add(Row(event.t, at, moment, event.lane, event.request))
            case ev.ResponseSent():
                self._response(event, at)
            case ev.RequestFailed():
                user = self._facts.requests[event.request].record.user
                row = Row(event.t, at, "request failed", user, event.request, error=event.error)
                self._add(row)
            case ev.Incident():
                self._incident(event, at)
            case ev.Task() if event.moment != "lost":
                self._task(event, at)
            case ev.Pushed():
                self._pushed(event, at)
            case ev.ServiceCalled():
                self._called(event, at)
            case ev.ServiceAnswered() if not event.ok:
                row = self._of_service("service failed", event, at)
                row.error = event.text

    def _incident(self, event: ev.Incident, at: int) -> None:
        """What was done to a process, with the tasks that are lost by it; or to a message."""
        if event.moment == "dropped":
            moment, tasks = "message dropped", [event.task] if event.task else []
        else:
            moment, tasks = f"process {event.moment}", []
        if event.moment in ("killed", "stopped"):
            tasks = self._facts.lost_with(event.lane, at, event.t)
        requests = {self._facts.tasks[task].record.request for task in tasks}
        request = requests.pop() if len(requests) == 1 else None
        self._add(Row(event.t, at, moment, event.lane, request, tasks, process=event.name))

    def _add(self, row: Row) -> Row:
        self.rows.append(row)
        return row

    def line(self, event: ev.Line, at: int) -> None:
        """Add a line to the story."""
        if event.caption is None and event.lane not in self._places:
            return
        where = (event.file, event.line)
        if event.function.startswith("<") and event.function != "<module>" and where in self._told:
            # A comprehension or lambda runs a line whose caption speaks of the whole line.
            return
        place = self._places.setdefault(event.lane, _Place())
        if place.row and event.depth <= place.depth:
            place.row = None
        if place.answer and event.depth <= place.answer_depth:
            place.answer = None
        if event.caption is None:
            return
        self._told.add(where)
        task = self._working.task(event.lane)
        place.row = self._add(
            Row(
                event.t,
                at,
                f"in {event.function}",
                event.lane,
                self._working.request(event.lane),
                [task] if task else [],
                event.caption,
                event.file,
                event.line,
            )
        )
        place.depth = event.depth
        place.function = event.function
        if place.answer is None and self._returns.has(event.file, event.line):
            place.answer = place.row
            place.answer_depth = event.depth

    def _state(self, event: ev.State, at: int) -> None:
        if event.state not in ("sleeping", "waiting", "blocked"):
            return
        place = self._places.get(event.lane)
        row = place.row if place else None
        if row and row.plain and row.wait is None:
            row.t, row.at, row.wait = event.t, at, event.state

    def _response(self, event: ev.ResponseSent, at: int) -> None:
        place = self._places.pop(event.lane, None)
        row = place.answer if place else None
        if row and row.plain:
            row.merge(event.t, at, "response sent", [])
        else:
            self._add(Row(event.t, at, "response sent", event.lane, event.request))

    def _opens(self, request: str) -> bool:
        """Whether a request opens a connection that stays open, for which there is no response."""
        return self._facts.requests[request].record.method in STAY_OPEN

    def _pushed(self, event: ev.Pushed, at: int) -> None:
        place = self._places.get(event.lane)
        row = place.row if place else None
        if row and row.plain:
            row.merge(event.t, at, "message pushed", row.tasks)
        elif row is None or row.moment != "message pushed":
            request, task = self._working.request(event.lane), self._working.task(event.lane)
            tasks = [task] if task else []
            row = self._add(Row(event.t, at, "message pushed", event.lane, request, tasks))
            row.socket, row.event = event.socket, event.name

    def _called(self, event: ev.ServiceCalled, at: int) -> None:
        place = self._places.get(event.lane)
        row = place.row if place else None
        if row and row.plain and row.wait is None:
            row.merge(event.t, at, "service called", row.tasks)
        else:
            row = self._of_service("service called", event, at)
        row.wait, row.service, row.what = "waiting", event.service, event.text

    def _of_service(
        self, moment: str, event: ev.ServiceCalled | ev.ServiceAnswered, at: int
    ) -> Row:
        """A row of its own about a service and whoever asked it."""
        request, task = self._working.request(event.lane), self._working.task(event.lane)
        tasks = [task] if task else []
        return self._add(
            Row(event.t, at, moment, event.lane, request, tasks, service=event.service)
        )

    def _task(self, event: ev.Task, at: int) -> None:
        moment = f"task {event.moment}"
        place = self._places.get(event.lane)
        row = place.row if place else None
        if event.moment in ("queued", "started") and row:
            if row.plain:
                row.merge(event.t, at, moment, [event.task])
                return
            if row.moment == moment:
                row.tasks.append(event.task)
                return
        elif event.moment in ("retried", "failed", "finished", "rejected") and place:
            place.row = None
        work = self._facts.tasks[event.task]
        self._add(
            Row(
                event.t,
                at,
                moment,
                event.lane,
                event.request or work.record.request,
                [event.task],
                error=event.error,
            )
        )
