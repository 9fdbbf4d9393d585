"""A lock whose waiters wait on the virtual clock.

It replaces ``threading.Lock``. Condition, Event, Semaphore, Queue, Barrier, RLock and executors of
the standard library are built on that one lock, so they follow by themselves. A real lock
inside keeps the state, so that the lock works with or without a clock.

As in CPython a released lock is free for whoever comes first: the longest waiter is woken and
tries again, and may find it taken.
"""

from __future__ import annotations

import _thread
import threading
from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING

from . import active

if TYPE_CHECKING:
    from .threads import VirtualThread

_real_lock = _thread.allocate_lock


class Lock:
    """As ``threading.Lock``; see https://docs.python.org/3/library/threading.html#lock-objects."""

    __slots__ = ("_real", "_waiters", "holder", "__weakref__")

    def __init__(self) -> None:
        self._real = _real_lock()
        self._waiters: deque[VirtualThread] | None = None
        #: The virtual thread that acquired it last, for reports.
        self.holder: VirtualThread | None = None

    def acquire(self, blocking: bool = True, timeout: float = -1) -> bool:
        if timeout != -1:
            _check_timeout(blocking, timeout)
        clock = active.clock
        if self._real.acquire(False):
            if clock is not None:
                self.holder = clock.current
            return True
        if clock is None or clock.current is None:
            if active.observed is not None and blocking:
                return active.observed.acquire(self, self._real, timeout)
            return self._real.acquire(blocking, timeout)
        return self._wait(timeout) if blocking else False

    def _wait(self, timeout: float) -> bool:
        clock = active.clock
        assert clock is not None
        me = clock.current
        assert me is not None
        deadline = None if timeout == -1 else clock.deadline(timeout)
        if self._waiters is None:
            self._waiters = deque()
        self._waiters.append(me)
        while True:
            try:
                woken = clock.park("blocked", deadline, self)
            except BaseException:
                self._give_up(me)
                raise
            if me in self._waiters:
                self._waiters.remove(me)
                return False
            # ``release`` chose this thread, perhaps after its time was up and before it ran.
            if self._real.acquire(False):
                self.holder = me
                return True
            if not woken:
                return False
            self._waiters.appendleft(me)

    def _give_up(self, me: VirtualThread) -> None:
        """The thread waits no more. If ``release`` had chosen it, another is."""
        assert self._waiters is not None
        if me in self._waiters:
            self._waiters.remove(me)
        elif self._waiters and not self._real.locked():
            self._wake_next(self._waiters)

    def release(self) -> None:
        self._real.release()
        self.holder = None
        if self._waiters:
            self._wake_next(self._waiters)

    @staticmethod
    def _wake_next(waiters: deque[VirtualThread]) -> None:
        clock = active.clock
        if clock is not None:
            clock.unpark(waiters.popleft())

    def locked(self) -> bool:
        return self._real.locked()

    def __enter__(self) -> bool:
        return self.acquire()

    def __exit__(self, *exc: object) -> None:
        self.release()

    # ``_thread.lock`` has these names, too, and some libraries use them.
    acquire_lock = acquire
    release_lock = release
    locked_lock = locked

    def _at_fork_reinit(self) -> None:
        self._real = _real_lock()
        self._waiters = None
        self.holder = None

    def __repr__(self) -> str:
        return f"<{'locked' if self.locked() else 'unlocked'} lock>"


def _check_timeout(blocking: bool, timeout: float) -> None:
    """Refuse what ``threading.Lock`` refuses, be the lock free or not."""
    if not blocking:
        raise ValueError("can't specify a timeout for a non-blocking call")
    if timeout < 0:
        raise ValueError("timeout value must be a non-negative number")
    if timeout > threading.TIMEOUT_MAX:
        raise OverflowError("timeout value is too large")


class StartLock:
    """The lock that ``threading`` takes to register a thread that has just started.

    CPython's ``Thread.start`` waits until the new thread says that it runs, so in practice the
    new thread goes first. Here the new thread yields as soon as it is registered and the starter
    goes on: the order that teaches, and one that CPython does not promise either way.
    """

    def __init__(self) -> None:
        self._lock = threading._RLock()

    def __enter__(self) -> None:
        self._lock.acquire()

    def __exit__(self, *exc: object) -> None:
        self._lock.release()
        clock = active.clock
        if clock is not None:
            clock.newborn_registered()


def watch_registration() -> None:
    """Put a StartLock in place; ``threading`` makes itself a new plain one after each fork."""
    vars(threading)["_active_limbo_lock"] = StartLock()


def be_main_thread(ident: int) -> Callable[[], None]:
    """Let ``threading.main_thread()`` be the thread with that number. The answer undoes it."""
    main, active_threads = threading.main_thread(), vars(threading)["_active"]
    before = main.ident

    def become(new: int | None) -> None:
        active_threads.pop(main.ident, None)
        vars(main)["_ident"] = new
        active_threads[new] = main

    become(ident)
    return lambda: become(before)
