"""RQ's worker as the lab runs it: its time limits and its scheduler are on the virtual clock.

RQ forks a process for its scheduler, which looks every second what is due. Here a thread does, at
the same seconds, but only at those at which something is.
"""

from __future__ import annotations

import math
import sys
import threading
import time
from collections.abc import Sequence
from typing import Any

from redis import ConnectionPool
from rq import SimpleWorker
from rq.connections import parse_connection
from rq.job import JobStatus
from rq.scheduler import RQScheduler
from rq.timeouts import BaseDeathPenalty, UnixSignalDeathPenalty

from visualizer.clock import NS, active_clock
from visualizer.lab import link
from visualizer.lab.recorder import Lane, Recorder
from visualizer.lab.values import one_line

from .base import Observed
from .rq_moments import Moments, name_of, pay, task_of

HEARTBEAT = 30
"""Seconds after which a scheduler renews its lock at the latest."""


class Penalty(BaseDeathPenalty):  # type: ignore[misc]  # RQ's types are not complete
    """Ends what takes too long, in the moment in which RQ's signal would."""

    _timer: Any = None

    def setup_death_penalty(self) -> None:
        clock = active_clock()
        assert clock is not None and clock.current is not None
        thread, seconds = clock.current, self._timeout
        if seconds and seconds > 0:
            error = self._exception(f"Task exceeded maximum timeout value ({seconds} seconds)")
            self._timer = clock.call_later(seconds, lambda: clock.throw(thread, error))

    def cancel_death_penalty(self) -> None:
        if self._timer is not None:
            self._timer.cancel()


def keep_time() -> None:
    """Let all of RQ's time limits be on the clock."""
    for name in ("setup_death_penalty", "cancel_death_penalty", "_timer"):
        setattr(UnixSignalDeathPenalty, name, vars(Penalty)[name])


class Running:
    """What RQ asks of the process of its scheduler."""

    pid = 0

    @staticmethod
    def is_alive() -> bool:
        return True


class ThreadScheduler(RQScheduler):  # type: ignore[misc]  # RQ's types are not followed
    """Puts jobs into their queues when they are due. RQ forks a process for it; this is a thread of
    the worker, and ends with it."""

    def start(self) -> Any:
        self._status = self.Status.STARTED
        self._process = Running()
        self._begin()
        return self._process

    def _work(self) -> None:
        """As RQ's own ``work``, which can only be in the first thread of a process."""
        self.register_birth()
        while not self._stop_requested:
            if self.should_reacquire_locks:
                self.acquire_locks()
            self.heartbeat()
            self.enqueue_scheduled_jobs()
            self._rest()

    def _begin(self) -> None:
        """Do the work in a thread."""
        raise NotImplementedError

    def _rest(self) -> None:
        """Until the next look."""
        raise NotImplementedError


class Scheduler(ThreadScheduler):
    """On the virtual clock, where it looks only when it would find something."""

    def _begin(self) -> None:
        threading.Thread(target=self._work, name="scheduler", daemon=True).start()

    def _work(self) -> None:
        self._began = _now()
        super()._work()

    def _rest(self) -> None:
        keys = [registry.key for registry in self._scheduled_job_registries]
        link.line().wait(keys, self._pause((_now() - self._began) / NS), "jobs that are due")

    def _pause(self, passed: float) -> float:
        """Seconds to the next look that finds something, of those that RQ takes."""
        due = [self._seconds_to(registry.key) for registry in self._scheduled_job_registries]
        wait, every = min([HEARTBEAT, *due]), float(self.interval)
        looks = max(math.ceil((passed + wait) / every), int(passed / every) + 1)
        return looks * every - passed

    def _seconds_to(self, key: str) -> float:
        first: list[tuple[bytes, float]] = self.connection.zrange(key, 0, 0, withscores=True)
        return max(0.0, first[0][1] - time.time()) if first else math.inf


