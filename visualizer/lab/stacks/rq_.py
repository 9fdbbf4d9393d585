"""RQ: its real queues and its real worker, over the Redis of the lab.

Each worker is a process that runs RQ's ``SimpleWorker``, which works on jobs in its own process
and not in one that it forks for each (``rq_worker``). What happens to jobs is told by the methods
of RQ through which each job goes (``rq_moments``).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from visualizer.clock import ThreadInfo
from visualizer.lab import link
from visualizer.lab.application import import_error
from visualizer.lab.errors import LabError
from visualizer.lab.job import Job
from visualizer.lab.recorder import HIDDEN, Lane
from visualizer.trace.events import LaneBorn

from .base import Observed, Run, Stack
from .belongings import belongings


class RqStack(Stack):
    """See the module's docstring."""

    name = "RQ"
    warm = (
        "rq",
        "rq.scheduler",
        "_strptime",
        "visualizer.lab.stacks.rq_moments",
        "visualizer.lab.stacks.rq_worker",
        "visualizer.lab.wall.rq_",
    )

    def detect(self, job: Job) -> bool:
        return job.queue is not None and job.queue.library == "rq"

    def prepare(self, run: Run) -> None:
        from .rq_worker import keep_time

        groups = run.job.queue.groups if run.job.queue is not None else []
        if any(group.concurrency > 1 for group in [run.job.queue, *groups] if group is not None):
            raise LabError("parameter", "an RQ worker has one thread; use more workers instead")
        keep_time()

    def record(self, run: Run) -> None:
        from rq import Queue

        from .rq_moments import Moments

        self._moments = Moments(run.recorder)
        self._moments.watch_queues()
        run.without_tracing(Queue, "enqueue_call", "enqueue_job", "enqueue_many", "schedule_job")

    def start(self, run: Run) -> None:
        """In a worker's process: be the worker, for good."""
        if link.is_web():
            return
        from .rq_worker import make_worker

        wish = run.job.queue
        assert wish is not None
        queues = find_queues(run)
        try:
            worker = make_worker(run, self._moments, queues, self._open_lane(run))
        except Exception as error:
            reason = import_error(error, set(run.job.sources))
            text = f"the RQ worker cannot start: {reason.message}"
            raise LabError("import", text, reason.file, reason.line) from error
        worker.work(logging_level="WARNING", with_scheduler=wish.scheduler)

    def observe(self, run: Observed) -> None:
        from .rq_moments import Moments

        self._moments = Moments(run.recorder, early=True)
        self._moments.watch_queues()

    def loaded(self, run: Observed) -> None:
        """The server's connections are open before anybody comes, as if it had been used before."""
        for queue in find_queues(run) if link.is_web() else ():
            queue.connection.ping()

    def work(self, run: Observed, ready: Callable[[list[str]], None]) -> int | None:
        from visualizer.lab.wall.rq_ import RealWorker

        from .rq_worker import make_worker

        wish = run.job.queue
        assert wish is not None
        queues = find_queues(run)
        worker = make_worker(run, self._moments, queues, self._open_lane(run), RealWorker)
        worker.connection.ping()
        ready([queue.name for queue in queues])
        worker.work(logging_level="WARNING", with_scheduler=wish.scheduler)
        return None

    def lane(self, thread: ThreadInfo, starter: ThreadInfo) -> Lane | None:
        """The threads of the worker itself are its own affair."""
        lane: Lane | None = starter.data
        own = not link.is_web() and lane is not None and lane.kind == "worker"
        return HIDDEN if own and lane is not None and lane.task is None else None

    @staticmethod
    def _open_lane(run: Observed) -> Lane:
        """The lane of the worker, which is that of the thread that runs now."""
        assert run.job.queue is not None
        own, recorder = link.process(), run.recorder
        name = "RQ worker" if run.job.queue.count == 1 else f"RQ worker {own.place}"
        lane = Lane(own.id, "worker", own.called(name))
        recorder.add(LaneBorn(recorder.now, lane.id, lane.kind, lane.name))
        current = recorder.clock.current
        assert current is not None
        current.data = lane
        return lane


def find_queues(run: Observed) -> list[Any]:
    """The queues that this worker listens to, the most urgent first.

    Those that the job names, or else those of the program in the order in which it makes them.
    Raises LabError ``no_app`` where there is nothing to listen to.
    """
    from rq import Queue

    wish = run.job.queue
    assert wish is not None
    names = wish.group(link.process().place).queues
    found: dict[str, Any] = {}
    for queue in _objects(run, Queue, wish.app):
        found.setdefault(queue.name, queue)
    if wish.app is not None and not found:
        text = f"no RQ queue called '{wish.app}' in this program; it is the name of a variable"
        raise LabError("no_app", text, run.job.file)
    if found and not names:
        return list(found.values())
    connection = _connection(run, list(found.values()))
    return [found.get(name) or Queue(name, connection=connection) for name in names or ["default"]]


def _connection(run: Observed, queues: list[Any]) -> Any:
    from redis import Redis

    connections = [queue.connection for queue in queues] or _objects(run, Redis)
    if not connections:
        text = "no RQ queue in this program; make one at its top: Queue(connection=Redis())"
        raise LabError("no_app", text, run.job.file)
    return connections[0]


def _objects(run: Observed, kind: type, name: str | None = None) -> list[Any]:
    """What the program holds of that kind, in order."""
    return [each.value for each in belongings(run, kind) if name in (None, each.name)]
