"""The modelled WSGI server: an accept queue, threads, and the program's real application.

The server costs no time of its own; what the application does costs what its lines cost. The
call is the one of PEP 3333. Here is one process of it: where there are several workers, each is a
process, and the accept queue that they share is with the coordinator (``listener``).
"""

from __future__ import annotations

import io
import sys
import threading
import traceback
from collections import deque
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote_to_bytes

from visualizer.clock import VirtualClock
from visualizer.trace.events import (
    FirstByteSent,
    RequestReceived,
    ResponseSent,
    SocketClosed,
)

from .application import Application
from .exchange import Exchange, Response
from .job import Server as WishedServer
from .process import Process
from .pushing import EventStream, is_stream
from .recorder import Lane, Recorder
from .values import scrub

SWITCHING = 101
"""The status of an answer after which the connection is a WebSocket."""


class Server:
    """Serves ``application`` with a thread for each of ``names``, which are their lanes'."""

    def __init__(
        self,
        application: Application,
        clock: VirtualClock,
        recorder: Recorder,
        names: list[str],
    ) -> None:
        self.names = names
        self.places = len(names)
        self.free: Callable[[], None] = lambda: None
        self._application = application
        self._clock = clock
        self._recorder = recorder
        self._stopped = False
        self._queue: deque[Exchange] = deque()
        #: Threads without work, by their number: the lowest takes the next request.
        self._idle: dict[int, Any] = {}

    def start(self) -> None:
        for number, name in enumerate(self.names):
            self._recorder.expect_server(name)
            threading.Thread(target=self._serve, args=(number,), name=name).start()

    def serve(self) -> None:
        """Its threads do."""

    def stop(self) -> None:
        """Let the threads end. None of them has a request."""
        self._stopped = True
        for thread in self._idle.values():
            self._clock.unpark(thread)

    def arrive(self, exchange: Exchange) -> None:
        """A request is there for one of the threads."""
        self._queue.append(exchange)
        if self._idle:
            self._clock.unpark(self._idle.pop(min(self._idle)))

    def _serve(self, number: int) -> None:
        clock, recorder = self._clock, self._recorder
        while True:
            while not self._queue:
                if self._stopped:
                    return
                lane = recorder.own_lane()
                lane.idle = True
                self._idle[number] = clock.current
                clock.park("blocked", None, None)
            lane = recorder.own_lane()
            exchange = self._queue.popleft()
            lane.idle, lane.shown_idle, lane.request, lane.depth = False, False, exchange.id, 0
            recorder.keep_tracing()
            recorder.add(RequestReceived(recorder.now, exchange.id, lane.id))
            recorder.flush()  # what is known of a program that dies begins here
            self._handle(exchange, lane)
            self.free()
            lane.request, lane.idle = None, not self._queue
            clock.yield_()

    def _handle(self, exchange: Exchange, lane: Lane) -> None:
        body = bytearray()
        answered, stream = False, None
        try:
            environ = self._environ(exchange)
            environ["meanwhile.request"] = exchange.id
            environ["meanwhile.upgrade"] = lambda: self._upgrade(exchange, lane)
            result = self._application(environ, self._start_response(exchange))
            try:
                for chunk in result:
                    begins = not body
                    body += chunk
                    if begins and body:
                        self._first_byte(exchange, lane)
                        if is_stream(exchange.headers.get("Accept"), exchange.response):
                            stream = EventStream(exchange, lane, self._recorder)
                    if stream is not None and not stream.push(chunk):
                        break
                self._sent(exchange, lane, body)
                answered = True  # real servers call close last, too: no user waits for it
            finally:
                if hasattr(result, "close"):
                    result.close()
        except BaseException:  # whatever a request does, the server lives on
            # As real servers do: the traceback goes to the error stream, the user gets a 500.
            traceback.print_exc(file=sys.stderr)
            if not body and exchange.response.status != SWITCHING:
                exchange.response = Response(500, [("Content-Type", "text/plain")])
            if not answered:
                self._sent(exchange, lane, body, b"" if body else b"Internal Server Error")

    def _upgrade(self, exchange: Exchange, lane: Lane) -> None:
        """The connection stays open from now on, for both sides to speak."""
        exchange.response = Response(SWITCHING)
        self._first_byte(exchange, lane)

    def _first_byte(self, exchange: Exchange, lane: Lane) -> None:
        self._clock.settle()
        recorder = self._recorder
        recorder.add(FirstByteSent(recorder.now, exchange.id, lane.id, exchange.response.status))
        exchange.started(exchange)

    def _sent(self, exchange: Exchange, lane: Lane, body: bytearray, rest: bytes = b"") -> None:
        self._clock.settle()
        recorder, response = self._recorder, exchange.response
        if not body and response.status != SWITCHING:
            self._first_byte(exchange, lane)
        if response.status == SWITCHING or is_stream(exchange.headers.get("Accept"), response):
            recorder.add(SocketClosed(recorder.now, exchange.id, lane.id))
            exchange.finished(exchange)
            return
        response.body = bytes(body + rest)
        text = scrub(response.text())
        recorder.add(ResponseSent(recorder.now, exchange.id, lane.id, response.status, text))
        exchange.finished(exchange)

    @staticmethod
    def _start_response(exchange: Exchange) -> Callable[..., Any]:
        def start_response(
            status: str, headers: list[tuple[str, str]], exc_info: Any = None
        ) -> Callable[[bytes], None]:
            exchange.response = Response(int(status.split(" ", 1)[0]), list(headers))
            return _no_write

        return start_response

    @staticmethod
    def _environ(exchange: Exchange) -> dict[str, Any]:
        path, _, query = exchange.path.partition("?")
        environ = {
            "REQUEST_METHOD": exchange.method,
            "SCRIPT_NAME": "",
            "PATH_INFO": unquote_to_bytes(path).decode("latin-1"),
            "QUERY_STRING": query,
            "REQUEST_URI": exchange.path,
            "SERVER_NAME": "localhost",
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": "127.0.0.1",
            "CONTENT_LENGTH": str(len(exchange.body)),
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(exchange.body),
            "wsgi.errors": sys.stderr,
            "wsgi.multithread": True,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
        }
        for name, value in exchange.headers.items():
            key = name.upper().replace("-", "_")
            environ[key if key == "CONTENT_TYPE" else f"HTTP_{key}"] = value
        return environ


def _no_write(data: bytes) -> None:
    raise RuntimeError("this server has no write(); return the body instead (PEP 3333)")


def lane_names(server: WishedServer, process: Process) -> list[str]:
    """The names of the lanes of a process of the server, one for each of its threads."""
    count = server.threads
    if server.kind == "cooperative" or server.workers == count == 1:
        names = ["main"]
    else:
        first = (process.place - 1) * count
        names = [f"server thread {first + number}" for number in range(1, count + 1)]
    return [process.called(name) for name in names]
