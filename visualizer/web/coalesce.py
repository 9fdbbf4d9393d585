"""Not more often than needed: alarms, and actions that follow a change at a bounded pace."""

from __future__ import annotations

import heapq
import itertools
import logging
import threading
import time
from collections.abc import Callable

log = logging.getLogger(__name__)


class Alarms:
    """Calls functions at their time, one after another, in a background task. Safe for threads.

    The task ends when nothing is left to do. A function that takes long holds up the others: it
    should start a task of its own.
    """

    def __init__(
        self,
        spawn: Callable[[Callable[[], None]], object],
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._spawn = spawn
        self.now = now
        self._waiting: list[tuple[float, int, Callable[[], object]]] = []
        self._numbers = itertools.count()
        self._running = False
        self._changed = threading.Condition(threading.Lock())

    def at(self, when: float, function: Callable[[], object]) -> None:
        """Call the function at this time of ``now``, or as soon as possible after it."""
        with self._changed:
            heapq.heappush(self._waiting, (when, next(self._numbers), function))
            start, self._running = not self._running, True
            # Only who waits for something later has to be told.
            if not start and self._waiting[0][0] == when:
                self._changed.notify()
        if start:
            self._spawn(self._run)

    def _run(self) -> None:
        while (function := self._next()) is not None:
            try:
                function()
            except Exception:  # the edge of a background task, which has others to look after
                log.exception("an alarm failed")

    def _next(self) -> Callable[[], object] | None:
        """Wait for the next function; None if there is none left."""
        with self._changed:
            while self._waiting:
                left = self._waiting[0][0] - self.now()
                if left <= 0:
                    return heapq.heappop(self._waiting)[2]
                self._changed.wait(left)
            self._running = False
            return None


class Share:
    """What one sender may do: ``burst`` things at once, and in the long run ``pace`` a second."""

    def __init__(
        self, pace: float, burst: float, now: Callable[[], float] = time.monotonic
    ) -> None:
        self._pace = pace
        self._burst = burst
        self._now = now
        #: The time up to which the share is used up.
        self._used = now() - burst / pace

    def take(self, things: float = 1) -> float:
        """Take so much of it; the seconds to wait before doing it."""
        now = self._now()
        self._used = max(self._used, now - self._burst / self._pace) + things / self._pace
        return max(0.0, self._used - now)


class Paced:
    """An action that follows every ``touch``, but happens once in ``interval`` seconds at most.

    The first touch acts at once; those that come too early are answered by one action together, so
    the action has to look at what is true then.
    """

    def __init__(self, alarms: Alarms, interval: float, act: Callable[[], None]) -> None:
        self._alarms = alarms
        self._interval = interval
        self._act = act
        self._free = alarms.now()
        self._due = False
        self._lock = threading.Lock()

    def touch(self) -> None:
        with self._lock:
            if self._due:
                return
            now = self._alarms.now()
            early = now < self._free
            if early:
                self._due = True
                when = self._free
            else:
                self._free = now + self._interval
        if early:
            self._alarms.at(when, self._fire)
        else:
            self._act()

    def _fire(self) -> None:
        with self._lock:
            self._due = False
            self._free = self._alarms.now() + self._interval
        self._act()
