"""Real HTTP servers for the program, which tell the recorder what they do.

``serve_threads`` is a server as gunicorn is with sync workers: threads of one or several processes
that all wait at one listening socket, and each takes the next connection when it has answered one.
The protocol is Werkzeug's. Requests carry their number in a header, which the program does not see.
"""

from __future__ import annotations

import select
import socket
import sys
import threading
import traceback
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from typing import Any

from flask import Flask
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler

from visualizer.clock import ObservedClock
from visualizer.lab.application import Application
from visualizer.lab.exchange import Response
from visualizer.lab.pushing import Announced, is_stream
from visualizer.lab.recorder import Lane, Recorder
from visualizer.lab.values import scrub
from visualizer.lab.wsgi import SWITCHING
from visualizer.trace.events import FirstByteSent, RequestReceived, ResponseSent, SocketClosed

from .control import Control, Flag
from .http import NUMBER

_select = select.select  # as it is now: programs replace it, as ``eventlet.monkey_patch`` does

_NUMBER = "HTTP_" + NUMBER.upper().replace("-", "_")

Start = Callable[..., Any]


class Recorded:
    """The application, with a note of when each request comes in and each response goes out.

    ``begins`` and ``ends`` are called around a request, with its number and with its lane, in
    whatever thread, or green thread, handles it.
    """

    def __init__(
        self,
        application: Application,
        recorder: Recorder,
        begins: Callable[[str], Lane],
        ends: Callable[[Lane], None],
    ) -> None:
        self._application = application
        self._recorder = recorder
        self._begins = begins
        self._ends = ends

    def __call__(self, environ: dict[str, Any], start_response: Start) -> Iterable[bytes]:
        recorder = self._recorder
        number = str(environ.pop(_NUMBER))
        lane = self._begins(number)
        lane.idle, lane.shown_idle, lane.request, lane.depth = False, False, number, 0
        recorder.keep_tracing()
        recorder.add(RequestReceived(recorder.now, number, lane.id))
        answer = _Answer(recorder, number, lane, environ.get("HTTP_ACCEPT"))
        environ["meanwhile.request"] = number
        environ["meanwhile.upgrade"] = answer.upgrades
        return self._answer(answer, lane, environ, start_response)

    def _answer(
        self, answer: _Answer, lane: Lane, environ: dict[str, Any], start_response: Start
    ) -> Iterator[bytes]:
        def start(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
            answer.begins(status, headers)
            return start_response(status, headers, *([exc_info] if exc_info else []))

        try:
            result = self._application(environ, start)
            try:
                for chunk in result:
                    answer.goes_on(chunk)
                    yield chunk
                answer.is_sent()
            except GeneratorExit:  # the user has hung up
                answer.is_sent()
                raise
            finally:
                if hasattr(result, "close"):
                    result.close()
        except GeneratorExit:
            raise
        except BaseException as error:  # whatever a request does, the server lives on
            if answer.is_websocket:  # nothing can be answered any more
                if not isinstance(error, ConnectionError):  # which is how a server's socket ends
                    traceback.print_exc(file=sys.stderr)
                raise ConnectionAbortedError from error
            # As real servers do: the traceback goes to the error stream, the user gets a 500.
            traceback.print_exc(file=sys.stderr)
            if not answer.body:
                start("500 Internal Server Error", [("Content-Type", "text/plain")])
                answer.goes_on(b"Internal Server Error")
                yield bytes(answer.body)
        finally:
            answer.is_sent()
            lane.request, lane.idle = None, True
            self._ends(lane)


class _Answer:
    """A response on its way, as the recorder is told of it. ``accept`` is what the user takes."""

    def __init__(self, recorder: Recorder, number: str, lane: Lane, accept: str | None) -> None:
        self.body = bytearray()
        self.is_websocket = False
        self._recorder = recorder
        self._number = number
        self._lane = lane
        self._accept = accept
        self._response = Response()
        self._length: int | None = None
        self._announced: Announced | None = None
        self._sent = False

    def begins(self, status: str, headers: list[tuple[str, str]]) -> None:
        self._response = Response(int(status.split(" ", 1)[0]), list(headers))
        length = self._response.header("Content-Length")
        self._length = int(length) if length and length.isdecimal() else None
        if is_stream(self._accept, self._response):
            self._announced = Announced(self._recorder, self._number, self._lane)

    def upgrades(self) -> None:
        """The connection is a WebSocket from now on, for both sides to speak."""
        self.is_websocket = True
        self._response = Response(SWITCHING)
        self._first_byte()

    def goes_on(self, chunk: bytes) -> None:
        """The next piece is handed over; the whole, if its length is known and reached."""
        if chunk and not self.body:
            self._first_byte()
        self.body += chunk
        if self._announced is not None:
            self._announced.tell(chunk.decode(errors="replace"))
        if self.body and len(self.body) == self._length:
            self.is_sent()

    def is_sent(self) -> None:
        """Everything has been handed over. A second call does nothing."""
        if self._sent:
            return
        self._sent = True
        if not self.body and not self.is_websocket:
            self._first_byte()
        recorder, response, lane = self._recorder, self._response, self._lane.id
        if self.is_websocket or self._announced is not None:
            recorder.add(SocketClosed(recorder.now, self._number, lane))
            recorder.flush()  # the user waits for it
            return
        response.body = bytes(self.body)
        where = (recorder.now, self._number, lane, response.status)
        recorder.add(ResponseSent(*where, scrub(response.text())))

    def _first_byte(self) -> None:
        recorder, status = self._recorder, self._response.status
        recorder.add(FirstByteSent(recorder.now, self._number, self._lane.id, status))


class _Handler(WSGIRequestHandler):
    """Werkzeug's, without a line in the log for each request."""

    protocol_version = "HTTP/1.1"
    # Without it a piece of a stream waits until the user's system has confirmed the one before.
    disable_nagle_algorithm = True

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        return


def serve_threads(
    application: Application,
    clock: ObservedClock,
    recorder: Recorder,
    names: list[str],
    listener: socket.socket,
    control: Control,
) -> list[threading.Thread]:
    """Serve with so many threads as there are ``names``, in the background.

    From the time that ``control`` tells to take part until it tells to leave. Then each thread
    answers what it has accepted, and ends.
    """

    def idle(_: Lane) -> None:
        clock.tell("blocked")

    recorded = Recorded(application, recorder, lambda _: recorder.own_lane(), idle)
    host, port = listener.getsockname()[:2]
    http = BaseWSGIServer(host, port, recorded, _Handler, fd=listener.fileno())
    http.socket.setblocking(False)  # other processes accept from it, too

    def serve() -> None:
        clock.tell("blocked")
        control.begun.wait()
        while (accepted := _accept(http, control.leaving)) is not None:
            http.process_request(*accepted)

    make_ready(application)
    threads = []
    for name in names:
        recorder.expect_server(name)
        threads.append(threading.Thread(target=serve, name=name))
        threads[-1].start()
    return threads


def _accept(http: BaseWSGIServer, leaving: Flag) -> tuple[Any, Any] | None:
    """The next connection and where it comes from; None once it is time to leave."""
    while True:
        ready, _, _ = _select([leaving.fileno(), http.socket.fileno()], [], [])
        if leaving.fileno() in ready:
            return None
        with suppress(BlockingIOError):  # another thread, or process, was first
            connection, address = http.get_request()
            connection.setblocking(True)
            return connection, address


def make_ready(application: Application) -> None:
    """Make what Flask makes for its first request: as in a server that has answered before."""
    if isinstance(application, Flask):
        application.url_map.bind("localhost").test("/")
