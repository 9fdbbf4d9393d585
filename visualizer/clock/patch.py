"""Replaces what the standard library offers to wait with, once, before anything else is imported.

After ``install()`` locks, thread starts and sleeps ask for the active virtual clock, and pass
through to the real thing while there is none. Libraries imported later keep their own references to
these names, so ``install()`` has to come first in the life of a process.

What needs replacing, per CPython version: up to 3.12 ``Thread.join`` waits on a lock that the
interpreter releases (``threading._set_sentinel``); since 3.13 on a handle
(``threading._ThreadHandle``).
"""

from __future__ import annotations

import _thread
import functools
import itertools
import queue
import reprlib
import sys
import threading
import time
from collections.abc import Callable
from types import ModuleType
from typing import TYPE_CHECKING, Any

from . import active
from .base import NS
from .locks import Lock

if TYPE_CHECKING:
    from .threads import VirtualThread

EPOCH = 1_767_603_600
"""Where the calendar of every virtual run begins: Monday, 5 January 2026, 09:00 UTC."""

_real_sleep = time.sleep
_real_ident = _thread.get_ident
_real_start = _thread.start_new_thread
processor_time = time.process_time
"""Seconds for which the threads of this process have used a processor."""
real_time = time.perf_counter
"""Seconds of real time, also while a virtual clock runs."""
_real_times: dict[str, Callable[[], Any]] = {
    name: getattr(time, name)
    for name in ("monotonic", "perf_counter", "process_time", "thread_time")
}
_installed = False


def install() -> None:
    """Replace them. A second call does nothing."""
    global _installed
    if _installed:
        return
    _installed = True
    _install_time()
    _install_locks()
    _install_threads()
    _install_hashes()


def every(seconds: float, look: Callable[[], None]) -> None:
    """Call ``look`` again and again in a real thread of its own, also while a virtual clock runs.

    It may look and must not touch: whatever the program does is under way meanwhile.
    """

    def watch() -> None:
        while True:
            look()
            _real_sleep(seconds)

    _real_start(watch, ())


def replace(module: ModuleType, **names: object) -> None:
    """Give names of ``module`` other values, for good."""
    vars(module).update(names)


# -- time -----------------------------------------------------------------------------------


def _sleep(seconds: float, /) -> None:
    """Suspend the calling thread for so many seconds."""
    clock = active.clock
    if clock is not None:
        clock.sleep(seconds)
    elif active.observed is not None:
        active.observed.sleep(seconds)
    else:
        _real_sleep(seconds)


def _reader(name: str) -> tuple[Callable[[], float], Callable[[], int]]:
    real, real_ns = getattr(time, name), getattr(time, f"{name}_ns")

    def seconds() -> float:
        clock = active.clock
        return float(real()) if clock is None else clock.now / NS

    def nanoseconds() -> int:
        clock = active.clock
        return int(real_ns()) if clock is None else clock.now

    seconds.__name__, nanoseconds.__name__ = name, f"{name}_ns"
    return seconds, nanoseconds


def _install_time() -> None:
    _sleep.__name__ = "sleep"  # programs name what they give to a thread
    replace(time, sleep=_sleep)
    for name in _real_times:
        seconds, nanoseconds = _reader(name)
        replace(time, **{name: seconds, f"{name}_ns": nanoseconds})
    replace(threading, _time=time.monotonic)
    replace(queue, time=time.monotonic)


def travel() -> None:
    """Let ``time.time`` and ``datetime.now`` follow the active clock from ``EPOCH`` on."""
    import time_machine  # brings half of the standard library, so not before install()

    traveller = time_machine.travel(EPOCH, tick=False).start()

    def time_ns() -> int:
        clock = active.clock
        return EPOCH * NS + (0 if clock is None else clock.now)

    vars(traveller)["time_ns"] = time_ns
    _install_clocks()  # not before: time_machine needs the real functions


def _install_clocks() -> None:
    """All of the system's clocks but that of the calendar read as ``time.monotonic``."""

    def reader(name: str, now: Callable[[], Any]) -> Callable[[int], Any]:
        real = getattr(time, name)

        def read(clk_id: int, /) -> Any:
            return real(clk_id) if clk_id == time.CLOCK_REALTIME else now()

        return read

    for name, now in (("clock_gettime", time.monotonic), ("clock_gettime_ns", time.monotonic_ns)):
        if hasattr(time, name):
            replace(time, **{name: reader(name, now)})


# -- locks ------------------------------------------------------------------------------------


