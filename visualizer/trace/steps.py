"""Steps: the rows of the execution table with their texts and states, and with them the part of
the variable tracker that the lab follows itself.

The rows are told in order. Each first changes how its request and its tasks stand, and then
shows how they stand. Until its own row says otherwise, a task at work reads "running (its
longest wait)" once the response is sent.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from . import statuses as st
from .captions import Captions
from .facts import Asked, Facts, Work
from .records import STAY_OPEN, About, Step, Variable
from .rows import Row
from .times import seconds
from .tracker import derived, note


class Telling:
    """Tells rows as steps. ``steps`` and ``variables`` hold the result."""

    def __init__(self, about: About, facts: Facts, waits: Mapping[str, str]) -> None:
        self.steps: list[Step] = []
        self._facts = facts
        self._waits = waits
        self._captions = Captions(about.captions)
        self._nodes: dict[str, str] = {}
        for node, moments in about.flow.items():
            for moment in moments:
                self._nodes.setdefault(moment, node)
        self._responses = dict.fromkeys(facts.requests, st.WAITING)
        self._statuses = dict.fromkeys(facts.tasks, st.NOT_STARTED)
        self._tallies = {
            request: st.Tally(len(asked.tasks)) for request, asked in facts.requests.items()
        }
        self._unanswered: Counter[str] = Counter()
        self._tracked_tasks: dict[str, Variable] = {}
        self._tracked_responses: dict[str, Variable] = {}
        self.variables: list[Variable] = []
        self._track()

    def tell(self, rows: Sequence[Row]) -> None:
        """Make a step of each row, in order."""
        for row in rows:
            told = row.moment != "lost"
            n = len(self.steps) + told
            self._advance(row, n)
            if told:
                self.steps.append(self._step(row, n))

    def _track(self) -> None:
        """Begin the tracker: the tasks of each request and then its response, all as they start."""

        def task(name: str) -> None:
            record = self._facts.tasks[name].record
            self._tracked_tasks[name] = derived(
                f"{record.name} status", record.lane, record.request, st.NOT_STARTED
            )
            self.variables.append(self._tracked_tasks[name])

        for request, asked in self._facts.requests.items():
            for work in asked.tasks:
                task(work.record.id)
            first = st.RESPONSES[st.WAITING]
            self._tracked_responses[request] = derived(
                "response", asked.record.lane, request, first
            )
            if asked.record.method not in STAY_OPEN:
                self.variables.append(self._tracked_responses[request])
        for name in self._facts.tasks:
            if name not in self._tracked_tasks:
                task(name)

    # How things stand after a row ---------------------------------------------------------

    def _advance(self, row: Row, n: int) -> None:
        asked = self._facts.requests.get(row.request or "")
        match row.moment:
            case "request sent" | "connection asked for" | "connection open":
                pass
            case "request received":
                self._unanswered[row.lane] += 1
            case "response sent":
                self._answered(row, n)
            case "request failed":
                self._set_response(row.request or "", st.FAILED, n)
            case "request over":
                for work in asked.tasks if asked else ():
                    self._set_task(work.record.id, st.IDLE, n)
            case moment:
                for task in row.tasks:
                    self._set_task(task, st.AFTER.get(moment) or row.wait or "running", n)
                # Whatever is told of the handling lane before the response prepares it.
                if asked and asked.record.lane == row.lane:
                    self._prepare(asked.record.id, n)

    def _answered(self, row: Row, n: int) -> None:
        request = row.request or ""
        self._unanswered[row.lane] -= 1
        self._set_response(request, st.SENT, n)
        for work in self._facts.requests[request].tasks:
            task = work.record.id
            if self._statuses[task] in st.AT_WORK:
                wait = self._waits.get(task)
                self._set_task(task, f"running ({wait})" if wait else "running", n)

    def _prepare(self, request: str, n: int) -> None:
        if self._responses[request] == st.WAITING:
            self._set_response(request, st.PREPARING, n)

    def _set_response(self, request: str, state: str, n: int) -> None:
        self._responses[request] = state
        note(self._tracked_responses[request], n, st.RESPONSES[state])

    def _set_task(self, task: str, status: str, n: int) -> None:
        old = self._statuses[task]
        if old == status:
            return
        self._statuses[task] = status
        request = self._facts.tasks[task].record.request
        if request in self._tallies:
            self._tallies[request].move(old, status)
        note(self._tracked_tasks[task], n, st.coarse(status))

    # How a row shows it -------------------------------------------------------------------

    def _step(self, row: Row, n: int) -> Step:
        asked = self._facts.requests.get(row.request or "")
        if row.moment in ("request sent", "connection asked for"):
            handler = asked.record.lane if asked else None
            thread = self._facts.lanes[handler].name if handler else None
        else:
            thread = self._facts.lanes[row.lane].name
        return Step(
            n=n,
            t=seconds(row.t),
            lane=row.lane,
            thread=thread,
            action=row.text if row.text is not None else self._text(row, asked, thread),
            moment=row.moment,
            file=row.file,
            line=row.line,
            request=row.request,
            task=row.tasks[0] if row.tasks else None,
            node=self._nodes.get(row.moment),
            response=self._response(row, asked),
            task_status=self._status(row),
        )

    def _text(self, row: Row, asked: Asked | None, thread: str | None) -> str:
        values: dict[str, object] = {"thread": thread, "process": row.process}
        if asked:
            record = asked.record
            values |= {
                "user": self._facts.lanes[record.user].name,
                "method": record.method,
                "path": record.path,
                "status": record.status,
            }
        if row.tasks:
            values["task"] = self._facts.tasks[row.tasks[0]].record.name
        if row.socket:
            user = self._facts.requests[row.socket].record.user
            values |= {"user": self._facts.lanes[user].name, "event": row.event}
        if row.service:
            values |= {"service": self._facts.lanes[row.service].name, "what": row.what}
        if row.error:
            # Only the first line: Flask's errors go on for a paragraph.
            values["error"] = row.error.strip().partition("\n")[0]
        lost = next((work.record for work in _lost(row, asked)), None)
        if lost is not None:
            values["task"] = lost.name
        return self._captions.fill(row.moment, values, lost is not None)

    def _response(self, row: Row, asked: Asked | None) -> str | None:
        if asked is None or asked.record.method in STAY_OPEN:
            return None
        if row.moment == "request over":
            return st.BUSY if self._unanswered[row.lane] > 0 else st.READY
        if row.moment not in ("request sent", "request failed") and row.lane != asked.record.lane:
            return st.NO_CHANGE
        state = self._responses[asked.record.id]
        status = asked.record.status
        if state == st.SENT and status is not None and status >= 400:
            return f"{st.SENT} ({status})"
        return state

    def _status(self, row: Row) -> str | None:
        if row.tasks:
            return self._statuses[row.tasks[0]]
        tally = self._tallies.get(row.request or "")
        return tally.text() if tally else None


def _lost(row: Row, asked: Asked | None) -> Iterator[Work]:
    """The tasks without which a request is over."""
    if row.moment == "request over" and asked is not None:
        yield from (work for work in asked.tasks if work.record.state == "lost")
