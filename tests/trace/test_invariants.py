"""What holds for every run: random programs, cut anywhere.

A small model of a server draws the events, so that every list is one that a run could leave.
"""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

import hypothesis.strategies as st
import jsonschema
import msgspec
from hypothesis import given, settings

from visualizer.trace import Trace, decode, derive, encode, records_of, schema
from visualizer.trace import events as ev

from .runs import INLINE_APP, THREAD_APP, Run, about, inline_run, thread_run
from .test_codec import rebuilt

EXAMPLES = settings(deadline=None, max_examples=40)
VALIDATOR = jsonschema.Draft202012Validator(schema())
#: Lines of THREAD_APP that the model runs, the last one a ``return``.
LINES = (17, 18, 19)
STEPS_OF_TIME = (0, 0, 1, 400, 1_000_000, 2_500_000, 5_000_000_000)


class Model:
    """Makes one possible thing happen after another; ``pick(n)`` draws a number below n."""

    def __init__(self, draw: st.DrawFn) -> None:
        self.run = Run(servers=draw(st.integers(1, 2)), users=draw(st.integers(1, 3)))
        self._draw = draw
        self._idle = [e.lane for e in self.run.events
                      if isinstance(e, ev.LaneBorn) and e.kind == "server"]  # fmt: skip
        self._free = [e.lane for e in self.run.events
                      if isinstance(e, ev.LaneBorn) and e.kind == "user"]  # fmt: skip
        self._sent: list[tuple[str, str]] = []
        self._queue: list[tuple[str, str]] = []
        self._views: list[tuple[str, str, str]] = []
        self._threads: list[tuple[str, str, str]] = []
        self._queued: list[tuple[str, str]] = []
        self._count = 0

    def pick(self, below: int) -> int:
        return self._draw(st.integers(0, below - 1))

    def step(self) -> None:
        self.run.now += STEPS_OF_TIME[self.pick(len(STEPS_OF_TIME))]
        choices = [
            action
            for action, possible in (
                (self.send, self._free),
                (self.arrive, self._sent),
                (self.receive, self._queue and self._idle),
                (self.view_line, self._views),
                (self.start_thread, self._views),
                (self.queue, self._views),
                (self.inline, self._views),
                (self.respond, self._views),
                (self.thread_state, self._threads),
                (self.thread_line, self._threads),
                (self.thread_ends, self._threads),
            )
            if possible
        ]
        if choices:
            choices[self.pick(len(choices))]()

    def name(self, prefix: str) -> str:
        self._count += 1
        return f"{prefix}{self._count}"

    def send(self) -> None:
        user = self._free.pop(self.pick(len(self._free)))
        request = self.name("r")
        self.run.send(request, user)
        self._sent.append((request, user))

    def arrive(self) -> None:
        request, user = self._sent.pop(0)
        self.run.arrive(request)
        self._queue.append((request, user))

    def receive(self) -> None:
        request, user = self._queue.pop(0)
        lane = self._idle.pop(self.pick(len(self._idle)))
        self.run.receive(request, lane)
        self._views.append((request, user, lane))

    def view_line(self) -> None:
        _, _, lane = self._views[self.pick(len(self._views))]
        self.line(lane, "start")

    def line(self, lane: str, function: str) -> None:
        caption = ("told", None)[self.pick(2)]
        changed = [(("start", "global")[self.pick(2)], "x", ("1", "2", None)[self.pick(3)])]
        line = LINES[self.pick(3)]
        if self.pick(4) == 0:
            self.run.add(ev.Raised, lane, "app.py", line, function, "ValueError: no")
        elif self.pick(4) == 0:
            self.run.add(ev.Changed, lane, "app.py", line, function, changed)
        else:
            self.run.line(
                lane, line, function, caption=caption, changed=changed, depth=self.pick(3)
            )

    def start_thread(self) -> None:
        request, _, lane = self._views[self.pick(len(self._views))]
        thread, task = self.name("thread-"), self.name("t")
        self.run.thread(thread, task, request, lane)
        self._threads.append((thread, task, request))

    def queue(self) -> None:
        request, _, lane = self._views[self.pick(len(self._views))]
        self.run.task(self.name("t"), "queued", lane, request=request)

    def inline(self) -> None:
        request, _, lane = self._views[self.pick(len(self._views))]
        task = self.name("t")
        self.run.task(task, "started", lane, request=request, runs_on=lane)
        self.line(lane, "background_task")
        if self.pick(2):
            self.run.sleep(lane, 1.0, request=request, task=task)
        moment = ("finished", "failed")[self.pick(2)]
        self.run.task(task, moment, lane, request=request, error="OSError: no")

    def respond(self) -> None:
        request, user, lane = self._views.pop(self.pick(len(self._views)))
        self.run.respond(request, lane, (200, 500)[self.pick(2)])
        self._free.append(user)
        self._idle.append(lane)

    def thread_state(self) -> None:
        thread, _, _ = self._threads[self.pick(len(self._threads))]
        state = ("running", "ready", "sleeping", "blocked", "idle")[self.pick(5)]
        self.run.state(thread, state)

    def thread_line(self) -> None:
        thread, _, _ = self._threads[self.pick(len(self._threads))]
        self.line(thread, "background_task")

    def thread_ends(self) -> None:
        thread, task, request = self._threads.pop(self.pick(len(self._threads)))
        how = ("finished", "failed", "lost")[self.pick(3)]
        if how == "lost":
            self.run.add(ev.LaneDied, thread)
        else:
            self.run.finish(thread, task, how, request=request)