def _install_locks() -> None:
    replace(_thread, allocate_lock=Lock, allocate=Lock)
    # With no C version at hand ``threading.RLock()`` makes the pure-Python one on top of Lock.
    replace(threading, _allocate_lock=Lock, Lock=Lock, _CRLock=None, _shutdown_locks_lock=Lock())
    recursive = vars(threading)["_PyRLock"]
    replace(_thread, RLock=recursive)
    replace(functools, RLock=recursive)
    simple_queue = vars(queue)["_PySimpleQueue"]
    for name in ("queue", "_queue"):
        if name in sys.modules:
            replace(sys.modules[name], SimpleQueue=simple_queue)


# -- threads ----------------------------------------------------------------------------------


def _get_ident() -> int:
    """A nonzero integer that identifies the calling thread among the living."""
    clock = active.clock
    if clock is None or clock.current is None:
        return _real_ident()
    return clock.current.ident


def _start_new_thread(
    function: Callable[..., object], args: tuple[Any, ...], kwargs: dict[str, Any] | None = None
) -> int:
    clock = active.clock
    if clock is None and active.observed is None:
        return _real_start(function, args, kwargs or {})
    owner = getattr(function, "__self__", None)
    thread = owner if isinstance(owner, threading.Thread) else None
    if clock is not None:
        return clock.start_thread(function, args, kwargs or {}, thread=thread).ident
    assert active.observed is not None
    return active.observed.start_thread(function, args, kwargs or {}, thread)[1]


def start_unobserved(function: Callable[..., object], *args: Any) -> None:
    """Start a real thread of which no clock and no instrument knows."""
    _real_start(function, args)


def _set_sentinel() -> Lock:
    """A lock that is released when the calling thread has ended (up to Python 3.12)."""
    lock = Lock()
    clock = active.clock or active.observed
    if clock is not None and clock.current is not None:
        clock.current.sentinels.append(lambda: _release(lock))
    return lock


def _release(lock: Lock) -> None:
    if lock.locked():
        lock.release()


class _Handle:
    """A thread's handle, as ``threading`` uses it since Python 3.13."""

    def __init__(self, ident: int | None = None) -> None:
        self.ident = ident
        #: Held by the thread until it has ended.
        self._life = Lock()
        self._life.acquire()

    def join(self, timeout: float | None = None) -> None:
        if self._life.acquire(timeout=-1 if timeout is None else max(timeout, 0)):
            self._life.release()

    def is_done(self) -> bool:
        return not self._life.locked()

    def _belongs_to(self, thread: VirtualThread) -> None:
        self.ident = thread.ident
        self._life.holder = thread
        thread.sentinels.append(self._set_done)

    def _set_done(self) -> None:
        self._life.release()


def _start_joinable_thread(
    function: Callable[[], object], handle: _Handle | None = None, daemon: bool = True
) -> _Handle:
    handle = handle or _Handle()
    clock = active.clock
    owner = getattr(function, "__self__", None)
    thread = owner if isinstance(owner, threading.Thread) else None
    if clock is None:

        def body() -> None:
            try:
                function()
            finally:
                handle._set_done()

        if active.observed is not None:
            handle.ident = active.observed.start_thread(body, (), {}, thread)[1]
        else:
            handle.ident = _real_start(body, ())
        return handle
    new = clock.start_thread(function, (), {}, thread=thread)
    handle._belongs_to(new)
    return handle


def _install_threads() -> None:
    replace(
        _thread,
        get_ident=_get_ident,
        get_native_id=_get_ident,
        start_new_thread=_start_new_thread,
        start_new=_start_new_thread,
    )
    replace(threading, get_ident=_get_ident, get_native_id=_get_ident)
    replace(reprlib, get_ident=_get_ident)
    if hasattr(threading, "_set_sentinel"):
        replace(threading, _set_sentinel=_set_sentinel, _start_new_thread=_start_new_thread)
    else:
        replace(
            threading,
            _start_joinable_thread=_start_joinable_thread,
            _ThreadHandle=_Handle,
            _make_thread_handle=_Handle,
        )


# -- what else depends on addresses -----------------------------------------------------------


def _install_hashes() -> None:
    """Threads and futures stand in sets, whose order would follow their addresses."""
    from concurrent.futures import Future  # makes locks when it is imported: the replaced ones

    for cls in (threading.Thread, Future):
        _hash_by_sequence(cls)


def _hash_by_sequence(cls: type) -> None:
    numbers = itertools.count(1)

    def __hash__(self: Any) -> int:
        try:
            return int(self.__dict__["_sequence"])
        except KeyError:
            self.__dict__["_sequence"] = next(numbers)
            return int(self.__dict__["_sequence"])

    setattr(cls, "__hash__", __hash__)  # noqa: B010  a plain assignment is no method to mypy
