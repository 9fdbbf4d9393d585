"""The server's WebSockets on the wall clock: those of Engine.IO, over the web server's own socket.

Nothing of them is replaced. They say when the connection is there, for which request it is, and
when a thread waits for what the user says next.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from visualizer.lab.recorder import Recorder
from visualizer.trace.events import FOR_MESSAGES


def observe(recorder: Recorder, green: bool) -> None:
    """Have them tell the recorder; with ``green`` those of eventlet, too."""
    from engineio.async_drivers import threading as driver

    driver._async["websocket"] = _told(driver.SimpleWebSocketWSGI, recorder)
    if green:
        from engineio.async_drivers import eventlet as green_driver

        green_driver._async["websocket"] = _told(green_driver.WebSocketWSGI, recorder)


def _told(kind: Any, recorder: Recorder) -> type:
    """``kind`` of WebSocket, a WSGI application that calls ``handler`` when it is open."""

    class Told(kind):  # type: ignore[misc]  # Engine.IO comes without types
        def __init__(self, handler: Callable[[Any], Any], server: Any) -> None:
            super().__init__(self._begin, server)
            self.request = ""
            self._handler = handler
            self._opened: Callable[[], None]

        def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
            self.request, self._opened = environ["meanwhile.request"], environ["meanwhile.upgrade"]
            vars(getattr(self._handler, "__self__"))["meanwhile"] = self  # noqa: B009  as a method's
            return super().__call__(environ, start_response)

        def _begin(self, socket: Any) -> Any:
            self._opened()
            return self._handler(socket)

        def wait(self) -> Any:
            """With threads, this is where the server's thread waits for the user."""
            lane = recorder.own_lane()
            lane.waits_for = FOR_MESSAGES
            try:
                return super().wait()
            finally:
                lane.waits_for = ""

    return Told