@st.composite
def runs(draw: st.DrawFn) -> list[ev.Event]:
    """The events of a random run, whole, cut by a limit, or broken off anywhere."""
    model = Model(draw)
    for _ in range(draw(st.integers(0, 40))):
        model.step()
    model.run.now += STEPS_OF_TIME[model.pick(len(STEPS_OF_TIME))]
    match draw(st.sampled_from(["end", "cut", "broken"])):
        case "end":
            return model.run.end()
        case "cut":
            return model.run.add(ev.Cut, "lines", "100 lines are too many").events
    return model.run.events[: draw(st.integers(0, len(model.run.events)))]


def trace_of(events: list[ev.Event]) -> Trace:
    return derive(about(THREAD_APP), events)


@given(runs())
@settings(EXAMPLES)
def test_steps_are_numbered_and_ordered(events: list[ev.Event]) -> None:
    trace = trace_of(events)
    assert [step.n for step in trace.steps] == list(range(1, len(trace.steps) + 1))
    assert all(one.t <= two.t for one, two in pairwise(trace.steps))


@given(runs())
@settings(EXAMPLES)
def test_every_moment_is_told_once(events: list[ev.Event]) -> None:
    trace = trace_of(events)
    told = Counter(step.moment for step in trace.steps)
    seen = Counter(type(event) for event in events)
    ends = Counter(event.moment for event in events if isinstance(event, ev.Task))
    assert told["request sent"] == seen[ev.RequestSent]
    assert told["request received"] == seen[ev.RequestReceived]
    assert told["response sent"] == seen[ev.ResponseSent]
    assert told["task finished"] == ends["finished"]
    assert told["task failed"] == ends["failed"]
    assert told["task started"] <= ends["started"]
    assert "lost" not in told
    captions = sum(isinstance(event, ev.Line) and event.caption is not None for event in events)
    assert sum(step.file is not None for step in trace.steps) == captions


