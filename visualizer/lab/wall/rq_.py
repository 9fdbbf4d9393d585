"""RQ's worker on the wall clock, and its scheduler, which looks every second what is due."""

from __future__ import annotations

import time
from typing import Any

from visualizer.clock.patch import start_unobserved
from visualizer.lab.stacks.rq_worker import ThreadScheduler, Worker


class RealScheduler(ThreadScheduler):
    """In a thread that is none of the run's."""

    def _begin(self) -> None:
        start_unobserved(self._work)

    def _rest(self) -> None:
        time.sleep(self.interval)


class RealWorker(Worker):
    """On the Redis of the run, over a socket."""

    scheduler_kind = RealScheduler

    def _set_ip_address(self, connection: Any) -> None:
        """RQ asks Redis for it; the answer of the embedded one cannot be read."""
        self.ip_address = "127.0.0.1"
