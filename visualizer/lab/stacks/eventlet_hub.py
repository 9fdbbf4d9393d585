"""eventlet's hub on the virtual clock."""

from __future__ import annotations

import _thread
import itertools
from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from visualizer.clock import VirtualClock, active_clock, replace
from visualizer.lab.identity import number_of
from visualizer.lab.outside import sockets
from visualizer.lab.sandbox import Refused

from . import eventlet_lanes  # it comes before eventlet

# isort: split
import eventlet.green.thread
import eventlet.green.threading
import greenlet
from eventlet import greenthread
from eventlet.hubs import timer
from eventlet.support import greenlets

from . import eventlet_sockets

if TYPE_CHECKING:
    from visualizer.lab.recorder import Recorder

_numbers = itertools.count(1)
_greens = itertools.count(1_001)


def install(recorder: Recorder) -> None:
    """Let every hub of this process be a ``Hub``."""
    eventlet_lanes.install(recorder, Hub)
    # Green threads stand in sets, and name themselves by their addresses.
    replace(greenlets, greenlet=Green)
    greenthread.GreenThread.__hash__ = _number_of
    for module in (eventlet.green.thread, eventlet.green.threading):
        replace(module, id=_number_of)
    eventlet_sockets.install()
    timer.Timer.__lt__ = lambda self, other: self.number < other.number


def _number_of(value: Any) -> int:
    """What stands for the address of a green thread: a number that counts."""
    if not isinstance(value, greenlet.greenlet):
        return number_of(value)
    if value.parent is None:  # a thread's first: it is the thread
        return int(_thread.get_native_id())
    number = vars(value).get("number")
    if number is None:
        number = vars(value)["number"] = next(_greens)
    return int(number)


class Green(greenlet.greenlet):  # type: ignore[misc]  # so does greenlet
    """A green thread as ever, with a hash that counts."""

    __hash__ = _number_of


class Hub(eventlet_lanes.LaneHub):
    """eventlet's hub, waiting on the clock."""

    def __init__(self, clock: Any = None) -> None:
        super().__init__(clock)
        self._inbox: deque[Callable[[], None]] = deque()
        self._asleep = False

    def wait(self, seconds: float | None = None) -> None:
        clock = _clock()
        if not self._inbox and not self._ready():
            if seconds is not None and seconds <= 0:
                clock.yield_()
            else:
                self._wait(clock, seconds if self.timers else None)
        while self._inbox:
            self._inbox.popleft()()
        for listener in self._ready():
            listener.cb(listener.fileno)

    def _wait(self, clock: VirtualClock, seconds: float | None) -> None:
        deadline = None if seconds is None else clock.deadline(seconds)
        self._asleep = True
        if self.crew is not None:
            self.crew.loop_waits()
        clock.park("blocked" if seconds is None else "sleeping", deadline, None)
        if self.crew is not None:
            self.crew.loop_goes_on()
        self._asleep = False

    def call(self, function: Callable[[], None]) -> None:
        """Call ``function()`` in the hub when it is its turn; from any thread."""
        self._inbox.append(function)
        if self._asleep:
            _clock().unpark(self._thread)

    def add(self, evtype: Any, fileno: Any, cb: Any, tb: Any, mark_as_closed: Any) -> Any:
        end = sockets.of(fileno)
        if end is None:
            raise Refused("the program waits for a pipe or a file: in the lab none is ever ready")
        end.listen_to(lambda: self.call(lambda: None))
        return super().add(evtype, fileno, cb, tb, mark_as_closed)

    def _ready(self) -> list[Any]:
        """Who listens to a socket at which something has come."""
        found = []
        for kind, listeners in self.listeners.items():
            for number, listener in listeners.items():
                end = sockets.of(number)
                ready = end is None or (
                    end.ready_to_read() if kind == self.READ else end.ready_to_write()
                )
                found += [listener] if ready else []
        return found

    def add_timer(self, timer: Any) -> Any:
        timer.number = next(_numbers)
        return super().add_timer(timer)


def _clock() -> VirtualClock:
    clock = active_clock()
    assert clock is not None
    return clock