@given(runs())
@settings(EXAMPLES)
def test_a_request_is_over_once_all_is_done_and_nothing_comes_after(events: list[ev.Event]) -> None:
    trace = trace_of(events)
    over = {step.request: step for step in trace.steps if step.moment == "request over"}
    for request in trace.requests:
        tasks = [task for task in trace.tasks if task.request == request.id]
        answered = any(
            step.moment == "response sent" and step.request == request.id for step in trace.steps
        )
        done = all(task.state in ("finished", "failed", "lost") for task in tasks)
        assert (request.id in over) == (answered and done)
        if request.id in over:
            last = [step for step in trace.steps if step.request == request.id][-1]
            assert last is over[request.id]
            assert last.task_status == ("idle" if tasks else None)


@given(runs())
@settings(EXAMPLES)
def test_a_row_has_a_task_status_where_its_request_has_a_task(events: list[ev.Event]) -> None:
    trace = trace_of(events)
    having = {task.request for task in trace.tasks}
    for step in trace.steps:
        assert (step.task_status is not None) == (step.request in having)
        assert step.response is not None


@given(runs())
@settings(EXAMPLES)
def test_spans_of_a_lane_follow_each_other_within_its_life(events: list[ev.Event]) -> None:
    trace = trace_of(events)
    lanes = {lane.id: lane for lane in trace.lanes}
    ends: dict[str, float] = {}
    for span in trace.spans:
        lane = lanes[span.lane]
        assert lane.born <= span.start < span.end
        assert lane.died is None or span.end <= lane.died
        assert ends.get(span.lane, span.start) <= span.start
        ends[span.lane] = span.end
    for one, two in pairwise(sorted(trace.spans, key=lambda span: (span.lane, span.start))):
        same = (one.lane, one.state, one.request, one.task, one.label) == (
            two.lane, two.state, two.request, two.task, two.label,
        )  # fmt: skip
        assert not (same and one.end == two.start)


@given(runs())
@settings(EXAMPLES)
def test_variables_change_at_steps_that_exist(events: list[ev.Event]) -> None:
    trace = trace_of(events)
    for variable in trace.variables:
        for one, two in pairwise(variable.values):
            assert one[0] < two[0]
            assert one[1] != two[1]
        assert all(0 <= n <= len(trace.steps) for n, _ in variable.values)


@given(runs())
@settings(EXAMPLES)
def test_times_make_sense(events: list[ev.Event]) -> None:
    trace = trace_of(events)
    assert trace.duration >= 0
    for arrow in trace.arrows:
        assert arrow.arrived is None or arrow.sent <= arrow.arrived
    if events:
        last = events[-1].t / 1e9 + 1e-6
        assert all(step.t <= last for step in trace.steps)
        assert all(span.end <= last for span in trace.spans)
    assert all(0 <= share <= 1 for share in trace.metrics.busy.values())


@given(runs())
@settings(EXAMPLES)
def test_a_trace_can_be_written_read_streamed_and_checked(events: list[ev.Event]) -> None:
    trace = trace_of(events)
    data = encode(trace)
    assert encode(derive(about(THREAD_APP), events)) == data
    assert decode(data) == trace
    whole = msgspec.json.decode(data)
    VALIDATOR.validate(whole)
    lists = rebuilt([msgspec.json.decode(msgspec.json.encode(each)) for each in records_of(trace)])
    for name, records in lists.items():
        # Tasks and variables come when they begin to matter; the trace lists them by request.
        assert sorted(records, key=repr) == sorted(whole[name], key=repr)


@given(runs())
@settings(EXAMPLES)
def test_events_are_only_read(events: list[ev.Event]) -> None:
    before = msgspec.msgpack.encode(events)
    trace_of(events)
    assert msgspec.msgpack.encode(events) == before


def test_every_beginning_of_a_run_is_a_run() -> None:
    for source, events in ((THREAD_APP, thread_run()), (INLINE_APP, inline_run())):
        whole = derive(about(source), events)
        for length in range(len(events)):
            trace = derive(about(source), events[:length])
            assert trace.truncated is not None
            assert len(trace.steps) <= len(whole.steps)
            assert [step.n for step in trace.steps] == list(range(1, len(trace.steps) + 1))
