"""Follows the lines of the listings with ``sys.settrace``, and nothing else.

Every call in every thread of the program passes ``Tracer.call``; it answers None for code
that is not a listing's, which is then left alone. A frame of a listing gets a function of its
own that remembers the values it saw last, so that a line can say what the line before changed.

A line takes ``line_cost`` of virtual time, spent before its effect: its event carries the time at
which it begins, and what it does happens when the cost is paid.

The inner function is the hottest code of the product. Comparing values by identity is one
call into C (``map(is_, …)``); only what can change under the same identity (lists, objects of the
program) is compared by its text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from operator import is_
from types import FrameType, ModuleType
from typing import Any, TypeAlias

from visualizer.clock import VirtualClock
from visualizer.trace.events import Change, Changed, Line, Raised

from .listing import Listing
from .recorder import BATCH, Outer, Recorder, one_line
from .values import ATOMS, is_stable, scrub, show

LocalTrace: TypeAlias = Callable[[FrameType, str, Any], Any]

_QUIET_ERRORS = (StopIteration, StopAsyncIteration, GeneratorExit)
_NAME = re.compile(r"\{([A-Za-z_]\w*)\}")
_HIDDEN = frozenset({"__builtins__", "__annotations__", "__class__"})
_NO_FUNCTIONS = frozenset({"<module>", "<listcomp>", "<setcomp>", "<dictcomp>", "<genexpr>"})


class Memory:
    """What a scope's variables were when they were looked at last."""

    __slots__ = ("_scope", "_seen", "_texts", "unstable")

    def __init__(self, scope: str) -> None:
        self._scope = scope
        self._seen: dict[str, Any] = {}
        self._texts: dict[str, str] = {}
        #: Names whose text can change while the object stays the same.
        self.unstable: set[str] = set()

    def changes(self, now: Mapping[str, Any]) -> list[Change]:
        """The variables whose texts differ from the last time; None for those that are gone."""
        seen, texts, unstable = self._seen, self._texts, self.unstable
        found: list[Change] = []
        for name, value in now.items():
            if seen.get(name, self) is value and name not in unstable:
                continue
            if name[0] == "." or name in _HIDDEN:
                continue
            if name not in seen or seen[name] is not value:
                seen[name] = value
                (unstable.discard if is_stable(value) else unstable.add)(name)
            text = show(value)
            if texts.get(name) != text:
                texts[name] = text
                found.append((self._scope, name, text))
        if len(seen) > len(now):
            for name in [name for name in seen if name not in now]:
                del seen[name], texts[name]
                unstable.discard(name)
                found.append((self._scope, name, None))
        return found


class Shared:
    """The module-level data of a listing, as its functions see it."""

    def __init__(self, names: tuple[str, ...], namespace: dict[str, Any]) -> None:
        self.names = [name for name in names if is_data(namespace.get(name))]
        self._namespace = namespace
        self._memory = Memory("global")

    def changes(self) -> list[Change]:
        namespace = self._namespace
        present = {name: namespace[name] for name in self.names if name in namespace}
        return self._memory.changes(present)


class Tracer:
    """``sys.settrace(tracer.call)`` in a thread records its listing lines with ``recorder``.

    ``line_cost`` is in nanoseconds. ``tasks`` names functions whose calls count as tasks.
    """

    def __init__(
        self,
        clock: VirtualClock,
        recorder: Recorder,
        listings: list[Listing],
        line_cost: int,
        tasks: list[str],
    ) -> None:
        self._clock = clock
        self._recorder = recorder
        self._listings = {listing.file: listing for listing in listings}
        self._cost = line_cost
        self._tasks = frozenset(tasks)
        self._shared: dict[str, Shared] = {}

    def watch(self, listing: Listing, namespace: dict[str, Any]) -> None:
        """Follow the module-level data of a listing that has been loaded."""
        shared = Shared(listing.watched, namespace)
        if shared.names:
            self._shared[listing.file] = shared

    def call(self, frame: FrameType, event: str, arg: Any) -> LocalTrace | None:
        """The global trace function: called for each call of each function."""
        code = frame.f_code
        listing = self._listings.get(code.co_filename)
        if listing is None or code.co_name in _NO_FUNCTIONS:
            return None
        lane = self._recorder.lane()
        if lane is None or not self._recorder.recording:
            return None
        lane.depth += 1
        if frame.f_trace is not None:
            return frame.f_trace  # a generator goes on: it keeps its memory
        is_task = code.co_name in self._tasks and lane.task_name != code.co_name
        outer = self._recorder.begin_call(lane, code.co_name) if is_task else None
        return self._follow(frame, listing, outer)

    def _follow(self, first: FrameType, listing: Listing, outer_task: Outer | None) -> LocalTrace:
        clock, recorder, cost = self._clock, self._recorder, self._cost
        file, captions = listing.file, listing.captions
        function = first.f_code.co_name
        memory = Memory(function)
        unstable = memory.unstable
        shared = self._shared.get(file)
        events = recorder.events
        append = events.append
        origin = recorder.origin
        values: list[Any] = []
        error: str | None = None

        def follow(frame: FrameType, event: str, arg: Any) -> Any:
            nonlocal values, error
            if event == "line":
                seen = frame.f_locals
                now = list(seen.values())
                if unstable or len(now) != len(values) or not all(map(is_, now, values)):
                    changed = memory.changes(seen)
                    values = now
                else:
                    changed = []
                if shared is not None:
                    changed += shared.changes()
                number = frame.f_lineno
                text = captions.get(number)
                if text is not None:
                    text = fill_in(text, frame)
                lane = clock.current.data  # type: ignore[union-attr]
                now_ns, depth = clock.now - origin, lane.depth - 1
                append(Line(now_ns, lane.id, file, number, function, changed, text, depth))
                if len(events) >= BATCH:
                    recorder.flush()
                error = None
                end = clock.now + cost
                if end < clock.horizon:
                    clock.now = end
                else:
                    clock.burn(cost)
            elif event == "return":
                end_frame(frame)
            elif event == "exception" and not issubclass(arg[0], _QUIET_ERRORS):
                error = error_text(arg[0], arg[1])
                lane = clock.current.data.id  # type: ignore[union-attr]
                place = (file, frame.f_lineno, function)
                recorder.add(Raised(recorder.now, lane, *place, error))
            return follow

        def end_frame(frame: FrameType) -> None:
            lane = clock.current.data  # type: ignore[union-attr]
            changed = memory.changes(frame.f_locals)
            if shared is not None:
                changed += shared.changes()
            if changed:
                place = (file, frame.f_lineno, function)
                recorder.add(Changed(recorder.now, lane.id, *place, changed))
            lane.depth -= 1
            if outer_task is not None:
                recorder.end_call(lane, error, outer_task)

        return follow


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
    return f"{kind.__name__}: {error}" if isinstance(error, str) and error else kind.__name__


def is_data(value: Any) -> bool:
    """Whether a module-level name is worth following: numbers, texts, containers, own objects."""
    return (
        not callable(value)
        and not isinstance(value, ModuleType)
        and (type(value) in ATOMS or not is_stable(value))
    )
