"""Tells the recorder what happens to the jobs of RQ, in the words that all tasks have.

RQ has no signals. So the methods of its ``Queue`` through which a job goes on its way into a queue
are wrapped; the worker tells the rest (``rq_worker``).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from rq import Queue
from rq.registry import BaseRegistry, ScheduledJobRegistry, StartedJobRegistry

from visualizer.clock import active_clock
from visualizer.lab import link
from visualizer.lab.job import MESSAGE_COST
from visualizer.lab.recorder import Recorder
from visualizer.trace.events import Task, TaskMoment

OWN_NAME = 17
"""Characters from which on a task's name is the same in all processes (``merge``)."""


class Moments:
    """Of the jobs that this process sees.

    ``early``: a worker may have a job before who put it into the queue knows that it is there, so
    it counts as put there from before.
    """

    def __init__(self, recorder: Recorder, early: bool = False) -> None:
        self._recorder = recorder
        self._early = early
        self._known: set[str] = set()

    def tell(
        self,
        job: Any,
        moment: TaskMoment,
        error: str | None = None,
        runs: bool = False,
        t: int | None = None,
    ) -> None:
        """Something happened to a job. ``runs`` says that this lane works on it."""
        recorder = self._recorder
        lane = recorder.lane()
        where = lane.id if lane is not None else link.name()
        request = lane.request if lane is not None else None
        on = where if runs else None
        task = (task_of(job), name_of(job), moment)
        now = recorder.now if t is None else t
        recorder.add(Task(now, *task, where, request, on, error))

    def watch_queues(self) -> None:
        """From now on tell of every job that is put into a queue."""
        for name in ("enqueue_job", "schedule_job"):
            self._wrap(Queue, name, self._put)
        self._wrap(Queue, "enqueue_many", self._put_many)
        self._wrap(Queue, "run_sync", self._run_at_once)
        self._wrap(BaseRegistry, "requeue", self._put_again)

    def _wrap(self, owner: type, name: str, around: Callable[..., Any]) -> None:
        plain = getattr(owner, name)

        @wraps(plain)
        def wrapped(self: Any, *arguments: Any, **options: Any) -> Any:
            return around(plain, self, *arguments, **options)

        setattr(owner, name, wrapped)

    def _put(self, plain: Callable[..., Any], queue: Any, job: Any, *rest: Any, **more: Any) -> Any:
        lane = self._recorder.lane()
        if lane is None or not queue.is_async or lane.task == task_of(job):
            return plain(queue, job, *rest, **more)  # while it is loaded, or one that comes again
        if lane.kind == "worker" and lane.task is None:
            return plain(queue, job, *rest, **more)  # the worker itself tidies up
        self.know(queue)
        pay()
        before = self._recorder.now if self._early else None
        result = plain(queue, job, *rest, **more)
        self.tell(job, "queued", t=before)
        return result

    def _put_many(self, plain: Callable[..., Any], queue: Any, *rest: Any, **more: Any) -> Any:
        self.know(queue)
        jobs = plain(queue, *rest, **more)
        for job in jobs if queue.is_async else ():
            pay()
            self.tell(job, "queued")
        return jobs

    def _put_again(self, plain: Callable[..., Any], *arguments: Any, **options: Any) -> Any:
        pay()
        job = plain(*arguments, **options)
        self.tell(job, "queued")
        return job

    def _run_at_once(self, plain: Callable[..., Any], queue: Any, job: Any) -> Any:
        """``Queue(is_async=False)``: the caller does the work."""
        lane = self._recorder.lane()
        if lane is None:
            return plain(queue, job)
        outer = self._recorder.begin_call(lane, name_of(job))
        done = plain(queue, job)
        failed = "the job has failed" if done.is_failed else None
        self._recorder.end_call(lane, failed, outer)
        return done

    def know(self, queue: Any, takes: bool = False, schedules: bool = False) -> None:
        """Let the coordinator show how full this queue is. See its Redis for the rest."""
        if (queue.name in self._known and not takes) or not link.has_line():
            return
        self._known.add(queue.name)
        taken = [queue.intermediate_queue_key, StartedJobRegistry(queue=queue).key]
        later = ScheduledJobRegistry(queue=queue).key
        database = int(queue.connection.connection_pool.connection_kwargs.get("db") or 0)
        place = (queue.name, database, queue.key, taken, later)
        link.line().call("redis", "queue", *place, takes, schedules)


def task_of(job: Any) -> str:
    """The name of a job in the record."""
    return f"rq {job.id}".ljust(OWN_NAME)


def name_of(job: Any) -> str:
    """The name of its function, as far as it can be read."""
    try:
        return str(job.func_name).rpartition(".")[2]
    except Exception:  # whatever a job's data hold that cannot be read
        return "job"


def pay() -> None:
    """Let time pass for a message."""
    clock = active_clock()
    if clock is not None and clock.current is not None:
        clock.burn(MESSAGE_COST)
