"""The virtual clock: real threads, one baton, and a time that moves only when nobody can run.

Every virtual thread is a real thread of the operating system that waits at its own gate.
One of them holds the baton and runs; whoever blocks hands the baton to the next thread in the
queue. If nobody is in the queue the clock jumps to the earliest timer. So the order of everything
depends on the program and the seed alone, and ``time.sleep(5)`` costs no real time.

The baton is the interpreter lock of the process that is modelled. Using the processor
(``burn``) takes virtual time and keeps the baton for at most ``SWITCH_INTERVAL`` while others want
it, as in CPython (``sys.setswitchinterval``). All else, library code included, takes no time.

Seed 0 is first in, first out. Any other seed also draws who is next and at which line
boundary a thread loses the baton.
"""

from __future__ import annotations

import _thread
import sys
import threading
from collections import deque
from collections.abc import Callable
from heapq import heappop, heappush
from random import Random
from typing import Any, TypeAlias

from . import active
from .base import NS, Instrument, Outcome, Reason, State, Waiting, nanoseconds
from .locks import Lock, be_main_thread, watch_registration
from .report import describe_wait
from .threads import Timer, VirtualThread, unraisable

SWITCH_INTERVAL = 5_000_000
"""Nanoseconds for which a thread that computes keeps the interpreter lock from others."""

SWITCH_CHANCE = 0.5
"""With a seed: how likely a thread loses the baton at a line boundary when others want it."""

NEVER = 1 << 62

Ask: TypeAlias = Callable[[int, bool], None]

FIRST = 1
"""The number of the thread that runs ``main``."""

Charge: TypeAlias = Callable[[], tuple[int, bool]]

_real_lock = _thread.allocate_lock
_native_id = _thread.get_native_id
_real_ident = _thread.get_ident
_real_start = _thread.start_new_thread


