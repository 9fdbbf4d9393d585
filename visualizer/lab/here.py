"""The services of a run that is one process, held by that process itself.

What the coordinator is for several processes (``coordinator``), this is for one: the time is the
clock's, whoever waits for a service is a thread of this process, and a call is a call.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from visualizer.clock import VirtualClock, nanoseconds
from visualizer.trace.events import Event

from .job import Job
from .line import Line
from .outside.services import Outside
from .recorder import Recorder
from .redis_server import Redis
from .websockets import WebSockets


class Here(Line):
    """A ``World`` for services, and a ``Line`` for whoever calls them."""

    def __init__(self, job: Job, clock: VirtualClock, recorder: Recorder) -> None:
        super().__init__(clock)
        self._recorder = recorder
        self._outside = Outside(self, job.services, job.seed, job.faults)
        self.websockets = WebSockets(self, nanoseconds(job.network))
        self._services = {
            "run": self,
            "outside": self._outside,
            "redis": Redis(self, job.seed),
            "websockets": self.websockets,
        }

    @property
    def now(self) -> int:
        return self._clock.now

    def wake(self, process: str, key: str) -> None:
        self._wake(key)

    def at(self, when: int, call: Callable[[], None]) -> None:
        self._clock.at(when, call)

    def tell(self, make: Callable[[int], Event], process: str = "") -> None:
        self._recorder.add(make(self._recorder.now))

    def call(self, service: str, method: str, *arguments: Any) -> Any:
        return getattr(self._services[service], method)("", *arguments)

    def serving(self, process: str) -> None:
        """The server's lanes exist: now those of services."""
        self._outside.begin(self.now)
