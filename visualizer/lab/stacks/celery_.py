"""Celery: the real worker, consumer and result backend, over the broker of the lab.

Whatever broker and result backend a program names, it gets those of the coordinator
(``celery_transport``, ``celery_results``); its settings and URLs stay as they are. Each worker is a
process that runs Celery's own worker with a pool of threads; one more is beat, where the program
plans periodic tasks (``celery_beat``). What happens to tasks is told by Celery's own signals.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

from visualizer.clock import ThreadInfo
from visualizer.lab import link
from visualizer.lab.application import import_error
from visualizer.lab.errors import LabError
from visualizer.lab.job import Group, Job
from visualizer.lab.recorder import HIDDEN, Lane
from visualizer.lab.values import one_line
from visualizer.trace.events import LaneBorn, Task, TaskMoment

from .base import Observed, Run, Stack
from .belongings import belongings
from .celery_beat import BEAT, be_beat, has_plan


class CeleryStack(Stack):
    """See the module's docstring."""

    name = "Celery"
    warm = (
        "celery",
        "celery.app.amqp",
        "celery.app.control",
        "celery.app.events",
        "celery.app.log",
        "celery.app.trace",
        "celery.apps.worker",
        "celery.beat",
        "celery.concurrency.thread",
        "celery.events.dispatcher",
        "celery.events.receiver",
        "celery.fixups.django",
        "celery.worker.autoscale",
        "celery.worker.consumer",
        "celery.worker.consumer.delayed_delivery",
        "celery.worker.components",
        "celery.worker.strategy",
        "celery.utils.timer2",
        "kombu.transport.redis",
        "celery.backends.redis",
        "visualizer.lab.wall.beat",
        "visualizer.lab.wall.celery_",
        "visualizer.lab.stacks.celery_transport",
        "visualizer.lab.stacks.celery_results",
    )

    def __init__(self) -> None:
        #: The lanes of the pool's threads that no thread has yet.
        self._lanes: list[Lane] = []

    def rehearse(self) -> None:
        from celery.utils.imports import load_extension_class_names

        # Celery asks all installed packages which backends they bring, and keeps the answer.
        load_extension_class_names("celery.result_backends")

    def detect(self, job: Job) -> bool:
        return job.queue is not None and job.queue.library == "celery"

    def processes(self, job: Job) -> list[str]:
        return [BEAT] if has_plan(job) else []

    def prepare(self, run: Run) -> None:
        from . import celery_results, celery_transport

        celery_transport.redirect(run.recorder)
        celery_results.redirect(run.recorder)

    def record(self, run: Run) -> None:
        from celery import Celery, Task, canvas, result

        Signals(run).connect()
        run.without_tracing(Celery, "send_task")
        run.without_tracing(Task, "apply_async", "retry")
        run.without_tracing(result.AsyncResult, "get")
        for kind in (canvas.Signature, canvas._chain, canvas.group, canvas._chord):
            run.without_tracing(kind, "apply_async")

    def start(self, run: Run) -> None:
        """In a worker's process: be the worker, for good."""
        if link.is_web():
            return
        queue = run.job.queue
        assert queue is not None
        app = find_app(run)
        if queue.acks_late:
            app.conf.task_acks_late = True
        try:
            check_broker(app)
            if link.process().name == BEAT:
                be_beat(run, app)
                return
            group = queue.group(link.process().place)
            self._open_lanes(run, queue.count, group.concurrency)
            make_worker(app, group).start()
        except Exception as error:
            reason = import_error(error, set(run.job.sources))
            what = "Celery beat" if link.process().name == BEAT else "the Celery worker"
            text = f"{what} cannot start: {reason.message}"
            raise LabError("import", text, reason.file, reason.line) from error

    def observe(self, run: Observed) -> None:
        from visualizer.lab.wall.celery_ import WallSignals

        WallSignals(run).connect()

    def loaded(self, run: Observed) -> None:
        from visualizer.lab.wall import celery_

        assert run.places is not None
        celery_.redirect(run, run.places)
        if link.is_web():
            celery_.connect(run)

    def work(self, run: Observed, ready: Callable[[list[str]], None]) -> int | None:
        from visualizer.lab.wall import beat, celery_

        queue = run.job.queue
        assert queue is not None
        if link.process().name == BEAT:
            beat.work(run, find_app(run), ready)
        group = queue.group(link.process().place)
        self._open_lanes(run, queue.count, group.concurrency)
        celery_.work(run, group, ready)
        return None

    def lane(self, thread: ThreadInfo, starter: ThreadInfo) -> Lane | None:
        if link.is_web():
            return None
        if thread.name.startswith("ThreadPoolExecutor-0_") and self._lanes:
            return self._lanes.pop(0)
        return HIDDEN if thread.name.startswith("Timer-") else None

    def _open_lanes(self, run: Observed, workers: int, threads: int) -> None:
        """One lane for the worker and its one thread, or one for each and one for all."""
        recorder, own = run.recorder, link.process()
        title = own.called("Celery worker" if workers == 1 else f"Celery worker {own.place}")
        process, now = own.id, recorder.now
        if threads == 1:
            self._lanes = [Lane(process, "worker", title)]
            recorder.add(LaneBorn(now, process, "worker", title))
            return
        recorder.add(LaneBorn(now, process, "process", title))
        for place in range(1, threads + 1):
            lane = Lane(f"{process}-{place}", "worker", f"{title}, thread {place}")
            self._lanes.append(lane)
            recorder.add(LaneBorn(now, lane.id, "worker", lane.name, process))