class VirtualClock:
    """A clock that jumps. See the module's docstring for what it promises.

    ``install()`` must have been called before the program's libraries were imported; one clock
    can run at a time, and only once.
    """

    def __init__(self, seed: int = 0, instrument: Instrument | None = None) -> None:
        self.now = 0
        """Nanoseconds since the run began."""
        self.current: VirtualThread | None = None
        """The thread that holds the baton."""
        self.horizon = NEVER
        """Up to here, exclusive, the running thread may burn without anybody else noticing."""
        self.limit = NEVER
        """Before this moment nothing comes from outside; to go further, ``_ask`` is asked."""
        self._ask: Ask | None = None
        self.outside = False
        """The running thread waits for somebody outside, which is no affair of the program's."""
        self._debt: tuple[VirtualThread, Charge] | None = None
        self.threads: dict[int, VirtualThread] = {}
        self._random = Random(seed) if seed else None
        self._instrument = instrument or Instrument()
        self._ready: deque[VirtualThread] = deque()
        self._handoff: VirtualThread | None = None
        self._timers: list[tuple[int, int, VirtualThread | Timer, int]] = []
        self._order = 0
        self._idents = 0
        self._slice_end = NEVER
        self._until = NEVER
        self._ending: Reason | None = None
        self._failure: BaseException | None = None
        self._host = _real_lock()
        self._host.acquire()

    def observe(self, instrument: Instrument) -> None:
        """Tell ``instrument`` what threads do from now on, in place of the present one."""
        self._instrument = instrument

    def go_up_to(self, limit: int) -> None:
        """Nothing comes from outside before that moment (ns). Only whoever was asked knows."""
        self.limit = limit
        self._set_horizon()

    def join(self, ask: Ask) -> None:
        """Be one of several clocks that share their time, each in a process of its own.

        ``ask(when, quiet)`` is called before the time goes on to ``when`` or beyond ``limit``, and
        whenever nothing is left to do (``quiet``). It waits, in real time, until this clock may go
        on; by then it has called ``go_up_to``, put what comes from outside among the timers
        (``at``), or ended the run (``end``).
        """
        self._ask = ask
        self.limit = 0

    # -- the interface of every clock -----------------------------------------------------

    def time(self) -> float:
        return self.now / NS

    def sleep(self, seconds: float) -> None:
        if seconds < 0:
            raise ValueError("sleep length must be non-negative")
        if seconds == 0:
            self.yield_()
        else:
            self.park("sleeping", self.deadline(seconds), None)

    def cpu(self, seconds: float) -> None:
        self.burn(nanoseconds(seconds))

    def call_later(self, seconds: float, call: Callable[[], None]) -> Timer:
        return self.at(self.deadline(seconds), call)

    def at(self, when: int, call: Callable[[], None]) -> Timer:
        """Make ``call()`` at that time, in nanoseconds. As ``call_later``."""
        timer = Timer(call)
        self._push(when, timer, 0)
        return timer

    def spawn(self, function: Callable[[], None], name: str) -> None:
        """Run ``function()`` in a new virtual thread that is a ``threading.Thread``, too."""
        threading.Thread(target=function, name=name, daemon=True).start()

    def run(self, main: Callable[[], None], until: float | None = None) -> Outcome:
        """Run ``main()`` in a virtual thread; return when the run has ended.

        Threads that are not finished then are never scheduled again: no ``finally`` of theirs
        runs, as when a process is killed. End the process soon afterwards.
        What ``main`` raises is raised here.
        """
        if active.clock is not None:
            raise RuntimeError("another virtual clock is running in this process")
        self._until = NEVER if until is None else nanoseconds(until)
        watch_registration()
        active.clock = self
        restore = be_main_thread(FIRST)
        try:
            if self._ask is not None:
                self._reach(0)
            self.start_thread(main, (), {}, name="main")
            self._set_horizon()
            self._pass_on()
            self._host.acquire()
        finally:
            active.clock = None
            restore()
        if self._failure is not None:
            raise self._failure
        assert self._ending is not None
        return Outcome(self._ending, self.now, self._waiting())

    def stop(self) -> None:
        """End the run. The calling thread goes on until it next touches the clock."""
        self.end("done", self.now)

    def end(self, reason: Reason, now: int) -> None:
        """End the run for that reason; the time is ``now``, in nanoseconds."""
        self._ending = self._ending or reason
        self.now = now
        self.horizon = -1

    # -- what takes real time -------------------------------------------------------------

    def interrupt(self, thread: VirtualThread, charge: Charge) -> None:
        """``thread``, which runs, is in a call that takes real time, or has just left it.

        When it next touches the clock ``charge()`` says how many nanoseconds it took, and whether
        it used the processor. May be called from outside, at any moment.
        """
        self._debt = thread, charge
        self.horizon = -1

    def settle(self, line: bool = False) -> None:
        """Let the time go on by what the running thread has used in reality, if that is known.

        ``line``: it has told a line since, which begins only then.
        """
        if self._debt is None:
            return
        (debtor, charge), self._debt = self._debt, None
        if debtor is not self.current:
            return  # it was seen too late
        put_back = self._instrument.take_back_line() if line else None
        took, computed = charge()
        if computed:
            self._burn(took)
        elif took:
            self.park("blocked", self.now + took, None, "something outside of Python")
        if put_back is not None:
            put_back()

    # -- using the processor --------------------------------------------------------------

    def burn(self, ns: int) -> None:
        """Use the processor for ``ns`` nanoseconds, holding the interpreter lock."""
        end = self.now + ns
        if end < self.horizon:
            self.now = end
        else:
            self._burn(ns)

    def burn_line(self, ns: int) -> None:
        """As ``burn``, for a line that has just been told."""
        self.settle(line=True)
        self.burn(ns)

    def _burn(self, left: int) -> None:
        me = self.current
        assert me is not None
        self.settle()
        if self._random and self._ready and self._random.random() < SWITCH_CHANCE:
            self._give_way(me)
        while True:
            if self._ending:
                self._freeze(me)
            if me.thrown is not None:
                self._raise(me)
            if self._ready and self.now >= self._slice_end:
                self._give_way(me)
                continue
            goal = self.now + left
            if self._ready:
                goal = min(goal, self._slice_end)
            goal = min(goal, self._until)
            if self._ask is not None and self._reach(goal):
                continue
            if self._timers and self._timers[0][0] <= goal:
                left -= self._fire()
            else:
                left -= goal - self.now
                self.now = goal
            if self.now >= self._until:
                self._ending = self._ending or "until"
            elif left == 0:
                break
        self._set_horizon()
        if me.thrown is not None:
            self._raise(me)

    def yield_(self) -> None:
        """Let every other thread that is ready run first."""
        me = self.current
        assert me is not None
        if self._ready or self._ending:
            self._give_way(me)
            self._set_horizon()

    def _give_way(self, me: VirtualThread) -> None:
        self._ready.append(me)
        self._instrument.thread_state(me, "ready", "", None)
        self._switch(me)

    # -- waiting ----------------------------------------------------------------------------

    def deadline(self, seconds: float) -> int:
        """The time so many seconds from now: now for none or less, later for the least bit more.

        ``Queue.get`` and others wait in a loop for what is left of their time, which in floats
        may be less than a nanosecond. If the clock stood still for it they would never end.
        """
        return self.now + max(int(seconds > 0), nanoseconds(seconds))

    def park(
        self, state: State, deadline: int | None, waits_for: Lock | None, reason: str = ""
    ) -> bool:
        """Take the calling thread out of the race until ``unpark`` or the deadline.

        ``reason`` says for what it waits, where that is no lock. Return True if it was unparked,
        False if the deadline came first.
        """
        me = self.current
        assert me is not None
        if self._debt is not None and self._settle_before_waiting(me):
            return True
        me.park_id += 1
        me.parked, me.deadline, me.waits_for, me.timed_out = state, deadline, waits_for, False
        if deadline is not None:
            self._push(deadline, me, me.park_id)
        me.reason = reason or describe_wait(waits_for)
        seconds = None if deadline is None else (deadline - self.now) / NS
        self._instrument.thread_state(me, state, me.reason, seconds)
        self._switch(me)
        self._set_horizon()
        if me.thrown is not None:
            self._raise(me)
        return not me.timed_out

    def _settle_before_waiting(self, me: VirtualThread) -> bool:
        """``settle``, for a thread that has looked already, and found that it has to wait.

        Whether what it is going to wait for has come meanwhile: nobody would tell it again.
        """
        me.settling, me.called = True, False
        try:
            self.settle()
        finally:
            me.settling = False
        return me.called

    def unpark(self, thread: VirtualThread) -> None:
        """Let a parked thread run again when its turn comes."""
        if thread.settling:
            thread.called = True
        else:
            self._rouse(thread)

    def _rouse(self, thread: VirtualThread) -> None:
        if thread.parked is not None:
            self._wake(thread)
            self._set_horizon()

    def _wake(self, thread: VirtualThread) -> None:
        thread.parked = thread.waits_for = thread.deadline = None
        if not self._ready:
            self._slice_end = self.now + SWITCH_INTERVAL
        self._ready.append(thread)
        self._instrument.thread_state(thread, "ready", "", None)

    def throw(self, thread: VirtualThread, error: BaseException) -> None:
        """Raise ``error`` in a thread, whether it waits or computes, as a signal's handler may."""
        thread.thrown = error
        self._rouse(thread)

    def _raise(self, me: VirtualThread) -> None:
        error, me.thrown = me.thrown, None
        assert error is not None
        raise error

    # -- threads ------------------------------------------------------------------------------

    def start_thread(
        self,
        function: Callable[..., object],
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
        name: str = "",
        thread: Any = None,
    ) -> VirtualThread:
        """Start a virtual thread. ``thread`` is its ``threading.Thread``, if it has one."""
        self._idents += 1
        new = VirtualThread(self._idents, name or f"thread {self._idents}", self.current)
        new.thread = thread
        self.threads[new.ident] = new
        try:
            _real_start(self._body, (new, function, args, kwargs))
        except RuntimeError:
            del self.threads[new.ident]
            raise
        self._instrument.thread_started(new, self.current)
        if thread is not None and self.current is not None:
            # ``Thread.start`` is about to wait for this thread: let it register at once.
            new.newborn = True
            self._handoff = new
        else:
            if not self._ready:
                self._slice_end = self.now + SWITCH_INTERVAL
            self._ready.append(new)
            self._set_horizon()
        return new

    def newborn_registered(self) -> None:
        """A new thread is known to ``threading``: its starter goes on, it waits its turn."""
        me = self.current
        if me is None or not me.newborn:
            return
        me.newborn = False
        starter = me.starter
        if starter is not None and starter in self._ready:
            self._ready.remove(starter)
            self._handoff = starter
            self._give_way(me)
            self._set_horizon()

    def _body(
        self,
        me: VirtualThread,
        function: Callable[..., object],
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
    ) -> None:
        me.native, me.real_ident = _native_id(), _real_ident()
        me.gate.acquire()
        try:
            self._live(me, function, args, kwargs)
        except BaseException as error:
            # Ours, not the program's: end the run and let ``run`` raise it.
            self._failure = self._failure or error
            self._ending = self._ending or "done"
        self._pass_on()

    def _live(
        self,
        me: VirtualThread,
        function: Callable[..., object],
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
    ) -> None:
        self._instrument.thread_begins(me)
        try:
            function(*args, **kwargs)
        except SystemExit:
            pass  # as in CPython: it ends the thread and nothing else
        except BaseException as error:
            if me.starter is None:
                raise
            sys.unraisablehook(unraisable(error, function))
        for release in me.sentinels:
            release()
        del self.threads[me.ident]
        self._instrument.thread_ended(me)

    # -- the baton ------------------------------------------------------------------------------

    def _switch(self, me: VirtualThread) -> None:
        """Hand the baton on and wait at the gate until it comes back."""
        nxt = self._next()
        if nxt is not me:
            if nxt is None:
                self._host.release()
            else:
                nxt.gate.release()
            me.gate.acquire()

    def _pass_on(self) -> None:
        """Hand the baton on for good."""
        nxt = self._next()
        (self._host if nxt is None else nxt.gate).release()

    def _freeze(self, me: VirtualThread) -> None:
        """The run is over: tell the host, and never come back."""
        self._host.release()
        me.gate.acquire()

    def _next(self) -> VirtualThread | None:
        """Who holds the baton now, after moving the clock if need be. None: the run is over."""
        if self._ending:
            return None
        nxt = self._handoff
        if nxt is not None:
            self._handoff = None
        elif self._ready and self._random is None:
            nxt = self._ready.popleft()  # what ``_choose`` would do, for the most frequent case
        else:
            nxt = self._choose()
            if nxt is None:
                return None
        self.current = nxt
        self._slice_end = self.now + SWITCH_INTERVAL
        self._instrument.thread_state(nxt, "running", "", None)
        return nxt

    def _choose(self) -> VirtualThread | None:
        ready = self._ready
        while not ready:
            if self._ending or not self._advance():
                return None
        if self._random and len(ready) > 1:
            ready.rotate(-self._random.randrange(len(ready)))
        return ready.popleft()

    def _advance(self) -> bool:
        """Nobody can run: go to the next timer. False where the run ends instead."""
        quiet = self._instrument.before_advance()
        if self._ask is not None and self._reach(NEVER, quiet):
            return True  # what came from outside may have made a thread ready
        if quiet and self._ask is None:
            self._ending = self._ending or "done"
        if self._ending:
            return False
        while self._timers and not self._alive(self._timers[0]):
            heappop(self._timers)
        if not self._timers:
            self._ending = "quiet"
            return False
        if self._timers[0][0] >= self._until:
            self.now = self._until
            self._ending = "until"
            return False
        self._fire()
        return True

    def _reach(self, goal: int, quiet: bool = False) -> bool:
        """Ask whether the time may go on to the first timer, or to ``goal`` if that is earlier.

        Return True if it may not yet: somebody has been asked, and things may look different now.
        """
        assert self._ask is not None
        while self._timers and not self._alive(self._timers[0]):
            heappop(self._timers)
        if self._timers and self._timers[0][0] < goal:
            goal = self._timers[0][0]
        if goal < self.limit and not quiet:
            return False
        self._ask(goal, quiet)
        if self._timers and self._timers[0][0] < goal:
            goal = self._timers[0][0]
        return goal >= self.limit or self._ending is not None

    # -- timers ---------------------------------------------------------------------------------

    def _push(self, when: int, target: VirtualThread | Timer, park_id: int) -> None:
        self._order += 1
        heappush(self._timers, (when, self._order, target, park_id))
        if when < self.horizon:
            self.horizon = when

    @staticmethod
    def _alive(entry: tuple[int, int, VirtualThread | Timer, int]) -> bool:
        _, _, target, park_id = entry
        if isinstance(target, Timer):
            return target.call is not None
        return target.parked is not None and target.park_id == park_id

    def _fire(self) -> int:
        """Take the earliest timer; move the clock to it and act. Return how far it moved."""
        entry = heappop(self._timers)
        if not self._alive(entry):
            return 0
        when, _, target, _ = entry
        moved = when - self.now
        self.now = when
        if isinstance(target, Timer):
            call, target.call = target.call, None
            assert call is not None
            try:
                call()
            except Exception as error:  # not the fault of the thread that happens to run
                self._failure = self._failure or error
                self.stop()
        else:
            target.timed_out = True
            self._wake(target)
        return moved

    def _set_horizon(self) -> None:
        # Comparisons, not ``min``: this is done at every switch.
        horizon = self._until if self._until < self.limit else self.limit
        if self._timers and self._timers[0][0] < horizon:
            horizon = self._timers[0][0]
        if self._ready and self._slice_end < horizon:
            horizon = self._slice_end
        if self._ending or self._debt or (self._random and self._ready):
            horizon = -1
        self.horizon = horizon

    def _waiting(self) -> list[Waiting]:
        return [thread.waiting() for thread in self.threads.values() if thread.parked is not None]
