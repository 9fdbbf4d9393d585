"""Runs the application until it is interrupted, on eventlet, gevent or threads.

Imported only when the threads are in place (``launch``). The listening socket is made here and
handed to each server alike, so a port that is taken is told the same way everywhere. SIGTERM ends
the server as Ctrl-C does: connections are closed, and the lab's process with them.
"""

from __future__ import annotations

import errno
import importlib
import logging
import signal
import socket
import sys
import traceback
from pathlib import Path
from typing import Any

from flask import Flask

from visualizer.lab import Lab
from visualizer.lessons import Catalogue
from visualizer.resources import folder

from . import create_app
from .launch import AsyncMode, Options

#: Connections that may wait to be accepted, and that may be open.
BACKLOG = 4096
CONNECTIONS = 20_000
#: Seconds after which a connection that says nothing is closed. WebSockets have their own.
IDLE = 60

log = logging.getLogger("meanwhile.web")


def serve(options: Options) -> int:
    """Serve until interrupted; the result is the exit status."""
    _log_to_stderr()
    try:
        listening = listen(options.host, options.port)
    except OSError as error:
        print(_why_not(error, options), file=sys.stderr)
        return 1
    catalogue = Catalogue([folder("scenarios"), *map(Path, options.scenarios)])
    for name, mistakes in catalogue.broken.items():
        log.warning("the lesson %s is left out: %s", name, mistakes[0])
    lab = Lab()
    try:
        lab.warm()
        app, _ = create_app(catalogue, lab, options.async_mode)
        signal.signal(signal.SIGTERM, _interrupt)
        print(f"Meanwhile is on {address(options.host, listening)} (Ctrl-C ends it)", flush=True)
        _SERVERS[options.async_mode](listening, app)
    except KeyboardInterrupt:
        pass  # the way to end it
    finally:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        lab.close()
    return 0


def listen(host: str, port: int) -> socket.socket:
    """A listening socket. Raises OSError if the port is taken or the host is not ours."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.create_server((host, port), family=family, backlog=BACKLOG)
    # Accepted connections inherit it; without it small messages wait for each other.
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listening


def address(host: str, listening: socket.socket) -> str:
    """The address to open in a browser on this machine."""
    shown = {"0.0.0.0": "127.0.0.1", "": "127.0.0.1", "::": "[::1]"}.get(host)
    if shown is None:
        shown = f"[{host}]" if ":" in host else host
    return f"http://{shown}:{listening.getsockname()[1]}"


def _eventlet(listening: socket.socket, app: Flask) -> None:
    eventlet: Any = importlib.import_module("eventlet")
    wsgi: Any = importlib.import_module("eventlet.wsgi")

    class Pool(eventlet.GreenPool):  # type: ignore[misc]  # the library has no types
        def waitall(self) -> None:
            """The server calls this when it ends: do not wait for WebSockets to end by themselves."""
            for thread in list(self.coroutines_running):
                thread.kill()

    wsgi.server(
        listening,
        app,
        custom_pool=Pool(CONNECTIONS),
        log_output=False,
        debug=False,
        socket_timeout=IDLE,
    )


def _gevent(listening: socket.socket, app: Flask) -> None:
    gevent: Any = importlib.import_module("gevent")
    pywsgi: Any = importlib.import_module("gevent.pywsgi")
    server = pywsgi.WSGIServer(listening, app, log=None, error_log=None, spawn=CONNECTIONS)
    for number in (signal.SIGINT, signal.SIGTERM):
        gevent.signal_handler(number, server.stop, 1)
    server.serve_forever(stop_timeout=1)


def _threads(listening: socket.socket, app: Flask) -> None:
    from werkzeug.serving import WSGIRequestHandler, make_server

    class Handler(WSGIRequestHandler):
        timeout = IDLE

        def connection_dropped(self, error: BaseException, environ: Any = None) -> None:
            # A WebSocket that has ended; what is left on its line is no further request.
            self.close_connection = True

    # It tells each request and each client's mistake; what is ours to mend, the gate tells.
    logging.getLogger("werkzeug").setLevel(logging.CRITICAL)

    host, port = listening.getsockname()[:2]
    server = make_server(
        host, port, app, threaded=True, request_handler=Handler, fd=listening.fileno()
    )
    server.serve_forever()


_SERVERS = {"eventlet": _eventlet, "gevent": _gevent, "threading": _threads}


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt


def _why_not(error: OSError, options: Options) -> str:
    place = f"{options.host}:{options.port}"
    if error.errno == errno.EADDRINUSE:
        return f"Another program uses {place} already; choose another port with --port (0: any)."
    if error.errno == errno.EACCES:
        return f"This user may not listen on {place}; choose a port above 1023 with --port."
    return f"Cannot listen on {place}: {error.strerror or error}."


class _OneLine(logging.Formatter):
    """An exception as what and where, behind the message, in the same line."""

    def formatException(self, ei: Any) -> str:  # noqa: N802  (the library's name)
        kind, error, trace = ei
        frames = traceback.extract_tb(trace)
        place = f" ({Path(frames[-1].filename).name}:{frames[-1].lineno})" if frames else ""
        return f"{kind.__name__}: {error}{place}"

    def format(self, record: logging.LogRecord) -> str:
        return " ".join(super().format(record).split("\n"))


def _log_to_stderr() -> None:
    handler = logging.StreamHandler()
    handler.setFormatter(_OneLine("%(asctime)s %(levelname)s %(message)s"))
    logger = logging.getLogger("meanwhile")
    logger.addHandler(handler)
    logger.propagate = False
