"""Traces in the Trace Event Format of Chrome, which Perfetto reads too.

Each trace is a process and each of its lanes a thread, so several variants lie below each other in
one file. Spans are complete events, arrows are flow events, requests and tasks are nestable
asynchronous events, and exceptions are instants. Times are microseconds.

A flow event has no end of its own: a reader ties it to the slice around it on its thread. What
is sent as a span ends has none around it, so its event stands a nanosecond earlier, inside the
span; and a lane without any span at that time gets a slice of a microsecond to tie it to.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import count
from typing import Any

import msgspec

from ..records import Arrow, Lane, Request, Span, SpanState, TaskRecord, Trace
from .lanes import in_order

_Event = dict[str, Any]

#: Names from the fixed list of colours that chrome://tracing knows; Perfetto leaves them out.
_COLOURS: dict[SpanState, str] = {
    "running": "thread_state_running",
    "sleeping": "thread_state_sleeping",
    "waiting": "thread_state_unknown",
    "queued": "thread_state_runnable",
    "blocked": "thread_state_uninterruptible",
    "holding": "thread_state_unknown",
    "retrying": "thread_state_iowait",
    "sending": "good",
}
_MICROSECOND = 1000


def chrome_trace(traces: Sequence[Trace]) -> bytes:
    """One JSON object in UTF-8 that holds all these traces."""
    numbers = count(1)
    events: list[_Event] = []
    for place, trace in enumerate(traces):
        events += _Process(trace, place, numbers).events()
    about = [
        {
            "scenario": trace.scenario,
            "variant": trace.variant,
            "parameters": trace.parameters,
            "seed": trace.seed,
            "clock": trace.clock,
            "python": trace.python,
            "line_cost": trace.model.line_cost,
            "network": trace.model.network,
        }
        for trace in traces
    ]
    return msgspec.json.encode(
        {
            "traceEvents": events,
            "displayTimeUnit": "ms",
            "otherData": {"source": "Meanwhile", "runs": about},
        },
        order="deterministic",
    )


class _Process:
    """One trace. ``numbers`` gives ids: processes, threads and flows share one row of them."""

    def __init__(self, trace: Trace, place: int, numbers: Iterator[int]) -> None:
        self._trace = trace
        self._place = place
        self._numbers = numbers
        self._pid = next(numbers)
        self._lanes: list[Lane] = in_order(trace)
        self._tid = {lane.id: next(numbers) for lane in self._lanes}
        self._spans: dict[str, list[tuple[int, int]]] = {lane.id: [] for lane in self._lanes}
        for span in sorted(trace.spans, key=lambda span: span.start):
            self._spans[span.lane].append((_ns(span.start), _ns(span.end)))
        self._end = max(_ns(t) for t in (0.0, *(span.end for span in trace.spans), trace.duration))

    def events(self) -> Iterator[_Event]:
        """All events: first the names, then what happened in the order of time."""
        yield from self._names()
        timed = [
            *map(self._span, self._trace.spans),
            *(event for arrow in self._trace.arrows for event in self._flow(arrow)),
            *(event for request in self._trace.requests for event in self._request(request)),
            *(event for task in self._trace.tasks for event in self._task(task)),
            *self._instants(),
        ]
        # Where times are equal the order above stays: a reader has to know a span before its flow.
        yield from sorted(timed, key=lambda event: event["ts"])

    def _names(self) -> Iterator[_Event]:
        title = f"{self._trace.scenario} · {self._trace.variant}"
        yield self._name("process_name", self._pid, {"name": title})
        yield self._name("process_sort_index", self._pid, {"sort_index": self._place})
        for order, lane in enumerate(self._lanes):
            tid = self._tid[lane.id]
            yield self._name("thread_name", tid, {"name": lane.name})
            yield self._name("thread_sort_index", tid, {"sort_index": order})

    def _name(self, what: str, tid: int, args: dict[str, Any]) -> _Event:
        return {"ph": "M", "name": what, "pid": self._pid, "tid": tid, "ts": 0, "args": args}

    def _span(self, span: Span) -> _Event:
        return {
            **self._at("X", span.label or span.state, span.state, span.lane, _ns(span.start)),
            "dur": _us(_ns(span.end) - _ns(span.start)),
            "cname": _COLOURS[span.state],
            "args": _known(state=span.state, request=span.request, task=span.task),
        }

    def _flow(self, arrow: Arrow) -> Iterator[_Event]:
        if arrow.arrived is None:
            name = f"{arrow.kind} that never arrives"
            yield self._instant(name, arrow.kind, arrow.from_, arrow.sent)
            return
        # A request begins its sender's wait and its receiver's work; a response ends both.
        sent, slices = self._anchor(arrow.from_, _ns(arrow.sent), arrow, arrow.kind == "request")
        arrived, more = self._anchor(arrow.to, _ns(arrow.arrived), arrow, arrow.kind != "response")
        yield from slices
        yield from more
        flow = {"id": next(self._numbers)}
        yield {**self._at("s", arrow.kind, "arrow", arrow.from_, min(sent, arrived)), **flow}
        yield {**self._at("f", arrow.kind, "arrow", arrow.to, arrived), **flow, "bp": "e"}

    def _anchor(
        self, lane: str, t: int, arrow: Arrow, begins: bool
    ) -> tuple[int, tuple[_Event, ...]]:
        """A time (ns) inside a slice of the lane, and that slice if it had to be made.

        Where one span ends and the next begins at ``t``, ``begins`` says which is meant.
        """
        spans = self._spans[lane]
        place = bisect_right(spans, (t, self._end + 1)) - 1
        after = place >= 0 and spans[place][0] <= t < spans[place][1]
        before = any(start < t <= end for start, end in spans[max(place - 1, 0) : place + 1])
        if after and (begins or not before):
            return t, ()
        if before:
            return t - 1, ()
        made = self._at("X", arrow.kind, "arrow", lane, t)
        return t, ({**made, "dur": 1, "args": {}},)

    def _request(self, request: Request) -> Iterator[_Event]:
        done = request.done
        yield from self._async(
            f"{request.method} {request.path}",
            "request",
            request.user,
            (request.sent, done),
            {"received": request.received, "first byte": request.first_byte},
            _known(request=request.id, status=request.status, answered=done is not None),
        )

    def _task(self, task: TaskRecord) -> Iterator[_Event]:
        begun = task.queued if task.queued is not None else task.started
        if begun is None:
            return
        yield from self._async(
            task.name,
            "task",
            task.lane or self._trace.lanes[0].id,
            (begun, task.finished),
            {"started": task.started} if task.queued is not None else {},
            _known(
                task=task.id,
                request=task.request,
                state=task.state,
                retries=task.retries,
                error=task.error,
            ),
        )

    def _async(
        self,
        name: str,
        kind: str,
        lane: str,
        times: tuple[float, float | None],
        marks: dict[str, float | None],
        args: dict[str, Any],
    ) -> Iterator[_Event]:
        begun, done = times
        # Local to its process: Perfetto puts others under a heading of their own.
        same = {"id2": {"local": hex(next(self._numbers))}}
        yield {**self._at("b", name, kind, lane, _ns(begun)), **same, "args": args}
        for mark, t in marks.items():
            if t is not None:
                yield {**self._at("n", mark, kind, lane, _ns(t)), **same, "args": {}}
        over = self._end if done is None else _ns(done)
        yield {**self._at("e", name, kind, lane, over), **same, "args": {}}

    def _instants(self) -> Iterator[_Event]:
        for problem in self._trace.problems:
            event = self._instant(problem.error, "problem", problem.lane, problem.t)
            yield {**event, "args": {"file": problem.file, "line": problem.line}}
        cut = self._trace.truncated
        if cut is not None and self._lanes:
            event = self._instant(f"Cut: {cut.reason}", "truncated", self._lanes[0].id, 0.0)
            yield {**event, "ts": _us(self._end), "s": "p"}

    def _instant(self, name: str, kind: str, lane: str, t: float) -> _Event:
        return {**self._at("i", name, kind, lane, _ns(t)), "s": "t", "args": {}}

    def _at(self, phase: str, name: str, kind: str, lane: str, t: int) -> _Event:
        return {
            "ph": phase,
            "name": name,
            "cat": kind,
            "pid": self._pid,
            "tid": self._tid[lane],
            "ts": _us(t),
        }


def _ns(seconds: float) -> int:
    """A time of a trace, which is exact to the microsecond."""
    return round(seconds * 1e6) * _MICROSECOND


def _us(nanoseconds: int) -> int | float:
    """Whole microseconds where they are whole."""
    whole, rest = divmod(nanoseconds, _MICROSECOND)
    return whole if rest == 0 else nanoseconds / _MICROSECOND


def _known(**fields: Any) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value is not None}
