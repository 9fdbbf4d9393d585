"""The wall clock of a program that is recorded: real time, real threads, and an instrument that
is told what the threads do.

Nothing is slowed down, reordered or simulated. The replacements of ``patch`` pass every sleep, lock
and thread start on to the real thing, and while an ``ObservedClock`` is active they tell it
before and after. A wait for a lock that is shorter than a millisecond is not worth telling.
"""

from __future__ import annotations

import _thread
import sys
import threading
import time
from collections.abc import Callable
from typing import Any

from . import active
from .base import NS, Instrument, State
from .report import describe_wait
from .threads import VirtualThread, unraisable
from .wall import WallClock

SHORT = 0.001
"""Seconds: a wait for a lock below this is no state of a thread."""

_real_lock = _thread.allocate_lock
_real_start = _thread.start_new_thread
_real_ident = _thread.get_ident
_real_sleep = time.sleep
_real_now = time.monotonic_ns


class ObservedClock(WallClock):
    """What ``VirtualClock`` is to a recorder, on real time. One a process, from ``watch`` on.

    ``now`` is the system's monotonic clock in nanoseconds, the same in all processes.
    """

    #: The tracer pays for a line by ``burn`` whenever the clock could go past this time: always.
    horizon = 0
    #: As of a virtual clock: whoever waits for somebody outside says so. Here it means nothing.
    outside = False

    def __init__(self) -> None:
        super().__init__()
        self.threads: dict[int, VirtualThread] = {}
        self._own: dict[int, VirtualThread] = {}
        self._count = 0
        self._lock = _real_lock()
        self._instrument = Instrument()

    @property
    def now(self) -> int:
        return _real_now()

    @now.setter
    def now(self, ns: int) -> None:
        """Real time cannot be set; it has passed already."""

    @property
    def current(self) -> VirtualThread | None:
        """The thread that asks, if it is one of the program's."""
        return self._own.get(_real_ident())

    def observe(self, instrument: Instrument) -> None:
        self._instrument = instrument

    def watch(self, name: str = "main") -> None:
        """From now on the instrument is told what threads do. The calling one is the first."""
        me = self._new(name, None)
        self._own[_real_ident()] = me
        active.observed = self
        self._instrument.thread_started(me, None)
        self._instrument.thread_begins(me)

    def burn(self, ns: int) -> None:
        """A line has taken the time that it took."""

    burn_line = burn

    # -- waiting --------------------------------------------------------------------------------

    def tell(self, state: State, reason: str = "", seconds: float | None = None) -> None:
        """The calling thread is in ``state`` from now on."""
        me = self.current
        if me is not None:
            self._instrument.thread_state(me, state, reason, seconds)

    def sleep(self, seconds: float) -> None:
        self.tell("sleeping", "", seconds)
        _real_sleep(seconds)
        self.tell("running")

    def acquire(self, lock: Any, real: Any, timeout: float) -> bool:
        """Take the real lock inside ``lock``, waiting at most ``timeout`` seconds; -1: for ever."""
        if self.current is None:
            return bool(real.acquire(True, timeout))
        first = SHORT if timeout == -1 else min(SHORT, timeout)
        if real.acquire(True, first):
            return True
        if timeout != -1 and timeout <= SHORT:
            return False
        rest = timeout if timeout == -1 else timeout - first
        self.tell("blocked", describe_wait(lock), None if timeout == -1 else timeout)
        taken = bool(real.acquire(True, rest))
        self.tell("running")
        return taken

    # -- threads --------------------------------------------------------------------------------

    def start_thread(
        self,
        function: Callable[..., object],
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
        thread: threading.Thread | None = None,
    ) -> tuple[VirtualThread, int]:
        """Start a real thread. Answers it, and its number with the system."""
        starter = self.current
        new = self._new("", starter)
        new.thread = thread
        self._instrument.thread_started(new, starter)
        return new, _real_start(self._live, (new, function, args, kwargs))

    def _new(self, name: str, starter: VirtualThread | None) -> VirtualThread:
        with self._lock:
            self._count += 1
            new = VirtualThread(self._count, name or f"thread {self._count}", starter)
            self.threads[new.ident] = new
            return new

    def _live(
        self,
        me: VirtualThread,
        function: Callable[..., object],
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
    ) -> None:
        own = _real_ident()
        self._own[own] = me
        self._instrument.thread_begins(me)
        try:
            function(*args, **kwargs)
        except SystemExit:
            pass  # as in CPython: it ends the thread and nothing else
        except BaseException as error:
            sys.unraisablehook(unraisable(error, function))
        finally:
            self.threads.pop(me.ident, None)
            self._instrument.thread_ended(me)
            self._own.pop(own, None)
            for release in me.sentinels:
                release()

    def time(self) -> float:
        return (_real_now() - round(self._start * NS)) / NS
