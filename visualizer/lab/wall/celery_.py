"""Celery on the wall clock: its own transport, backend and worker, on a real broker.

Whatever broker and results a program names, it gets those of the run (``brokers``). A worker is a
process that runs Celery's own worker with a pool of threads, as on the virtual clock.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from visualizer.lab import link
from visualizer.lab.errors import LabError
from visualizer.lab.job import Group
from visualizer.lab.stacks.base import Observed
from visualizer.lab.stacks.celery_ import Signals, find_app, make_worker
from visualizer.trace.events import Redirected

from .brokers import AMQP, Places, kept_by, without_password

_KEPT = ("rpc", "disabled", "cache+memory")
"""Results that stay where the program wants them: in the broker, nowhere, in its own memory."""


class WallSignals(Signals):
    """A worker may have a task before its sender knows that it is sent: it counts from before."""

    def __init__(self, run: Observed) -> None:
        super().__init__(run)
        self._sent: dict[str, int] = {}

    def connect(self) -> None:
        from celery import signals

        signals.before_task_publish.connect(self._publishes, weak=False)
        super().connect()

    def _publishes(self, headers: dict[str, Any] | None, **_: Any) -> None:
        task = (headers or {}).get("id")
        if task is not None:
            self._sent[task] = self._recorder.now

    def _sent_at(self, task: str) -> int:
        return self._sent.pop(task, self._recorder.now)


def redirect(run: Observed, places: Places) -> None:
    """Let the Celery application of the loaded program use the broker of the run."""
    _redirect(run, find_app(run), places)


def _redirect(run: Observed, app: Any, places: Places) -> None:
    conf = app.conf
    named = str(conf.broker_url or "amqp://")
    if link.number() == 0:
        run.recorder.add(Redirected(0, "broker", without_password(named)))
    options = {**(conf.broker_transport_options or {})}
    if urlsplit(places.broker).scheme not in AMQP:
        options["global_keyprefix"] = places.prefix
        if urlsplit(named).scheme in AMQP:
            options |= kept_by(link.name())
    conf.update(
        broker_url=places.broker,
        broker_read_url=places.broker,
        broker_write_url=places.broker,
        broker_transport_options=options,
        broker_connection_retry_on_startup=False,
        worker_redirect_stdouts=False,
        worker_hijack_root_logger=False,
    )
    results = str(conf.result_backend or "disabled")
    if not results.startswith(_KEPT):
        more = {**(conf.result_backend_transport_options or {}), "global_keyprefix": places.prefix}
        conf.update(result_backend=places.results, result_backend_transport_options=more)


def connect(run: Observed) -> None:
    """Be, before the first user comes, as a server is that has published before: everything that is
    made when it is first used is there, and the connection to the broker is open."""
    app = find_app(run)
    _make_ready(app)
    with app.producer_pool.acquire(block=True) as producer:
        producer.connection.ensure_connection(max_retries=1, timeout=3)
        for queue in app.amqp.queues.consume_from.values():
            producer.maybe_declare(queue)


def _make_ready(app: Any) -> None:
    """Make what would be made when the first task is sent or run: as in a process that has run."""
    app.finalize()
    _ = app.amqp.send_task_message  # made, and its modules imported, when it is asked for
    client = getattr(app.backend, "client", None)
    if client is not None:
        client.ping()


def work(run: Observed, group: Group, ready: Callable[[list[str]], None]) -> None:
    """Be a worker, for good. ``ready`` is told the names of its queues."""
    queue = run.job.queue
    assert queue is not None
    app = find_app(run)
    if queue.acks_late:
        app.conf.task_acks_late = True
    _make_ready(app)
    names = list(group.queues or app.amqp.queues.consume_from)
    first = link.process().place == link.process().life == 1
    if first and urlsplit(str(app.conf.broker_url)).scheme in AMQP:
        _refuse_used(app, names)
    worker = make_worker(app, group, ready_callback=lambda _: ready(names))
    worker.start()
    raise LabError("lab", f"the Celery worker '{link.name()}' ended; its log says why")


def _refuse_used(app: Any, names: list[str]) -> None:
    """Raises LabError if one of these queues on RabbitMQ holds messages or has readers."""
    with app.connection_for_read() as connection:
        for name in names:
            try:
                found = connection.channel().queue_declare(name, passive=True)
            except connection.channel_errors:
                continue  # it is not there
            if found.message_count or found.consumer_count:
                text = (
                    f"the queue '{name}' on this RabbitMQ is in use: give --broker a virtual host"
                )
                raise LabError("parameter", f"{text} of its own")
