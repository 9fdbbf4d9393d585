"""Follows the lines of the listings with ``sys.settrace``, and nothing else.

Every call in every thread of the program passes ``Tracer.call``; it answers None for code
that is not a listing's, which is then left alone. A frame of a listing gets a function of its
own that remembers the values it saw last, so that a line can say what the line before changed.

A line takes ``line_cost`` of virtual time, spent before its effect: its event carries the time at
which it begins, and what it does happens when the cost is paid.

The inner function is the hottest code of the product. After most lines it looks at one variable,
the only one that the line could rebind; all are compared only where a line can do more than that,
or where a variable holds what can change under the same identity (lists, objects of the program).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from inspect import CO_ASYNC_GENERATOR, CO_COROUTINE, CO_GENERATOR
from types import CodeType, FrameType, ModuleType, TracebackType
from typing import Any, TypeAlias

from visualizer.clock import ObservedClock, VirtualClock
from visualizer.trace.events import Change, Changed, Line, Raised
from visualizer.trace.events import Shared as SharedObject

from . import marks
from .listing import Listing
from .rebinding import ANY, rebound_by_line
from .recorder import BATCH, Outer, Recorder
from .sharing import Sharing
from .sights import Place, Sight
from .values import ATOMS, is_stable, one_line, scrub, show

LocalTrace: TypeAlias = Callable[[FrameType, str, Any], Any]

_GENERATORS = CO_GENERATOR | CO_COROUTINE | CO_ASYNC_GENERATOR
_QUIET_ERRORS = (StopIteration, StopAsyncIteration, GeneratorExit)
_NAME = re.compile(r"\{([A-Za-z_]\w*)\}")
_HIDDEN = frozenset(
    {
        "__annotations__",
        "__builtins__",
        "__class__",
        "__classcell__",
        "__doc__",
        "__firstlineno__",
        "__module__",
        "__qualname__",
        "__static_attributes__",
    }
)
_NO_FUNCTIONS = frozenset({"<module>", "<listcomp>", "<setcomp>", "<dictcomp>", "<genexpr>"})

SMALL = 1_000_000_000
"""Whole numbers below this travel as they are: whoever reads them makes their texts."""

_GONE: Any = object()


class Memory:
    """What a scope's variables were when they were looked at last.

    ``known`` holds a small whole number as it is and anything else as (value, text). It may be
    written to directly for a variable that is a small whole number now, while none is unstable.
    """

    __slots__ = ("_scope", "_see", "known", "unstable")

    def __init__(self, scope: str, see: Callable[[str, str, Any], None] | None = None) -> None:
        self._scope = scope
        #: Told of each object that can change, as a variable gets it: scope, name, object.
        self._see = see
        self.known: dict[str, int | tuple[Any, str]] = {}
        #: Names whose text can change while the object stays the same.
        self.unstable: set[str] = set()

    def changes(self, now: Mapping[str, Any]) -> list[Change]:
        """The variables whose texts differ from the last time; None for those that are gone."""
        known = self.known
        found = [
            (self._scope, name, self.text(name))
            for name, value in now.items()
            if self.changed(name, value)
        ]
        if len(known) > len(now):
            for name in [name for name in known if name not in now]:
                self.changed(name, _GONE)
                found.append((self._scope, name, None))
        return found

    def changed(self, name: str, value: Any) -> bool:
        """Look at one variable: is it shown otherwise than the last time?"""
        known, unstable = self.known, self.unstable
        old = known.get(name)
        if type(value) is int and -SMALL < value < SMALL:
            known[name] = value
            unstable.discard(name)
            return old != value
        if type(old) is tuple and old[0] is value and name not in unstable:
            return False
        if value is _GONE:
            unstable.discard(name)
            return known.pop(name, None) is not None
        if name[0] == "." or name in _HIDDEN:
            return False
        text = show(value)
        known[name] = value, text
        if is_stable(value):
            unstable.discard(name)
        else:
            unstable.add(name)
            if self._see is not None and (type(old) is not tuple or old[0] is not value):
                self._see(self._scope, name, value)
        return type(old) is not tuple or old[1] != text

    def text(self, name: str) -> str | None:
        """How a variable is shown, None if it is gone."""
        mark = self.known.get(name)
        return mark[1] if type(mark) is tuple else None if mark is None else str(mark)


#: For each line of a function: the number of its place (None where its caption has to be filled
#: in), and which variable it can rebind (see ``rebinding``).
Plan: TypeAlias = dict[int, tuple[int | None, str | None]]


class Shared:
    """The module-level data of a listing, as its functions see it."""

    def __init__(
        self,
        names: tuple[str, ...],
        namespace: dict[str, Any],
        see: Callable[[str, str, Any], None],
    ) -> None:
        self.names = [name for name in names if is_data(namespace.get(name))]
        self._namespace = namespace
        self._memory = Memory("global", see)

    def changes(self) -> list[Change]:
        namespace = self._namespace
        present = {name: namespace[name] for name in self.names if name in namespace}
        return self._memory.changes(present)


class Tracer:
    """``sys.settrace(tracer.call)`` in a thread records its listing lines with ``recorder``.

    ``line_cost`` is in nanoseconds. ``tasks`` names functions whose calls count as tasks. With
    ``in_full`` each line is told as an event of its own, complete when it is told.
    """

    def __init__(
        self,
        clock: VirtualClock | ObservedClock,
        recorder: Recorder,
        line_cost: int,
        tasks: list[str],
        in_full: bool = False,
    ) -> None:
        self._clock = clock
        self._recorder = recorder
        self._listings: dict[str, Listing] = {}
        self._cost = line_cost
        self._tasks = frozenset(tasks)
        self._in_full = in_full
        self._shared: dict[str, Shared] = {}
        self._sharing = Sharing()
        self._plans: dict[CodeType, Plan] = {}
        self._places = 0
        #: Functions of ours around those of libraries, which stand in no traceback.
        self.hidden: set[CodeType] = set()

    def follow(self, listing: Listing) -> None:
        """Record the lines of one listing more."""
        self._listings[listing.file] = listing

    def watch(self, listing: Listing, namespace: dict[str, Any]) -> None:
        """Follow the module-level data of a listing that has been loaded."""
        shared = Shared(listing.watched, namespace, self._see)
        if shared.names:
            self._shared[listing.file] = shared

    def call(self, frame: FrameType, event: str, arg: Any) -> LocalTrace | None:
        """The global trace function: called for each call of each function."""
        listing = self._listings.get(frame.f_code.co_filename)
        if listing is None:
            return None
        follow = self.enter(frame, listing)
        return _behind_mark(follow) if follow is not None and listing.marked else follow

    def enter(self, frame: FrameType, listing: Listing | None = None) -> LocalTrace | None:
        """What follows a frame that begins or goes on, None for one that is not followed."""
        code = frame.f_code
        listing = listing or self._listings[code.co_filename]
        if code.co_name in _NO_FUNCTIONS:
            return None
        lane = self._recorder.lane()
        if lane is None:
            return None
        if not self._recorder.recording:
            return self._wait
        lane.depth += 1
        if frame.f_trace is not None:
            return frame.f_trace  # a generator goes on: it keeps its memory
        is_task = code.co_name in self._tasks and lane.task_name != code.co_name
        is_task = is_task and not code.co_flags & _GENERATORS  # a call of one does no work yet
        outer = self._recorder.begin_call(lane, code.co_name) if is_task else None
        return self._follow(frame, listing, outer)

    def _wait(self, frame: FrameType, event: str, arg: Any) -> LocalTrace | None:
        """Follow a frame that began while the program was loaded, from the start of the record."""
        if event != "line" or not self._recorder.recording:
            return None
        frame.f_trace = None
        follow = self.enter(frame)
        if follow is not None:
            follow(frame, event, arg)
        return follow

    def _plan(self, code: CodeType, listing: Listing) -> Plan:
        """What to do in the lines of a function. Tells its places, the first time."""
        plan = self._plans.get(code)
        if plan is None:
            plan = self._plans[code] = {}
            # A generator may go on in another thread: its lines have to look up their lane.
            in_full = self._in_full or listing.file in self._shared or code.co_flags & _GENERATORS
            for number, name in rebound_by_line(code).items():
                if number == marks.LINE:
                    continue
                rebound = ANY if in_full else name
                caption = listing.captions.get(number)
                if caption is not None and "{" in caption:
                    plan[number] = None, rebound
                    continue
                plan[number] = self._places, rebound
                self._places += 1
                self._recorder.add(Place(listing.file, number, code.co_name, caption))
        return plan

    def _see(self, scope: str, name: str, value: Any) -> None:
        self._sharing.see(self._recorder.own_lane().id, scope, name, value)

    def _tell_shared(self) -> None:
        """Tell which variables hold one object, where that is new."""
        for earlier, (lane, scope, name) in self._sharing.take():
            self._recorder.add(SharedObject(self._recorder.now, lane, scope, name, earlier))

    def _follow(self, first: FrameType, listing: Listing, outer_task: Outer | None) -> LocalTrace:
        clock, recorder, cost = self._clock, self._recorder, self._cost
        file, captions = listing.file, listing.captions
        function = first.f_code.co_name
        plan = self._plan(first.f_code, listing)
        memory = Memory(function, self._see)
        sharing, tell_shared = self._sharing, self._tell_shared
        known, unstable = memory.known, memory.unstable
        shared, hidden = self._shared.get(file), self.hidden
        origin = recorder.origin
        lane = recorder.own_lane()
        lane_id, depth = lane.id, lane.depth - 1
        sights: list[Sight] = []
        least, most = -SMALL, SMALL
        rebound: str | None = ANY
        error: str | None = None

        def follow(frame: FrameType, event: str, arg: Any) -> None:
            nonlocal rebound, error, sights
            if event == "line":
                name = rebound
                place, rebound = plan[frame.f_lineno]
                now = clock.now
                if name is ANY or place is None or unstable:
                    recorder.add(full_line(frame))
                else:
                    if recorder.sights is not sights:
                        sights = recorder.begin_stretch(lane_id, depth)
                    if name is None:
                        sights.append((now, place, None, None))
                    else:
                        try:
                            value = frame.f_locals[name]
                        except KeyError:
                            value = _GONE
                        if type(value) is int and least < value < most:
                            changed = known.get(name) != value
                            known[name] = value
                        else:
                            changed = memory.changed(name, value)
                            value = memory.text(name)
                        if changed:
                            sights.append((now, place, name, value))
                        else:
                            sights.append((now, place, None, None))
                    if len(sights) >= BATCH:
                        recorder.flush()
                error = None
                end = now + cost
                if end < clock.horizon:
                    clock.now = end
                else:
                    clock.burn_line(cost)
                    # Others may have run. Up to Python 3.12 what the last look at f_locals saw
                    # is written back when we return, over what they did to the variables that
                    # closures share (bpo-30744): look again.
                    frame.f_locals  # noqa: B018  reading it is the point
            elif event == "return":
                end_frame(frame)
            elif event == "exception" and not issubclass(arg[0], _QUIET_ERRORS):
                error = error_text(arg[0], arg[1])
                if hidden:
                    _leave_out(hidden, arg[2])
                lane = recorder.own_lane()
                where = (file, frame.f_lineno, function)
                recorder.add(Raised(recorder.now, lane.id, *where, error))
            # Not ``return follow``: a function that names itself is a cycle, and with it the
            # values of the frame would never be freed. With None the frame keeps its function.

        def full_line(frame: FrameType) -> Line:
            lane = recorder.own_lane()
            changed = memory.changes(frame.f_locals)
            if shared is not None:
                changed += shared.changes()
            if sharing.found:
                tell_shared()
            number = frame.f_lineno
            text = captions.get(number)
            if text is not None:
                text = fill_in(text, frame)
            now = clock.now - origin
            return Line(now, lane.id, file, number, function, changed, text, lane.depth - 1)

        def end_frame(frame: FrameType) -> None:
            lane = recorder.own_lane()
            changed = memory.changes(frame.f_locals)
            if shared is not None:
                changed += shared.changes()
            if sharing.found:
                tell_shared()
            if changed:
                place = (file, frame.f_lineno, function)
                recorder.add(Changed(recorder.now, lane.id, *place, changed))
            lane.depth -= 1
            if outer_task is not None:
                recorder.end_call(lane, error, outer_task)

        return follow


def _behind_mark(follow: LocalTrace) -> LocalTrace:
    """The same, but for the first line that a marked function comes to: that of its mark."""

    def begin(frame: FrameType, event: str, arg: Any) -> LocalTrace:
        if frame.f_lineno != marks.LINE:
            follow(frame, event, arg)
        return follow

    return begin


def _leave_out(hidden: set[CodeType], traceback: TracebackType | None) -> None:
    """Take these functions out of a traceback that has come to the present frame."""
    while traceback is not None:
        below = traceback.tb_next
        if below is not None and below.tb_frame.f_code in hidden:
            traceback.tb_next = below.tb_next
        else:
            traceback = below


def fill_in(caption: str, frame: FrameType) -> str:
    """The caption with each ``{name}`` replaced by the value that the frame sees."""

    def value(match: re.Match[str]) -> str:
        name = match[1]
        for scope in (frame.f_locals, frame.f_globals):
            if name in scope:
                found = scope[name]
                return scrub(found) if type(found) is str else show(found)
        return match[0]

    return _NAME.sub(value, caption) if "{" in caption else caption


def error_text(kind: type[BaseException], error: BaseException | str | None) -> str:
    """An exception as one line; before it is normalized CPython may pass only its argument."""
    if isinstance(error, BaseException):
        return one_line(error)
    return f"{kind.__name__}: {error}" if error else kind.__name__


def is_data(value: Any) -> bool:
    """Whether a module-level name is worth following: numbers, texts, containers, own objects."""
    kind = type(value)
    if callable(value) or issubclass(kind, ModuleType):
        return False
    return (type(kind) is type and kind in ATOMS) or not is_stable(value)
