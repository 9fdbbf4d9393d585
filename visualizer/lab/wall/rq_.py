"""RQ's worker on the wall clock, and its scheduler, which looks every second what is due.

RQ forks a process for it. Here it is a thread of the worker, as on the virtual clock, so that it
ends with the worker.
"""

from __future__ import annotations

import time
from typing import Any

from rq.scheduler import RQScheduler

from visualizer.clock.patch import start_unobserved
from visualizer.lab.stacks.rq_worker import Running, Worker


class RealScheduler(RQScheduler):  # type: ignore[misc]  # RQ's types are not complete
    """Puts jobs into their queues when they are due."""

    def start(self) -> Any:
        self._status = self.Status.STARTED
        self._process = Running()
        start_unobserved(self._work)
        return self._process

    def _work(self) -> None:
        """As RQ's own ``work``, which can only be in the first thread of a process."""
        self.register_birth()
        while not self._stop_requested:
            if self.should_reacquire_locks:
                self.acquire_locks()
            self.heartbeat()
            self.enqueue_scheduled_jobs()
            time.sleep(self.interval)


class RealWorker(Worker):
    """On the Redis of the run, over a socket."""

    scheduler_kind = RealScheduler

    def _set_ip_address(self, connection: Any) -> None:
        """RQ asks Redis for it; the answer of the embedded one cannot be read."""
        self.ip_address = "127.0.0.1"
