"""How a stand-in treats each piece of work: how long it takes, whether it fails or may not come.

Decides from the service's settings, the moment, and a source of chance of its own. Moments are
nanoseconds since the run began, and come in order.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from random import Random

from visualizer.clock import NS, nanoseconds
from visualizer.lab.job import Fault, Service

from .talk import Verdict

RETRIES = (1, 3, 7, 15, 31, 63)
"""Seconds after which a system tries to connect again to a host that does not answer (Linux)."""

GIVES_UP = 127
"""Seconds after which it tells the program that nobody answers."""


class Conduct:
    """See the module's docstring. One object a service and run."""

    def __init__(self, service: Service, seed: int, faults: Iterable[Fault] = ()) -> None:
        self._latency = nanoseconds(service.latency)
        #: Times in which it is slower: from, to, and its latency then.
        self._slow: list[tuple[int, int, int]] = []
        self.hangs = service.when_down == "hang"
        #: Times in which it is not there: from, to.
        self.downs: list[tuple[int, int]] = []
        if service.down is not None:
            first, last = service.down
            self.downs.append((nanoseconds(first), nanoseconds(last)))
        for fault in faults:
            first, last = nanoseconds(fault.at), nanoseconds(fault.at + fault.lasts)
            if fault.down == service.name:
                self.downs.append((first, last))
            elif fault.slow == service.name:
                self._slow.append((first, last, nanoseconds(fault.latency)))
        self._service = service
        self._chance = Random(f"service {service.name} {seed}")
        #: When the last pieces of work came that count for the rate limit.
        self._taken: deque[int] = deque()

    def latency(self, now: int) -> int:
        """How long it takes for what it begins now (ns)."""
        slow = (latency for first, last, latency in self._slow if first <= now < last)
        return next(slow, self._latency)

    def is_down(self, now: int) -> bool:
        return self.back_after(now) > 0

    def back_after(self, now: int) -> int:
        """How long it is still down (ns), 0 if it is up."""
        ends = [last for first, last in self.downs if first <= now < last]
        return max(ends, default=now) - now

    def connects_after(self, now: int) -> int | None:
        """The time until a connection tried now succeeds (ns), None where it never does.

        The system tries again after growing pauses until one try finds that somebody answers.
        """
        if not self.is_down(now):
            return 0
        tries = (seconds * NS for seconds in RETRIES)
        return next((wait for wait in tries if not self.is_down(now + wait)), None)

    def has_place(self, at_work: int) -> bool:
        """Whether it works on another piece while it works on so many."""
        return self._service.capacity is None or at_work < self._service.capacity

    def admit(self, now: int) -> float | None:
        """A piece of work has come. None if it is taken, else the seconds until one would be."""
        limit, window = self._service.rate_limit, nanoseconds(self._service.rate_seconds)
        if limit is None:
            return None
        while self._taken and self._taken[0] <= now - window:
            self._taken.popleft()
        if len(self._taken) >= limit:
            first = self._taken[0] if self._taken else now
            return (first + window - now) / NS
        self._taken.append(now)
        return None

    def verdict(self) -> Verdict:
        """How the next piece of work ends. Drawn for each, so other settings move no draw."""
        return "failed" if self._chance.random() < self._service.fail else "done"
