"""For what does a task wait, in words: read off the coroutines that it stands in.

The outermost function of asyncio below the program's own code says it: whoever awaits
``queue.get()`` waits for an item, not for the future that ``get`` makes inside.
"""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Iterator
from types import CodeType, FrameType
from typing import Any

from visualizer.lab.crew import READY, Rest
from visualizer.lab.outside import hosts

_FOLDER = asyncio.__file__.removesuffix("__init__.py")

_WAITS = {
    "Lock.acquire": Rest("waiting", "waits for a lock", firm=True),
    "Event.wait": Rest("waiting", "waits for an event"),
    "Condition.wait": Rest("waiting", "waits for a condition"),
    "Semaphore.acquire": Rest("waiting", "waits for a semaphore"),
    "Barrier.wait": Rest("waiting", "waits for the others at a barrier"),
    "Queue.get": Rest("waiting", "waits for an item in a queue"),
    "Queue.put": Rest("waiting", "waits for a free place in a queue"),
    "Queue.join": Rest("waiting", "waits for a queue to be worked off"),
    "TaskGroup.__aexit__": Rest("waiting", "waits for its tasks to end", firm=True),
    "wait": Rest("waiting", "waits for tasks to end", firm=True),
    "as_completed.<locals>._wait_for_one": Rest("waiting", "waits for tasks to end", firm=True),
    "to_thread": Rest("waiting", "waits for a thread"),
    "BaseEventLoop.shutdown_default_executor": Rest("waiting", "waits for threads to end"),
}
_NAMED = 4
"""Most tasks that are named."""


_FOR_ANYTHING = ("waits for an event", "waits for a future", "waits for an answer")
"""What a task may wait for inside a library while a service works for it."""


def rest_of(task: asyncio.Task[Any]) -> Rest:
    """How a task is that has just given its turn back and is not done."""
    rest = _rest_of(task)
    lane = getattr(task, "lane", None)
    service = hosts.owes(lane.id) if lane is not None else None
    if service is None or not rest.reason.startswith(_FOR_ANYTHING):
        return rest
    limit = rest.reason.partition(",")
    return Rest(rest.state, f"waits for {service}{limit[1]}{limit[2]}", rest.seconds)


def _rest_of(task: asyncio.Task[Any]) -> Rest:
    for code, frame in _chain(task.get_coro()):
        if not code.co_filename.startswith(_FOLDER):
            continue
        name = code.co_qualname
        if name == "sleep":
            seconds = float(frame.f_locals["delay"])
            return Rest("sleeping", f"sleeps {seconds:g} s", seconds) if seconds > 0 else READY
        if name == "wait_for":
            return _with_limit(task, frame.f_locals.get("timeout"))
        if name in _WAITS:
            return _WAITS[name]
    return _by_future(task)


def _chain(coro: Any) -> Iterator[tuple[CodeType, FrameType]]:
    """The coroutine and all that it awaits, outermost first."""
    while coro is not None:
        for kind in ("cr", "ag", "gi"):
            frame = getattr(coro, f"{kind}_frame", None)
            if frame is not None:
                yield frame.f_code, frame
                inner = "gi_yieldfrom" if kind == "gi" else f"{kind}_await"
                coro = getattr(coro, inner, None)
                break
        else:
            return


def _with_limit(task: asyncio.Task[Any], seconds: float | None) -> Rest:
    """``wait_for`` waits for another task until 3.11, and runs the coroutine itself since 3.12."""
    inner: Rest | None = None
    for code, frame in _chain(task.get_coro()):
        if code.co_qualname == "wait_for" and code.co_filename.startswith(_FOLDER):
            awaited = frame.f_locals.get("fut")
            if isinstance(awaited, asyncio.Task):
                inner = Rest("waiting", f"waits for {_name(awaited)}")
    rest = inner or Rest("waiting", "waits for an answer")
    if seconds is None:
        return rest
    return Rest("waiting", f"{rest.reason}, at most {seconds:g} s", float(seconds))


def _by_future(task: asyncio.Task[Any]) -> Rest:
    """Nothing of asyncio stands between: the program awaits a future itself."""
    future = task._fut_waiter  # type: ignore[attr-defined]  # typeshed leaves out what is private
    if future is None:
        return READY
    if isinstance(future, asyncio.Task):
        return Rest("waiting", f"waits for {_name(future)}", firm=True)
    children = getattr(future, "_children", None)
    if children is not None:
        return Rest("waiting", f"waits for {_names(children)}", firm=True)
    return Rest("waiting", "waits for a future")


def _names(futures: list[Any]) -> str:
    waiting = [each for each in futures if not each.done()]
    names = [_name(each) for each in itertools.islice(waiting, _NAMED)]
    if len(waiting) > _NAMED:
        names.append(f"{len(waiting) - _NAMED} more")
    return " and ".join(filter(None, [", ".join(names[:-1]), *names[-1:]])) or "tasks to end"


def _name(future: Any) -> str:
    lane = getattr(future, "lane", None)
    if lane is not None:
        return str(lane.name)
    return str(future.get_name()) if isinstance(future, asyncio.Task) else "a future"
