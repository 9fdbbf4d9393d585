"""A hub that waits on the virtual clock, with green threads that have lanes.

eventlet keeps copies of modules as they were before ``monkey_patch`` (``patcher.original``). They
are made from the replaced modules here, before it is imported, or its ``sleep`` would be real.
"""

from __future__ import annotations

import _thread
import itertools
import sys
import threading
import time
import warnings
import weakref
from collections import deque
from collections.abc import Callable
from types import FrameType, ModuleType
from typing import TYPE_CHECKING, Any

from visualizer.clock import VirtualClock, active_clock, replace
from visualizer.lab.crew import Crew
from visualizer.lab.identity import number_of
from visualizer.lab.outside import sockets
from visualizer.lab.sandbox import Refused
from visualizer.lab.values import one_line

if TYPE_CHECKING:
    from visualizer.lab.recorder import Lane, Recorder


def _copy_originals() -> None:
    """What eventlet takes for the unpatched modules: copies of the replaced ones."""
    for module in (time, _thread):
        name = f"__original_module_{module.__name__}"
        copy = sys.modules.setdefault(name, ModuleType(module.__name__))
        vars(copy).update(vars(module))


_copy_originals()
with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import eventlet
    import eventlet.green.thread
    import eventlet.green.threading
    import greenlet
    from eventlet import greenthread, hubs, patcher
    from eventlet.hubs import hub, timer
    from eventlet.support import greenlets

from . import eventlet_sockets  # noqa: E402  it needs eventlet, which needs the copies
from .eventlet_waits import rest_of  # noqa: E402

_recorder: Recorder
_numbers = itertools.count(1)
_greens = itertools.count(1_001)
_hubs: list[Hub] = []

_OF_THREADING = (
    "_time",
    "_allocate_lock",
    "Lock",
    "_CRLock",
    "get_ident",
    "get_native_id",
    "_set_sentinel",
    "_start_new_thread",
    "_start_joinable_thread",
    "_ThreadHandle",
    "_make_thread_handle",
)


def install(recorder: Recorder) -> None:
    """Let every hub of this process be a ``Hub``."""
    global _recorder
    _recorder = recorder
    _copy_originals()
    names = {name: vars(threading)[name] for name in _OF_THREADING if hasattr(threading, name)}
    replace(patcher.original("threading"), **names)
    replace(hubs, get_default_hub=lambda: Hub, use_hub=_use_hub)
    replace(patcher, _green_existing_locks=_green_locks)
    # Green threads stand in sets, and name themselves by their addresses.
    replace(greenlets, greenlet=Green)
    greenthread.GreenThread.__hash__ = _number_of
    for module in (eventlet.green.thread, eventlet.green.threading):
        replace(module, id=_number_of)
    eventlet_sockets.install()
    timer.Timer.__lt__ = lambda self, other: self.number < other.number


def _green_locks(*_: object) -> None:
    """A program patches first and imports then; what the lab has imported before catches up."""
    from concurrent.futures import thread as pools

    replace(pools, _global_shutdown_lock=eventlet.green.thread.allocate_lock())


_plain_use_hub = hubs.use_hub


def _use_hub(mod: object = None) -> None:
    """Whatever a program wishes for, time is virtual."""
    _plain_use_hub(Hub)


def waiting_for_ever(also_idle: bool) -> list[str]:
    """Who waits for what in all hubs, when nothing can happen any more."""
    return [
        sentence
        for each in _hubs
        if each.crew is not None
        for sentence in each.crew.waiting_for_ever(also_idle)
    ]


def hub_of_server() -> Hub:
    """The hub of the calling thread, which is the server's from now on."""
    found: Hub = hubs.get_hub()
    found.gather()
    found.leave_to_hub()
    return found


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


