"""Writes down what a program does while it runs: the events of a trace.

The recorder is told by the clock what threads do, and by ``tracer`` which lines run. It keeps a
list of events that it hands to ``sink`` in batches, so that a run that dies still has told what it
did. It decides nothing about steps or pictures.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from types import FrameType
from typing import Any, TypeAlias

from visualizer.clock import (
    Instrument,
    ObservedClock,
    State,
    ThreadInfo,
    VirtualClock,
    processor_time,
    real_time,
)
from visualizer.trace.events import (
    Cut,
    LaneBorn,
    LaneDied,
    LaneKind,
    Line,
    Loaded,
    Output,
    Stream,
    Task,
    TaskMoment,
)
from visualizer.trace.events import State as StateEvent

from .crew import Crew
from .sights import Message, Place, Sight, Stretch
from .values import one_line, scrub

BATCH = 256
"""Events after which they are handed on."""

FLUSH_SECONDS = 0.02
"""Real seconds after which events are handed on although the batch is not full."""

EVENTS_A_LINE = 4
"""Events that a program may cause for each line that it may run."""

DEEP_STACK = 8 * 2**20
"""Bytes of a stack at whose end nothing arrives: the recursion limit of CPython comes first."""

DEEP_THREADS = 64
"""Threads alive at once that get one. Thousands would not fit: the others get the following."""

FLAT_STACK = 256 * 2**10

OUTPUT = 200_000
"""Most characters that a program may print."""


@dataclass(slots=True)
class Lane:
    """A thread of the program as the recorder knows it."""

    id: str
    kind: LaneKind
    name: str
    #: Started by the program itself (not by a library): while it lives there is work left.
    own: bool = False
    #: A server thread that waits for a request.
    idle: bool = False
    #: How many frames of listings are on its stack.
    depth: int = 0
    request: str | None = None
    task: str | None = None
    task_name: str | None = None
    error: str | None = None
    shown_idle: bool = False
    #: The number of the thread whose states are the lane's, where several share it.
    told_by: int | None = None
    #: For what it waits where that is known better than from its lock: "messages of the user".
    waits_for: str = ""

    @property
    def traced(self) -> bool:
        """Whether lines of the program may run in it. A worker's own do not, between two tasks."""
        return self.kind != "worker" or self.task is not None

    @property
    def works(self) -> bool:
        """Whether there is work of the program left in it (if it does not wait forever)."""
        if self.kind == "server":
            return not self.idle
        return self.own or self.depth > 0 or self.task is not None


HIDDEN = Lane("", "thread", "")
"""Stands for no lane at all: a thread that is a library's own affair."""

#: The task of a lane, and its name, while a call inside it is a task of its own.
Outer: TypeAlias = tuple[str | None, str | None]


