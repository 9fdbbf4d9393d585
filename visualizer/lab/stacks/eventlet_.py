"""eventlet: its hub on the virtual clock, a lane for each green thread, and a cooperative server.

The hub is eventlet's; only what it waits with is ours (``eventlet_hub``). A cooperative server is
one thread in which each request has a green thread of its own, as in gunicorn's eventlet worker. It
runs in the thread that loaded the program, so what the program spawned meanwhile runs, too.

A program that calls ``monkey_patch()`` makes every thread green, those of its server as well. It
gets the cooperative server, with as many green threads as it asked for threads.
"""

from __future__ import annotations

import sys
from collections import deque
from typing import TYPE_CHECKING, Any, ClassVar

from visualizer.lab import link
from visualizer.lab.crew import IDLE
from visualizer.lab.wsgi import Server, lane_names
from visualizer.trace.events import RequestReceived

from .base import Run, Stack, WebServer, imports
from .socketio_ import is_green

if TYPE_CHECKING:
    from visualizer.lab.exchange import Exchange
    from visualizer.lab.job import Job
    from visualizer.lab.recorder import Lane

    from .eventlet_hub import Hub


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

        eventlet_hub.install(run.recorder)
        for name in list(sys.modules):
            if name.partition(".")[0] in _IMPORTED_ANEW:
                del sys.modules[name]

    def server(self, run: Run) -> WebServer | None:
        from eventlet import patcher

        wish = run.job.server
        if wish.kind == "cooperative":
            return GreenServer(run, wish.connections)
        if patcher.is_monkey_patched("thread"):
            return GreenServer(run, wish.threads)
        return None

    def stop(self, run: Run) -> list[str]:
        from . import eventlet_hub

        return eventlet_hub.waiting_for_ever(run.recorder.users_wait())


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
        #: Lanes of green threads that are done, by their number: the lowest is taken next.
        self._free: dict[int, Lane] = {}
        self._lanes = 0
        self._waiting: deque[Exchange] = deque()
        self._hub: Hub

    def start(self) -> None:
        from . import eventlet_hub

        self._recorder.become_server(self.names[0])
        self._hub = eventlet_hub.hub_of_server()

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
        crew, recorder = self._hub.crew, self._recorder
        assert crew is not None
        number, lane = self._lane()
        lane.idle, lane.request, lane.depth = False, exchange.id, 0
        self._hub.belongs_to(lane)
        crew.begin_turn(lane)
        recorder.keep_tracing()
        recorder.add(RequestReceived(recorder.now, exchange.id, lane.id))
        recorder.flush()
        self._handle(exchange, lane)
        lane.request, lane.idle = None, True
        crew.end_turn(IDLE)
        self._free[number] = lane
        self._open -= 1
        self.free()
        self._accept()

    def _lane(self) -> tuple[int, Lane]:
        if self._free:
            number = min(self._free)
            return number, self._free.pop(number)
        self._lanes += 1
        crew: Any = self._hub.crew
        return self._lanes, crew.born("server", f"greenlet {self._lanes}", None)
