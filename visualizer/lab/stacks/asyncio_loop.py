"""An event loop that waits on the virtual clock, with tasks that have lanes.

Everything but the waiting is asyncio's own: ready queue, timers, tasks, futures, executors. Tasks
are those written in C; a step of one is known by its handle, whose callback belongs to the task.
"""

from __future__ import annotations

import asyncio
import itertools
import selectors
import signal
import socket
import sys
from collections import deque
from collections.abc import Callable, Coroutine, Mapping
from types import FrameType
from typing import TYPE_CHECKING, Any, TypeVarTuple, Unpack

from visualizer.clock import VirtualClock, active_clock, replace
from visualizer.lab.crew import Crew
from visualizer.lab.outside import sockets
from visualizer.lab.sandbox import Refused
from visualizer.lab.values import one_line

from .asyncio_waits import rest_of

if TYPE_CHECKING:
    from visualizer.lab.recorder import Lane, Recorder

_Ts = TypeVarTuple("_Ts")

_recorder: Recorder
_numbers = itertools.count(1)
_names = itertools.count(1)
_loops: list[Loop] = []
"""Those that have tasks with lanes, for the report of a deadlock."""


def install(recorder: Recorder, kind: type[Loop] | None = None) -> None:
    """Let every event loop of this process be a ``Loop``, or of that ``kind``."""
    global _recorder
    _recorder = recorder
    kind = kind or Loop
    asyncio.set_event_loop_policy(Policy(kind))
    for module in (asyncio, asyncio.selector_events, sys.modules.get("asyncio.unix_events")):
        for name in ("SelectorEventLoop", "EventLoop"):
            if module is not None and hasattr(module, name):
                replace(module, **{name: kind})
    gathering = vars(asyncio.tasks)["_GatheringFuture"]
    gathering.__hash__ = _number_of


def waiting_for_ever(also_idle: bool) -> list[str]:
    """Who waits for what in all loops, when nothing can happen any more."""
    return [
        sentence
        for loop in _loops
        if loop.crew is not None
        for sentence in loop.crew.waiting_for_ever(also_idle)
    ]


def _number_of(self: Any) -> int:
    """A hash that counts: asyncio keeps tasks and futures in sets."""
    try:
        return int(self._meanwhile_number)
    except AttributeError:
        self._meanwhile_number = next(_numbers)
        return int(self._meanwhile_number)


class Task(asyncio.Task[Any]):
    """A task as ever, with a hash that counts, and a lane if the program started it."""

    __hash__ = _number_of
    lane: Lane | None = None


class Future(asyncio.Future[Any]):
    """A future as ever, with a hash that counts."""

    __hash__ = _number_of


class Policy(asyncio.DefaultEventLoopPolicy):
    """Makes the loops of a run."""

    def __init__(self, kind: type[Loop]) -> None:
        super().__init__()
        self._kind = kind

    def new_event_loop(self) -> asyncio.AbstractEventLoop:
        return self._kind()


class Selector(selectors.BaseSelector):
    """Waits for time, for other threads, and for sockets that lead to stand-ins."""

    def __init__(self, loop: Loop) -> None:
        self._loop = loop
        self._woken = False
        #: The virtual thread that waits here.
        self._thread: Any = None
        self._keys: dict[int, selectors.SelectorKey] = {}

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        clock = _clock()
        ready = self._ready()
        if not self._woken and not ready and (timeout is None or timeout > 0):
            self._wait(clock, timeout)
            ready = self._ready()
        elif not self._woken:
            clock.yield_()
        self._woken = False
        return ready

    def _wait(self, clock: VirtualClock, timeout: float | None) -> None:
        crew = self._loop.crew
        deadline = None if timeout is None else clock.deadline(timeout)
        self._thread = clock.current
        if crew is not None:
            crew.loop_waits()
        clock.park("blocked" if timeout is None else "sleeping", deadline, None)
        if crew is not None:
            crew.loop_goes_on()
        self._thread = None

    def _ready(self) -> list[tuple[selectors.SelectorKey, int]]:
        found = []
        for number, key in self._keys.items():
            end = sockets.of(number)
            reads = end is None or end.ready_to_read()
            writes = end is None or end.ready_to_write()
            mask = reads * selectors.EVENT_READ | writes * selectors.EVENT_WRITE
            if mask & key.events:
                found.append((key, mask & key.events))
        return found

    def wake(self) -> None:
        """Let the loop look for what to do; called from any thread."""
        self._woken = True
        if self._thread is not None:
            _clock().unpark(self._thread)

    def register(self, fileobj: Any, events: int, data: Any = None) -> selectors.SelectorKey:
        end = sockets.of(fileobj)
        if end is None:
            raise Refused("the program waits for a pipe or a file: in the lab none is ever ready")
        number = end.fileno()
        key = self._keys[number] = selectors.SelectorKey(fileobj, number, events, data)
        end.listen_to(self.wake)
        return key

    def unregister(self, fileobj: Any) -> selectors.SelectorKey:
        number = fileobj if isinstance(fileobj, int) else fileobj.fileno()
        try:
            key = self._keys.pop(number)
        except KeyError:
            raise KeyError(f"{fileobj!r} is not registered") from None
        end = sockets.of(number)
        if end is not None:
            end.listen_to(None)
        return key

    def get_map(self) -> Mapping[Any, Any]:
        return self._keys


def _clock() -> VirtualClock:
    clock = active_clock()
    assert clock is not None
    return clock


