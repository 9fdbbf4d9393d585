"""Lanes for green threads, whatever their hub waits with.

eventlet keeps copies of modules as they were before ``monkey_patch`` (``patcher.original``). They
are made from the lab's replacements here, before it is imported, or its ``sleep`` would go by
unseen.
"""

from __future__ import annotations

import _thread
import sys
import threading
import time
import warnings
import weakref
from collections.abc import Callable
from types import FrameType, ModuleType
from typing import TYPE_CHECKING, Any

from visualizer.clock import replace
from visualizer.lab.crew import IDLE, Crew
from visualizer.lab.values import one_line

if TYPE_CHECKING:
    from visualizer.lab.recorder import Lane, Recorder


def copy_originals() -> None:
    """What eventlet takes for the unpatched modules: copies of the replaced ones."""
    for module in (time, _thread):
        name = f"__original_module_{module.__name__}"
        copy = sys.modules.setdefault(name, ModuleType(module.__name__))
        vars(copy).update(vars(module))


copy_originals()
with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import eventlet
    import eventlet.green.thread
    import greenlet
    from eventlet import greenthread, hubs, patcher
    from eventlet.hubs import hub

from .eventlet_waits import rest_of  # noqa: E402  it needs eventlet, which needs the copies

_recorder: Recorder
_hubs: list[LaneHub] = []

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


def install(recorder: Recorder, kind: type[LaneHub]) -> None:
    """Let every hub of this process be of that kind, whatever a program wishes for."""
    global _recorder
    _recorder = recorder
    copy_originals()
    names = {name: vars(threading)[name] for name in _OF_THREADING if hasattr(threading, name)}
    replace(patcher.original("threading"), **names)
    replace(hubs, get_default_hub=lambda: kind, use_hub=lambda mod=None: _plain_use_hub(kind))
    replace(patcher, _green_existing_locks=_green_locks)


_plain_use_hub = hubs.use_hub


def _green_locks(*_: object) -> None:
    """A program patches first and imports then; what the lab has imported before catches up."""
    from concurrent.futures import thread as pools

    replace(pools, _global_shutdown_lock=eventlet.green.thread.allocate_lock())


def waiting_for_ever(also_idle: bool) -> list[str]:
    """Who waits for what in all hubs, when nothing can happen any more."""
    return [
        sentence
        for each in _hubs
        if each.crew is not None
        for sentence in each.crew.waiting_for_ever(also_idle)
    ]


def hub_of_server() -> Any:
    """The hub of the calling thread, which is the server's from now on."""
    found: LaneHub = hubs.get_hub()
    found.gather()
    found.leave_to_hub()
    return found


class LaneHub(hub.BaseHub):  # type: ignore[misc]  # eventlet comes without types
    """A hub of eventlet. ``crew`` are the lanes that take turns in its thread."""

    @staticmethod
    def is_available() -> bool:
        return True

    def __init__(self, clock: Any = None) -> None:
        super().__init__(clock)
        self.crew: Crew | None = None
        self._thread: Any = _recorder.clock.current
        self._main = greenlet.getcurrent()
        while self._main.parent is not None:
            self._main = self._main.parent
        self._lanes: weakref.WeakKeyDictionary[Any, Lane | None]
        self._lanes = weakref.WeakKeyDictionary()
        self.gather()

    def gather(self) -> None:
        """Have lanes for the green threads, if this thread has one."""
        home: Lane | None = self._thread.data if self._thread is not None else None
        if self.crew is None and home is not None:
            self.crew = Crew(_recorder, self._thread, home, "the one thread of the hub")
            self._lanes[self._main] = home
            greenlet.settrace(self._switched)
            _hubs.append(self)

    def leave_to_hub(self) -> None:
        """The thread's first greenlet does nothing but run the hub: its lane is the hub's."""
        self._lanes[self._main] = None

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

    def belongs_to(self, lane: Lane | None) -> None:
        """The green thread that runs now works on ``lane``, or on none."""
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
    return str(getattr(target, "__name__", None) or "green thread")


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


class Greenlets:
    """The lanes of a cooperative server's green threads. The first that is free is taken next."""

    def __init__(self, hub: LaneHub) -> None:
        assert hub.crew is not None
        self._hub = hub
        self._crew = hub.crew
        #: Lanes of green threads that are done, by their number.
        self._free: dict[int, Lane] = {}
        self._numbers: dict[str, int] = {}

    def begin(self, request: str) -> Lane:
        """The green thread that runs now handles that request. The answer is its lane."""
        if self._free:
            lane = self._free.pop(min(self._free))
        else:
            number = len(self._numbers) + 1
            lane = self._crew.born("server", f"green thread {number}", None)
            self._numbers[lane.id] = number
        lane.idle, lane.request, lane.depth = False, request, 0
        self._hub.belongs_to(lane)
        self._crew.begin_turn(lane)
        return lane

    def end(self, lane: Lane) -> None:
        """The request is over."""
        lane.request, lane.idle = None, True
        self._crew.end_turn(IDLE)
        self._hub.belongs_to(None)
        self._free[self._numbers[lane.id]] = lane
