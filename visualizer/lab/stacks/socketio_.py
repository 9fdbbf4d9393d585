"""Flask-SocketIO: the real server and its sessions, over WebSockets on the virtual clock.

Only what a web server brings is ours: the WebSocket below Engine.IO, which otherwise would take a
socket from Werkzeug, gunicorn or eventlet. It holds its thread of the server as long as it is open,
as theirs do. Whatever is emitted is told at the moment and on the lane of the ``emit``.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, ClassVar

from visualizer.clock import ThreadInfo
from visualizer.lab import link, pushing
from visualizer.lab.listening import event_of
from visualizer.lab.pushing import Emitter
from visualizer.lab.recorder import HIDDEN, Lane, Recorder
from visualizer.lab.websockets import key_of
from visualizer.trace.events import FOR_MESSAGES

from .base import Observed, Run, Stack, imports

if TYPE_CHECKING:
    from visualizer.lab.job import Job

LIBRARIES = ("flask_socketio", "socketio", "engineio")

_CHOICE = re.compile(r"async_mode\s*=\s*[\"'](\w+)[\"']")
_HOUSEKEEPING = ("_service_task", "_send_ping", "writer", "_thread")
"""Functions that the library runs in threads for its own ends."""

_recorder: Recorder
_on_behalf: Emitter | None = None
"""Who has emitted what is being sent, where that is another process."""


def is_green(job: Job) -> bool:
    """Whether the program's SocketIO takes eventlet: it is told to, or may choose and finds it."""
    if not imports(job, *LIBRARIES):
        return False
    told = {choice for text in job.sources.values() for choice in _CHOICE.findall(text)}
    return "eventlet" in told if told else imports(job, "eventlet")


def _let_choose(job: Job) -> None:
    """Under ``flask run``, as everything here is, SocketIO would take threads unless it is told."""
    if is_green(job):
        os.environ.pop("FLASK_RUN_FROM_CLI", None)


def takes_eventlet(run: Observed) -> bool:
    """Whether the SocketIO of the loaded program has taken it."""
    found = getattr(run.application, "extensions", {}).get("socketio")
    return getattr(found, "async_mode", None) == "eventlet"


class SocketIo(Stack):
    """See the module's docstring."""

    name: ClassVar[str] = "Flask-SocketIO"
    warm: ClassVar[tuple[str, ...]] = ("flask_socketio", "engineio.async_drivers.threading")

    def detect(self, job: Job) -> bool:
        return imports(job, *LIBRARIES)

    def prepare(self, run: Run) -> None:
        global _recorder
        _recorder = run.recorder
        _let_choose(run.job)
        from engineio.async_drivers import threading as driver

        driver._async["websocket"] = ThreadWebSocket
        if is_green(run.job):
            from engineio.async_drivers import eventlet as green

            green._async["websocket"] = GreenWebSocket

    def record(self, run: Run) -> None:
        self._tell(run)

    def observe(self, run: Observed) -> None:
        global _recorder
        _recorder = run.recorder
        _let_choose(run.job)
        from visualizer.lab.wall import websockets

        websockets.observe(run.recorder, green=is_green(run.job))
        self._tell(run)

    @staticmethod
    def _tell(run: Observed) -> None:
        from engineio import packet, socket

        run.recorder.starters += LIBRARIES
        plain = socket.Socket.send

        def send(self: Any, pkt: Any) -> Any:
            if pkt.packet_type == packet.MESSAGE and isinstance(pkt.data, str):
                _emitted(getattr(self, "meanwhile", None), pkt.data)
            return plain(self, pkt)

        socket.Socket.send = send
        _tell_across_processes()

    def lane(self, thread: ThreadInfo, starter: ThreadInfo) -> Lane | None:
        target = vars(getattr(thread, "thread", None) or object).get("_target")
        module, name = (str(getattr(target, key, "")) for key in ("__module__", "__name__"))
        libraries = (*LIBRARIES, "simple_websocket")
        return HIDDEN if module.startswith(libraries) and name in _HOUSEKEEPING else None


def _tell_across_processes() -> None:
    """Let a message that goes to another process, which has the connection, say who emits it."""
    from socketio import pubsub_manager

    manager = pubsub_manager.PubSubManager
    plain = manager._handle_emit

    def handle(self: Any, message: dict[str, Any]) -> Any:
        global _on_behalf
        before, _on_behalf = _on_behalf, message.setdefault("meanwhile", _emitter())
        try:
            return plain(self, message)
        finally:
            _on_behalf = before

    manager._handle_emit = handle


def _emitter() -> Emitter | None:
    lane = _recorder.lane()
    return (lane.id, lane.request, lane.task) if lane is not None and lane.id else None


def _emitted(socket: WebSocket | None, data: str) -> None:
    """The program sends a message to whoever is at the other end of ``socket``."""
    emitter = _on_behalf or _emitter()
    event = event_of(f"4{data}")
    if socket is None or emitter is None or event is None:
        return
    pushing.tell(_recorder, socket.request, emitter, *event)


class WebSocket:
    """What Engine.IO takes for one: a WSGI application that calls ``handler`` with itself."""

    def __init__(self, handler: Callable[[Any], Any], server: Any) -> None:
        self._handler = handler
        self.request = ""
        self.key = ""
        self._heard: list[str] = []
        self._over = False

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        self.request = environ["meanwhile.request"]
        self.key = key_of(self.request)
        vars(getattr(self._handler, "__self__"))["meanwhile"] = self  # noqa: B009  a bound method
        self._call("accept")
        environ["meanwhile.upgrade"]()
        self._begin()
        try:
            return self._handler(self)
        finally:
            self.close()

    def _call(self, method: str, *arguments: Any) -> Any:
        return link.line().call("websockets", method, self.request, *arguments)

    def _begin(self) -> None:
        """The connection is there."""

    def _pause(self) -> None:
        """Wait until the user has said something or hung up."""
        raise NotImplementedError

    def wait(self) -> str | None:
        """What the user says next; None at the end."""
        while not self._heard and not self._over:
            self._heard, self._over = self._call("take")
            if not self._heard and not self._over:
                self._pause()
        return self._heard.pop(0) if self._heard else None

    def send(self, message: str) -> None:
        self._call("say", message)

    def close(self) -> None:
        self._over = True
        self._call("hang_up")


class ThreadWebSocket(WebSocket):
    """Waits with a thread of the server."""

    def _pause(self) -> None:
        link.line().wait(self.key, None, FOR_MESSAGES)


class GreenWebSocket(WebSocket):
    """Waits with a green thread."""

    def _begin(self) -> None:
        from eventlet import queue

        from .eventlet_lanes import hub_of_server

        self._news = queue.Queue()
        hub = hub_of_server()
        link.line().watch(self.key, lambda: hub.call(lambda: self._news.put(None)))

    def _pause(self) -> None:
        self._news.get()

    def close(self) -> None:
        link.line().watch(self.key, None)
        super().close()
