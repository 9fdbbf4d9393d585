"""eventlet: its hub on the virtual clock, a lane for each green thread, and a cooperative server.

The hub is eventlet's; only what it waits with is ours (``eventlet_hub``). A cooperative server is
one thread in which each request has a green thread of its own, as in gunicorn's eventlet worker. It
runs in the thread that loaded the program, so what the program spawned meanwhile runs, too.

A program that calls ``monkey_patch()`` makes every thread green, those of its server as well. It
gets the cooperative server, with as many green threads as it asked for threads.

On the wall clock the hub waits for real, and the server is ``eventlet.wsgi`` (``wall.green``).
"""

from __future__ import annotations

import sys
from collections import deque
from typing import TYPE_CHECKING, ClassVar

from visualizer.lab import link
from visualizer.lab.errors import LabError
from visualizer.lab.wsgi import Server, lane_names
from visualizer.trace.events import RequestReceived

from .base import Observed, Run, Stack, WebServer, imports
from .socketio_ import is_green, takes_eventlet

if TYPE_CHECKING:
    from visualizer.lab.exchange import Exchange
    from visualizer.lab.job import Job

    from .eventlet_hub import Hub
    from .eventlet_lanes import Greenlets


NO_GREEN_WORKERS = (
    "eventlet.monkey_patch() would make the workers of the queue green, too, which the lab does not"
    " run: leave it out, or run the program without its queue"
)

_PATCHES = "monkey_patch("

_IMPORTED_ANEW = frozenset({"requests", "urllib3", "httpx", "httpcore", "anyio", "h11"})
"""Clients of services: a program patches first and imports them then."""


class Eventlet(Stack):
    name: ClassVar[str] = "eventlet"
    warm: ClassVar[tuple[str, ...]] = ("visualizer.lab.stacks.eventlet_hub",)

    def detect(self, job: Job) -> bool:
        cooperative = job.server.kind == "cooperative"
        return cooperative or imports(job, "eventlet") or is_green(job)

    def prepare(self, run: Run) -> None:
        from . import eventlet_hub

        if has_green_workers(run.job):
            raise LabError("lab", NO_GREEN_WORKERS)
        eventlet_hub.install(run.recorder)
        _import_anew()

    def observe(self, run: Observed) -> None:
        from visualizer.lab.wall import green

        green.install(run.recorder)
        _import_anew()

    def server(self, run: Run) -> WebServer | None:
        most = connections(run)
        return None if most is None else GreenServer(run, most)

    def stop(self, run: Run) -> list[str]:
        from . import eventlet_lanes

        return eventlet_lanes.waiting_for_ever(run.recorder.users_wait())


def has_green_workers(job: Job) -> bool:
    """Whether the workers of its queue, which load the program for themselves, would be green."""
    return job.queue is not None and any(_PATCHES in text for text in job.sources.values())


def _import_anew() -> None:
    for name in list(sys.modules):
        if name.partition(".")[0] in _IMPORTED_ANEW:
            del sys.modules[name]


def connections(run: Observed) -> int | None:
    """How many requests a cooperative server has open at most; None if the loaded program has
    none."""
    wish, patcher = run.job.server, sys.modules.get("eventlet.patcher")
    if wish.kind == "cooperative":
        return wish.connections
    if patcher is not None and patcher.is_monkey_patched("thread"):
        return wish.threads
    return wish.connections if takes_eventlet(run) else None


class GreenServer(Server):
    """One thread; each request that is open has a green thread, at most ``most`` at a time."""

    def __init__(self, run: Run, most: int) -> None:
        assert run.application is not None
        super().__init__(
            run.application, run.clock, run.recorder, lane_names(run.job.server, link.process())
        )
        self.places = most
        self._most = most
        self._open = 0
        self._waiting: deque[Exchange] = deque()
        self._hub: Hub
        self._greenlets: Greenlets

    def start(self) -> None:
        from . import eventlet_lanes

        self._recorder.become_server(self.names[0])
        self._hub = eventlet_lanes.hub_of_server()
        self._greenlets = eventlet_lanes.Greenlets(self._hub)

    def serve(self) -> None:
        while True:
            try:
                self._hub.switch()
            except (KeyboardInterrupt, SystemExit):
                pass  # of a view: it ends the request and not the server

    def arrive(self, exchange: Exchange) -> None:
        self._waiting.append(exchange)
        self._hub.call(self._accept)

    def _accept(self) -> None:
        from eventlet import greenthread

        while self._waiting and self._open < self._most:
            self._open += 1
            greenthread.spawn_n(self._answer, self._waiting.popleft())

    def _answer(self, exchange: Exchange) -> None:
        recorder = self._recorder
        lane = self._greenlets.begin(exchange.id)
        recorder.keep_tracing()
        recorder.add(RequestReceived(recorder.now, exchange.id, lane.id))
        recorder.flush()
        self._handle(exchange, lane)
        self._greenlets.end(lane)
        self._open -= 1
        self.free()
        self._accept()