class Loop(asyncio.SelectorEventLoop):
    """asyncio's loop. ``crew`` are the lanes that take turns while it runs."""

    _ready: deque[asyncio.Handle]

    def __init__(self, selector: selectors.BaseSelector | None = None) -> None:
        self._wakes = Selector(self)
        self.crew: Crew | None = None
        self._handlers: dict[int, Any] = {}
        super().__init__(self._wakes)

    def time(self) -> float:
        return _clock().time()

    # -- names, which need no thread to be looked up -------------------------------------------

    async def getaddrinfo(self, host: Any, port: Any, **wishes: int) -> Any:
        return socket.getaddrinfo(host, port, **wishes)

    async def getnameinfo(self, sockaddr: Any, flags: int = 0) -> Any:
        return socket.getnameinfo(sockaddr, flags)

    # -- what other loops do with a pair of sockets --------------------------------------------

    def _make_self_pipe(self) -> None:
        self._internal_fds = 0

    def _close_self_pipe(self) -> None:
        """There is none."""

    def _write_to_self(self) -> None:
        self._wakes.wake()

    def add_signal_handler(
        self, sig: int, callback: Callable[[Unpack[_Ts]], object], *args: *_Ts
    ) -> None:
        """Kept, as by programs at their start; no signal will ever come."""
        self._handlers[signal.Signals(sig)] = callback

    def remove_signal_handler(self, sig: int) -> bool:
        return self._handlers.pop(signal.Signals(sig), None) is not None

    # -- turns ----------------------------------------------------------------------------------

    def run_forever(self) -> None:
        thread = _recorder.clock.current
        home: Lane | None = thread.data if thread is not None else None
        if home is None:  # the program is being loaded
            super().run_forever()
            return
        if self.is_running() or asyncio._get_running_loop() is not None:
            super().run_forever()  # raises what it always raises
            return
        if self.crew is None:
            self.crew = Crew(_recorder, thread, home, "the event loop")
            _loops.append(self)
        else:
            self.crew.moved(thread, home)
        try:
            super().run_forever()
        finally:
            self.crew.disband()

    def create_future(self) -> asyncio.Future[Any]:
        return Future(loop=self)

    def create_task(
        self, coro: Any, *, name: object = None, context: Any = None, **settings: Any
    ) -> Any:
        if self.get_task_factory() is not None:
            return super().create_task(coro, name=name, context=context, **settings)
        if self.is_closed():
            raise RuntimeError("Event loop is closed")
        given = name if name is not None else _name_to_be()
        given = None if given is None else str(given)
        task = Task(
            coro,
            loop=self,
            name=given if given is not None else f"Task-{next(_names)}",
            context=context,
            **settings,
        )
        crew = self.crew
        if self.is_running():
            if crew is not None and _is_programs_own(coro):
                work = str(getattr(coro, "__name__", "task"))
                task.lane = crew.born("task", given or _recorder.number(work, " "), work)
        elif _is_main():
            thread = _recorder.clock.current
            task.lane = thread.data if thread is not None else None
        return task

    def _call_soon(self, callback: Any, args: Any, context: Any) -> asyncio.Handle:
        owner = getattr(callback, "__self__", None)
        if not isinstance(owner, Task):
            return super()._call_soon(callback, args, context)  # type: ignore[misc, no-any-return]  # typeshed leaves out what is private
        handle = Step(callback, args, self, context)
        self._ready.append(handle)
        return handle

    def step(self, task: Task, go: Callable[[], None]) -> None:
        """Let a task run until it waits again."""
        lane, crew = task.lane, self.crew
        if lane is None or crew is None:
            go()
            return
        crew.begin_turn(lane)
        go()
        if not task.done():
            crew.end_turn(rest_of(task))
        elif lane is crew.home:
            crew.end_turn(None)
        else:
            crew.died(lane, _error_of(task))


class Step(asyncio.Handle):
    """A step of a task, as the loop keeps it until it is its turn."""

    __slots__ = ()
    _callback: Any
    _loop: Any

    def _run(self) -> None:
        task, loop = self._callback.__self__, self._loop
        loop.step(task, super()._run)


def _name_to_be() -> object:
    """The name that ``asyncio.create_task`` gives a task as soon as it exists (up to 3.11)."""
    caller = sys._getframe(2)
    return caller.f_locals.get("name") if caller.f_code.co_name == "create_task" else None


def _error_of(task: asyncio.Task[Any]) -> str | None:
    """Why it failed, without marking its exception as looked at, which the program should do."""
    if task.cancelled():
        return "cancelled"
    error = task._exception
    return None if error is None else one_line(error)


def _is_programs_own(coro: Coroutine[Any, Any, Any] | Any) -> bool:
    """Whether a coroutine was written, or made into a task, by a listing."""
    code = getattr(coro, "cr_code", None) or getattr(coro, "gi_code", None)
    if code is not None and code.co_filename in _recorder.files:
        return True
    frame: FrameType | None = sys._getframe(2)
    while frame is not None:
        if frame.f_code.co_filename in _recorder.files:
            return True
        if not frame.f_globals.get("__name__", "").startswith("asyncio"):
            return False
        frame = frame.f_back
    return False


_MAIN = {"run", "run_until_complete"}


def _is_main() -> bool:
    """Whether the task is made for ``asyncio.run`` or ``run_until_complete``, by asyncio itself."""
    frame: FrameType | None = sys._getframe(2)
    while frame is not None and frame.f_globals.get("__name__", "").startswith("asyncio"):
        if frame.f_code.co_name in _MAIN:
            return True
        frame = frame.f_back
    return False