class Hub(hub.BaseHub):  # type: ignore[misc]  # eventlet comes without types
    """eventlet's hub. ``crew`` are the lanes that take turns in its thread."""

    @staticmethod
    def is_available() -> bool:
        return True

    def __init__(self, clock: Any = None) -> None:
        super().__init__(clock)
        self.crew: Crew | None = None
        self._thread: Any = _clock().current
        self._main = greenlet.getcurrent()
        while self._main.parent is not None:
            self._main = self._main.parent
        self._lanes: weakref.WeakKeyDictionary[Any, Lane | None]
        self._lanes = weakref.WeakKeyDictionary()
        self._inbox: deque[Callable[[], None]] = deque()
        self._asleep = False
        self.gather()

    def gather(self) -> None:
        """Have lanes for the green threads, if this thread has one."""
        home: Lane | None = self._thread.data
        if self.crew is None and home is not None:
            self.crew = Crew(_recorder, self._thread, home, "the one thread of the hub")
            self._lanes[self._main] = home
            greenlet.settrace(self._switched)
            _hubs.append(self)

    def leave_to_hub(self) -> None:
        """The thread's first greenlet does nothing but run the hub: its lane is the hub's."""
        self._lanes[self._main] = None

    # -- waiting ----------------------------------------------------------------------------

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

    # -- lanes ------------------------------------------------------------------------------

    def schedule_call_global(self, seconds: float, cb: Any, *args: Any, **kw: Any) -> Any:
        owner = getattr(cb, "__self__", None)
        if isinstance(owner, greenlet.greenlet) and not owner and not owner.dead:
            args = self._spawned(owner, args)
        return super().schedule_call_global(seconds, cb, *args, **kw)

    def _spawned(self, green: Any, args: tuple[Any, ...]) -> tuple[Any, ...]:
        """A green thread will begin: give it a lane if the program started it, or a library did
        as a thread, for a pool perhaps."""
        if self.crew is None:
            return args
        is_thread = isinstance(green, greenthread.GreenThread)
        function = args[0] if is_thread or _is_wrapper(green.run) else green.run
        thread = getattr(function, "__self__", None)
        if _started_by_listing():
            name = _name_of(function)
            lane = self.crew.born("task", _recorder.number(name, " "), name)
        elif isinstance(thread, threading.Thread):
            lane = self.crew.born("task", thread.name, None)
        else:
            return args
        self._lanes[green] = lane
        if is_thread:
            return (_noting(args[0], lane), *args[1:])
        green.run = _noting(green.run, lane)
        return args

    def belongs_to(self, lane: Lane) -> None:
        """The green thread that runs now works on ``lane``."""
        self._lanes[greenlet.getcurrent()] = lane

    def _switched(self, event: str, args: tuple[Any, Any]) -> None:
        """greenlet tells that another green thread goes on."""
        crew = self.crew
        if crew is None:
            return
        origin, target = args
        lane = self._lanes.get(origin)
        if lane is not None and lane is crew.turn:
            if not origin.dead:
                crew.end_turn(rest_of(origin.gr_frame))
            elif lane.kind == "task":
                crew.died(lane, lane.error)
            else:
                crew.end_turn(None)
        lane = self._lanes.get(target)
        if lane is not None and not lane.idle:
            crew.begin_turn(lane)
        _recorder.keep_tracing()


def _clock() -> VirtualClock:
    clock = active_clock()
    assert clock is not None
    return clock


def _noting(function: Callable[..., Any], lane: Lane) -> Callable[..., Any]:
    """``function``, with a note of how it failed."""

    def run(*args: Any, **kwargs: Any) -> Any:
        try:
            return function(*args, **kwargs)
        except BaseException as error:
            lane.error = "killed" if isinstance(error, greenlet.GreenletExit) else one_line(error)
            raise

    return run


def _is_wrapper(function: Any) -> bool:
    """Whether eventlet calls the program's function, its first argument, in one of its own."""
    return str(getattr(function, "__module__", "")).startswith("eventlet")


def _name_of(function: Any) -> str:
    """What a green thread does: the name of its function, or of the thread that it stands for."""
    owner = getattr(function, "__self__", None)
    target = getattr(owner, "_target", None) or function
    return str(getattr(target, "__name__", None) or "greenlet")


def _started_by_listing() -> bool:
    frame: FrameType | None = sys._getframe(3)
    while frame is not None:
        if frame.f_code.co_filename in _recorder.files:
            return True
        module = frame.f_globals.get("__name__", "")
        if not module.startswith(("eventlet", *_recorder.starters)):
            return False
        frame = frame.f_back
    return False
