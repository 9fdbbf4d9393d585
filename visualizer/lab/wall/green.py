"""eventlet on the wall clock: its own hub and its own WSGI server, with a lane for each request.

The hub waits as ever, and says when it has nothing to do. ``serve`` is ``eventlet.wsgi``.
"""

from __future__ import annotations

import socket
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from visualizer.lab.application import Application
from visualizer.lab.recorder import Recorder
from visualizer.lab.stacks import eventlet_lanes, eventlet_sockets

from .control import Control, Flag
from .server import Recorded, make_ready
from .sockets import SecureSocket

# isort: split
import eventlet
import greenlet
from eventlet import hubs, wsgi
from eventlet.greenio import GreenSocket

_PlainHub: Any = hubs.get_default_hub().Hub


class RealHub(eventlet_lanes.LaneHub, _PlainHub):  # type: ignore[misc]  # which one is the system's
    """eventlet's hub as it is. Only its turns are told."""

    def wait(self, seconds: float | None = None) -> None:
        if self.listeners[self.READ] or self.listeners[self.WRITE]:
            super().wait(seconds)  # it polls, and then calls those who listened
        else:
            self._rest(super().wait, seconds)

    def do_poll(self, seconds: float | None) -> Any:
        return self._rest(super().do_poll, seconds)

    def _rest(self, wait: Callable[[float | None], Any], seconds: float | None) -> Any:
        if self.crew is None or seconds == 0:
            return wait(seconds)
        self.crew.loop_waits()
        found = wait(seconds)
        self.crew.loop_goes_on()
        return found


def install(recorder: Recorder) -> None:
    """Let every hub of this process be a ``RealHub``, and green sockets lead to stand-ins."""
    eventlet_lanes.install(recorder, RealHub)
    eventlet_sockets.install(SecureSocket)


def serve(
    application: Application,
    recorder: Recorder,
    name: str,
    most: int,
    listener: socket.socket,
    control: Control,
) -> None:
    """Serve at most so many requests at the same time, in the thread that has loaded the program.

    From the time that ``control`` tells to take part until it tells to leave. Then what has been
    accepted is answered.
    """
    recorder.become_server(name)
    greenlets = eventlet_lanes.Greenlets(eventlet_lanes.hub_of_server())
    recorded = Recorded(application, recorder, greenlets.begin, greenlets.end)
    make_ready(application)
    recorder.serving()
    control.ready()
    control.begun.wait()
    leaving: list[bool] = []
    eventlet.spawn_n(_leave, control.leaving, greenlet.getcurrent(), leaving)
    while not leaving:
        # An exit in what a view has spawned ends that, and not the server.
        with suppress(KeyboardInterrupt, SystemExit):
            wsgi.server(
                GreenSocket(listener.dup()),
                recorded,
                custom_pool=eventlet.GreenPool(most),
                minimum_chunk_size=0,  # whatever is yielded leaves at once (PEP 3333)
                log_output=False,
            )


def _leave(flag: Flag, server: Any, leaving: list[bool]) -> None:
    """When ``flag`` is set let the server in that greenlet accept nobody any more."""
    hubs.trampoline(flag.fileno(), read=True)
    leaving.append(True)
    hubs.get_hub().schedule_call_global(0, server.throw, SystemExit)