def find_app(run: Observed) -> Any:
    """The Celery application of the program. Raises LabError ``no_app``."""
    from celery import Celery, _state

    queue = run.job.queue
    name = queue.app if queue is not None else None
    registered = getattr(run.application, "extensions", {}).get("celery")
    if issubclass(type(registered), Celery) and name is None:
        return registered
    found = [each for each in belongings(run, Celery) if name in (None, each.name)]
    if len(found) > 1:
        names = " and ".join(each.label for each in found)
        raise LabError(
            "no_app",
            f"the Celery applications {names} are there; say which has the workers, by the key"
            " 'app' of [queue] or by --queue-app",
            run.job.file,
        )
    apps = [each.value for each in found]
    apps = apps or ([] if name else list(_state._get_active_apps()))
    if not apps:
        wanted = f" called '{name}'" if name else ""
        raise LabError("no_app", f"no Celery application{wanted} in this program", run.job.file)
    return apps[0]


def check_broker(app: Any) -> None:
    """Raises ValueError for a broker of a kind that Celery does not know."""
    from kombu.transport import TRANSPORT_ALIASES

    url = app.conf.broker_read_url or app.conf.broker_url or ""
    for each in [url] if isinstance(url, str) else url:
        scheme = each.partition("://")[0].partition("+")[0]
        if "://" in each and scheme not in TRANSPORT_ALIASES and not {*":."} & {*scheme}:
            known = "redis://, amqp://, sqs://"
            raise ValueError(f"no broker is called '{scheme}'; write one such as {known}")


def make_worker(app: Any, group: Group, **more: Any) -> Any:
    """Celery's own worker, without what talks to other workers or writes to the terminal."""
    from celery.app import trace
    from celery.worker import WorkController

    class Worker(WorkController):  # type: ignore[misc]  # Celery comes without types
        def on_before_init(self, **kwargs: Any) -> None:
            trace.setup_worker_optimizations(self.app, self.hostname)

        def on_init_blueprint(self) -> None:
            self.app.log.setup("WARNING", redirect_stdouts=False, colorize=False)
            trace.setup_worker_optimizations(self.app, self.hostname)

    app.conf.worker_redirect_stdouts = False
    app.conf.worker_hijack_root_logger = False
    return Worker(
        app=app,
        hostname=f"celery@{link.process().name}",
        pool="threads",
        concurrency=group.concurrency,
        queues=group.queues or None,
        without_gossip=True,
        without_mingle=True,
        without_heartbeat=True,
        task_events=False,
        **more,
    )


class Signals:
    """Tells the recorder what Celery's signals say."""

    def __init__(self, run: Observed) -> None:
        self._run = run
        self._recorder = run.recorder
        self._process = "" if link.is_web() else link.name()

    def connect(self) -> None:
        from celery import signals

        for signal, answer in (
            (signals.after_task_publish, self._published),
            (signals.task_received, self._received),
            (signals.task_prerun, self._starts),
            (signals.task_retry, self._retried),
            (signals.task_success, self._succeeded),
            (signals.task_failure, self._failed),
            (signals.task_revoked, self._revoked),
            (signals.task_postrun, self._over),
        ):
            signal.connect(answer, weak=False)

    def _tell(
        self,
        task: str,
        name: str,
        moment: TaskMoment,
        error: str | None = None,
        runs: bool = False,
        t: int | None = None,
    ) -> None:
        recorder = self._recorder
        lane = recorder.lane()
        where = lane.id if lane is not None else self._process or recorder.home
        request = lane.request if lane is not None else None
        name = name.rpartition(".")[2]
        on = where if runs else None
        now = recorder.now if t is None else t
        recorder.add(Task(now, task, name, moment, where, request, on, error))

    def _published(self, sender: str, headers: dict[str, Any] | None, **_: Any) -> None:
        lane = self._recorder.lane()
        task = (headers or {}).get("id")
        if task is None or (lane is not None and lane.task == task):
            return  # no task, or one that puts itself back: its retry will be told
        self._tell(task, sender, "queued", t=self._sent_at(task))

    def _sent_at(self, task: str) -> int:
        """When (ns) a task was published, of which that is told now."""
        return self._recorder.now

    def _received(self, request: Any, **_: Any) -> None:
        self._recorder.held.add(request.id)
        self._tell(request.id, request.name, "received")

    def _starts(self, task_id: str, task: Any, **_: Any) -> None:
        self._recorder.held.discard(task_id)
        lane = self._recorder.lane()
        if lane is not None:
            lane.task, lane.task_name = task_id, task.name.rpartition(".")[2]
            if not self._run.marked:
                self._recorder.keep_tracing()
        self._tell(task_id, task.name, "started", runs=True)

    def _retried(self, sender: Any, request: Any, reason: Any, **_: Any) -> None:
        cause = getattr(reason, "exc", None) or reason
        error = one_line(cause) if isinstance(cause, BaseException) else str(cause)
        at = self._sent_at(request.id)
        self._tell(request.id, sender.name, "retried", error, runs=True, t=at)

    def _succeeded(self, sender: Any, **_: Any) -> None:
        self._tell(sender.request.id, sender.name, "finished", runs=True)

    def _failed(self, sender: Any, task_id: str, exception: BaseException, **_: Any) -> None:
        name = getattr(sender, "name", str(sender))
        self._tell(task_id, name, "failed", one_line(exception), runs=True)

    def _revoked(self, sender: Any, request: Any, expired: bool, **_: Any) -> None:
        self._recorder.held.discard(request.id)
        error = "it has expired" if expired else "it was revoked"
        self._tell(request.id, sender.name, "revoked", error)

    def _over(self, task_id: str, task: Any, state: str, **_: Any) -> None:
        if state in ("REJECTED", "IGNORED"):
            moment: TaskMoment = "rejected" if state == "REJECTED" else "finished"
            self._tell(task_id, task.name, moment, runs=True)
        lane = self._recorder.lane()
        if lane is not None:
            lane.task = lane.task_name = None
            sys.settrace(None)