def _now() -> int:
    clock = active_clock()
    assert clock is not None
    return clock.now


class Worker(SimpleWorker):  # type: ignore[misc]  # RQ's types are not followed
    """Tells what it does. ``lane`` is where it is shown."""

    run: Observed
    recorder: Recorder
    moments: Moments
    lane: Lane
    scheduler_kind: type[RQScheduler] = Scheduler

    def _start_scheduler(self, *_: Any, **__: Any) -> None:
        self.scheduler = self.scheduler_kind(
            self.queues,
            connection=self.connection,
            logging_level="WARNING",
            serializer=self.serializer,
            name=f"scheduler of {self.name}",
        )
        self.scheduler.acquire_locks(auto_start=True)

    def prepare_execution(self, job: Any) -> Any:
        execution = super().prepare_execution(job)
        self.recorder.held.add(task_of(job))
        self.moments.tell(job, "received")
        return execution

    def prepare_job_execution(self, job: Any, *arguments: Any, **options: Any) -> None:
        super().prepare_job_execution(job, *arguments, **options)
        pay()
        self.recorder.held.discard(task_of(job))
        self.lane.task, self.lane.task_name = task_of(job), name_of(job)
        if not self.run.marked:
            self.recorder.keep_tracing()
        self.moments.tell(job, "started", runs=True)

    def execute_job(self, job: Any, queue: Any) -> None:
        super().execute_job(job, queue)
        self.lane.task = self.lane.task_name = None
        sys.settrace(None)

    def handle_job_success(self, job: Any, *arguments: Any, **options: Any) -> None:
        super().handle_job_success(job, *arguments, **options)
        self.moments.tell(job, "finished", runs=True)

    def handle_job_failure(self, job: Any, *arguments: Any, **options: Any) -> None:
        error, again = sys.exc_info()[1], job.should_retry
        super().handle_job_failure(job, *arguments, **options)
        text = one_line(error) if error is not None else str(options.get("exc_string", ""))
        self.moments.tell(job, "retried" if again else "failed", text, runs=True)

    def handle_job_retry(self, job: Any, *arguments: Any, **options: Any) -> None:
        super().handle_job_retry(job, *arguments, **options)
        if job.get_status(refresh=False) == JobStatus.FAILED:
            self.moments.tell(job, "failed", "it has been retried often enough", runs=True)
        else:
            self.moments.tell(job, "retried", "it asks for another try", runs=True)

    def clean_registries(self) -> None:
        """Now and then RQ looks for jobs whose worker has not been heard of for too long."""
        lost = [job for queue in self.queues for job in self._lost(queue)]
        super().clean_registries()
        for job in lost:
            failed = job.get_status() == JobStatus.FAILED
            self.moments.tell(job, "failed" if failed else "retried", "AbandonedJobError")

    def _lost(self, queue: Any) -> list[Any]:
        ids = queue.started_job_registry.get_expired_job_ids()
        jobs = self.job_class.fetch_many(ids, self.connection, self.serializer)
        return [job for job in jobs if job is not None]


def make_worker(
    run: Observed,
    moments: Moments,
    queues: Sequence[Any],
    lane: Lane,
    worker_class: type[Worker] = Worker,
) -> Worker:
    """A worker of this process that listens to ``queues`` and is shown on ``lane``.

    As under ``rq worker``, it has a connection of its own.
    """
    wish, first = run.job.queue, queues[0]
    assert wish is not None
    client, kind, settings = parse_connection(first.connection)
    worker = worker_class(
        [queue.name for queue in queues],
        name=link.name(),
        connection=client(connection_pool=ConnectionPool(connection_class=kind, **settings)),
        queue_class=type(first),
        job_class=first.job_class,
        serializer=first.serializer,
    )
    worker.run, worker.recorder = run, run.recorder
    worker.moments, worker.lane = moments, lane
    for queue in worker.queues:
        moments.know(queue, takes=True, schedules=wish.scheduler)
    return worker