class Recorder(Instrument):
    """Collects events of one run. ``files`` are the listings' file names."""

    def __init__(
        self,
        clock: VirtualClock | ObservedClock,
        files: set[str],
        sink: Callable[[list[Message]], None],
        limit_lines: int,
        limit_threads: int,
    ) -> None:
        self.clock = clock
        self.files = files
        self.events: list[Message] = []
        #: The sights of the last message, if it is a stretch that may go on.
        self.sights: list[Sight] | None = None
        self.trace_function: Callable[..., Any] | None = None
        #: Before the ids of lanes and tasks, where there are several processes.
        self.prefix = ""
        #: Whether users wait whom this process may have to answer.
        self.users_wait: Callable[[], bool] = lambda: False
        #: The lane that stands for the process: the server's first.
        self.home = "server-1"
        #: The process has ended as it was asked to, while the run goes on.
        self.left = False
        #: Tasks that are with this process and have not begun.
        self.held: set[str] = set()
        #: Modules that start a thread for whoever calls them.
        self.starters: tuple[str, ...] = ("threading", "visualizer.clock")
        self._sink = sink
        self._limit_lines = limit_lines
        self._limit_threads = limit_threads
        self._threads_left = limit_threads
        self._lines_left = limit_lines
        self._events_left = EVENTS_A_LINE * limit_lines
        self._output_left = OUTPUT
        self._recording = False
        self.origin = 0
        #: The processor time (s) of this process at the beginning of the record.
        self.begun = 0.0
        #: The lanes that take turns on a thread, by its number.
        self.crews: dict[int, Crew] = {}
        #: Asked for the lane of a new thread: that of another, whose helper the thread is, or None.
        self.find_lane: Callable[[ThreadInfo, ThreadInfo], Lane | None] = lambda _, __: None
        #: Threads that share the lane of another, and who told its states before.
        self._helpers: dict[int, int | None] = {}
        self._next_server: tuple[str, str] | None = None
        self._counts: dict[str, int] = {}
        self._busy: set[int] = set()
        self._early: list[tuple[Stream, str]] = []
        self._loaded: list[str] = []
        self._cut = False
        self._flushed = real_time()

    # -- writing --------------------------------------------------------------------------

    @property
    def now(self) -> int:
        return self.clock.now - self.origin

    def begin(self, origin: int | None = None) -> None:
        """The program is loaded: time 0 is now, or was, and from now on lines are recorded."""
        self.origin = self.clock.now if origin is None else origin
        self.begun = processor_time()
        self._recording = True
        for file in self._loaded:
            self.add(Loaded(0, file))

    def loaded(self, file: str) -> None:
        """A listing of several is imported, at the beginning or later."""
        if self._recording:
            self.add(Loaded(self.now, file))
        else:
            self._loaded.append(file)

    def serving(self) -> None:
        """The server's lanes exist: what the program printed while it was loaded is theirs."""
        for stream, text in self._early:
            self.add(Output(self.now, self.home, stream, text))
        self._early.clear()

    @property
    def recording(self) -> bool:
        return self._recording

    def add(self, event: Message) -> None:
        self.sights = None
        self.events.append(event)
        if len(self.events) >= BATCH:
            self.flush()

    def begin_stretch(self, lane: str, depth: int) -> list[Sight]:
        """Where to write the next lines of a frame, until ``sights`` is something else."""
        if len(self.events) >= BATCH:
            self.flush()
        self.sights = []
        self.events.append(Stretch(lane, depth, self.origin, self.sights))
        return self.sights

    def flush(self) -> None:
        """Hand the events on; end the run if there are too many."""
        self._flushed = real_time()
        if self.events:
            self.sights = None
            for event in self.events:
                lines = len(event.sights) if isinstance(event, Stretch) else type(event) is Line
                self._lines_left -= lines
                self._events_left -= lines or type(event) is not Place
            self.clock.outside = True
            self._sink(self.events)
            self.clock.outside = False
            self.events.clear()
        if self._lines_left < 0 or self._events_left < 0:
            self.cut("lines", too_many_lines(self._limit_lines))

    def take_back_line(self) -> Callable[[], None]:
        """As the clock asks. Others may write while time passes: what comes is a new stretch."""
        lane, sights = self.lane(), self.sights
        if lane is None or not self.events:
            return lambda: None
        last = self.events[-1]
        if isinstance(last, Line) and last.lane == lane.id:
            self.events.pop()

            def again() -> None:
                last.t = self.now
                self.add(last)

            return again
        if not isinstance(last, Stretch) or sights is not last.sights or last.lane != lane.id:
            return lambda: None
        _, place, name, value = sights.pop()

        def go_on() -> None:
            self.begin_stretch(last.lane, last.depth).append((self.clock.now, place, name, value))

        return go_on

    def told(self) -> int:
        """How many lines and events there have been, roughly."""
        handed_on = self._limit_lines * (1 + EVENTS_A_LINE) - self._lines_left - self._events_left
        return handed_on + len(self.events) + len(self.sights or ())

    def cut(self, limit: str, reason: str) -> None:
        """End the run before its end, and say why."""
        if not self._cut:
            self._cut = True
            self.events.append(Cut(self.now, limit, reason))
            self.clock.stop()

    @property
    def was_cut(self) -> bool:
        return self._cut

    def number(self, prefix: str, separator: str = "") -> str:
        """The next id of a kind: ``r1``, ``r2``, …"""
        self._counts[prefix] = self._counts.get(prefix, 0) + 1
        return f"{self.prefix}{prefix}{separator}{self._counts[prefix]}"

    def count_from(self, prefix: str, number: int) -> None:
        """The next id of that kind is the one after ``number``."""
        self._counts[prefix] = number

    # -- lanes ----------------------------------------------------------------------------

    def lane(self) -> Lane | None:
        """The lane of the thread that runs now; None while the program is being loaded."""
        current = self.clock.current
        return current.data if current is not None else None

    def own_lane(self) -> Lane:
        """The lane of the thread that runs now, which has one."""
        lane = self.lane()
        assert lane is not None
        return lane

    def expect_server(self, name: str) -> None:
        """The next thread that starts is a thread of the server."""
        self._next_server = (self.number("server", "-"), name)
        if self._counts["server"] == 1:
            self.home = self._next_server[0]

    def become_server(self, name: str) -> None:
        """The calling thread, which has loaded the program, is the server's from now on."""
        current = self.clock.current
        assert current is not None
        lane = current.data = Lane(self.number("server", "-"), "server", name, idle=True)
        self.home = lane.id
        self.add(LaneBorn(self.now, lane.id, lane.kind, lane.name))
        self.keep_tracing()

    def thread_started(self, thread: ThreadInfo, starter: ThreadInfo | None) -> None:
        alive = len(self.clock.threads)
        threading.stack_size(DEEP_STACK if alive < DEEP_THREADS else FLAT_STACK)  # of the next
        if starter is None:
            return  # the thread that loads the program has no lane
        parent: Lane | None = starter.data
        if self._next_server is not None:
            lane_id, name = self._next_server
            self._next_server = None
            lane = Lane(lane_id, "server", name, idle=True)
        elif (helped := self.find_lane(thread, starter)) is not None:
            if helped is HIDDEN:
                return
            thread.data = helped
            self._helpers[thread.ident] = helped.told_by
            helped.told_by = thread.ident
            return
        else:
            lane = Lane(self.number("thread", "-"), "thread", scrub(thread.name))
            lane.request = parent.request if parent else None
        thread.data = lane
        self._announce(lane, parent)
        if lane.kind == "thread" and self._started_by_listing():
            lane.own = True
            self._busy.add(thread.ident)
            self.start_task(lane, parent, _work_of(thread))

    def open_lane(self, kind: LaneKind, name: str, parent: Lane) -> Lane:
        """A new lane that is no thread's."""
        lane = Lane(self.number(kind, "-"), kind, scrub(name))
        self._announce(lane, parent)
        return lane

    def _announce(self, lane: Lane, parent: Lane | None) -> None:
        self._threads_left -= 1
        if self._threads_left < 0:
            self.cut("threads", f"the program started more than {self._limit_threads:,} threads")
        self.add(LaneBorn(self.now, lane.id, lane.kind, lane.name, parent.id if parent else None))

    def start_task(self, lane: Lane, parent: Lane | None, name: str) -> None:
        """``parent`` starts a task of that name, which ``lane`` runs."""
        lane.task, lane.task_name = self.number("t"), name
        where = parent.id if parent else lane.id
        self.add(Task(self.now, lane.task, name, "started", where, lane.request, lane.id))

    def _started_by_listing(self) -> bool:
        frame: FrameType | None = sys._getframe(2)
        while frame is not None:
            name = frame.f_code.co_filename
            if name in self.files:
                return True
            if not frame.f_globals.get("__name__", "").startswith(self.starters):
                return False
            frame = frame.f_back
        return False

    def thread_begins(self, thread: ThreadInfo) -> None:
        lane: Lane | None = thread.data
        if lane is not None and lane.traced:
            sys.settrace(self.trace_function)

    def keep_tracing(self) -> None:
        """Trace the calling thread again if that has stopped.

        It does where the recursion limit is reached inside a trace function; CPython then drops it.
        """
        if sys.gettrace() is None:
            sys.settrace(self.trace_function)

    def thread_ended(self, thread: ThreadInfo) -> None:
        sys.settrace(None)  # the program has left it; handing the baton on is not worth tracing
        self._busy.discard(thread.ident)
        lane: Lane | None = thread.data
        if lane is None:
            return
        if thread.ident in self._helpers:
            if lane.told_by == thread.ident:
                lane.told_by = self._helpers[thread.ident]
            return
        if lane.own and lane.task is not None:
            self.task(lane, "failed" if lane.error else "finished", lane.error)
        self.add(LaneDied(self.now, lane.id))

    def task(self, lane: Lane, moment: TaskMoment, error: str | None = None) -> None:
        """Something happened to the lane's own task."""
        assert lane.task is not None and lane.task_name is not None
        self.add(
            Task(self.now, lane.task, lane.task_name, moment, lane.id, lane.request, lane.id, error)
        )

    def begin_call(self, lane: Lane, name: str) -> Outer:
        """A function that counts as a task is called in ``lane``. Keep the answer for its end."""
        outer = (lane.task, lane.task_name)
        lane.task, lane.task_name = self.number("t"), name
        self.task(lane, "started")
        return outer

    def end_call(self, lane: Lane, error: str | None, outer: Outer) -> None:
        """The function has returned, or let ``error`` through."""
        self.task(lane, "failed" if error else "finished", error)
        lane.task, lane.task_name = outer

    # -- states ---------------------------------------------------------------------------

    def thread_state(
        self, thread: ThreadInfo, state: State, reason: str, seconds: float | None
    ) -> None:
        lane: Lane | None = thread.data
        if lane is None:
            return
        crew = self.crews.get(thread.ident)
        if state == "sleeping" or state == "blocked":
            if real_time() - self._flushed > FLUSH_SECONDS:
                self.flush()
            if sys.gettrace() is None and lane.traced:
                self.keep_tracing()
            # The account of threads that have work left although they wait.
            if seconds is not None and (lane.works or (crew is not None and crew.works)):
                self._busy.add(thread.ident)
            else:
                self._busy.discard(thread.ident)
        if crew is not None:
            if crew.thread_state(state, seconds):
                return
        elif lane.told_by != thread.ident and (lane.told_by or thread.ident in self._helpers):
            return  # with whom it shares the lane says what happens there
        if lane.idle or (
            state == "blocked" and lane.kind in ("thread", "worker", "process") and not lane.works
        ):
            if not lane.shown_idle:
                lane.shown_idle = True
                if lane.kind == "thread":
                    lane.request = None  # a pool's thread has done what it was started for
                self.add(StateEvent(self.now, lane.id, "idle"))
            return
        lane.shown_idle = False
        reason = (
            f"sleeps {seconds:g} s"
            if state == "sleeping"
            else reason and f"waits for {lane.waits_for or reason}"
        )
        now = self.clock.now - self.origin
        self.add(StateEvent(now, lane.id, state, reason, seconds, lane.request, lane.task))

    def before_advance(self) -> bool:
        """A run ends when the users are done and no thread has work left."""
        return self._recording and not self._busy and not self.held and not self.users_wait()

    # -- output ---------------------------------------------------------------------------

    def output(self, stream: Stream, text: str, lane: Lane | None = None) -> None:
        """The program printed ``text``, by whichever thread runs now or in ``lane``."""
        lane = lane or self.lane()
        self._output_left -= len(text)
        if self._output_left < 0:
            self.cut("output", "the program printed more than a trace can hold")
        elif lane is None:
            self._early.append((stream, scrub(text)))
        else:
            self.add(Output(self.now, lane.id, stream, scrub(text)))

    def thread_failed(self, args: threading.ExceptHookArgs) -> None:
        """An exception ended a thread; ``threading`` is about to print it."""
        lane = self.lane()
        if lane is not None and args.exc_value is not None:
            lane.error = one_line(args.exc_value)


def too_many_lines(limit: int) -> str:
    """Why a run was cut that ran more lines than that."""
    return f"the program ran more than {limit:,} lines"


def _work_of(thread: ThreadInfo) -> str:
    """What a thread of the program does: the name of its function."""
    python_thread = getattr(thread, "thread", None)
    own = vars(python_thread) if python_thread is not None else {}
    target = own.get("_target") or own.get("function")
    name = getattr(target, "__name__", None)
    if name is None and type(python_thread) is not threading.Thread:
        name = type(python_thread).__name__
    return scrub(str(name or thread.name))
