"""The HTTP servers under the application, one for each way of running.

Each takes a listening socket and serves until its process ends.
"""

from __future__ import annotations

import importlib
import logging
import socket
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from flask import Flask

from .launch import AsyncMode

#: Connections that may be open at once. Beyond eventlet's own 1,024 everything would freeze.
CONNECTIONS = 20_000
#: Seconds after which a connection that says nothing is closed. WebSockets have their own.
IDLE = 60


def server_for(async_mode: AsyncMode) -> Callable[[socket.socket, Flask], None]:
    """What serves in this mode: takes the listening socket and the application."""
    return {"eventlet": _eventlet, "gevent": _gevent, "threading": _threads}[async_mode]


def allow_connections() -> None:
    """Let this process have as many files open as the system grants without asking anybody."""
    try:
        import resource
    except ImportError:  # a system without such a limit
        return
    granted, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = CONNECTIONS if most == resource.RLIM_INFINITY else min(CONNECTIONS, most)
    if granted != resource.RLIM_INFINITY and granted < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, most))


def _eventlet(listening: socket.socket, app: Flask) -> None:
    wsgi: Any = importlib.import_module("eventlet.wsgi")
    wsgi.server(
        listening, app, max_size=CONNECTIONS, log_output=False, debug=False, socket_timeout=IDLE
    )


def _gevent(listening: socket.socket, app: Flask) -> None:
    pywsgi: Any = importlib.import_module("gevent.pywsgi")

    class Handler(pywsgi.WSGIHandler):  # type: ignore[misc]  # the library has no types
        def handle(self) -> None:
            with suppress(OSError):  # the client has gone
                super().handle()

        def handle_one_response(self) -> None:
            super().handle_one_response()
            if "HTTP_UPGRADE" in self.environ:
                # A WebSocket that has ended; what is left on its line is no further request.
                self.close_connection = True

        def handle_error(self, *_: Any) -> None:
            # The gate has told it, if it is ours; here it would be told in many lines.
            self.close_connection = True

    server = pywsgi.WSGIServer(
        listening, app, handler_class=Handler, log=None, error_log=None, spawn=CONNECTIONS
    )
    server.serve_forever()


def _threads(listening: socket.socket, app: Flask) -> None:
    from werkzeug.serving import WSGIRequestHandler, make_server

    class Handler(WSGIRequestHandler):
        timeout = IDLE

        def connection_dropped(self, error: BaseException, environ: Any = None) -> None:
            self.close_connection = True  # a WebSocket that has ended, as above

    # It tells each request and each client's mistake; what is ours to mend, the gate tells.
    logging.getLogger("werkzeug").setLevel(logging.CRITICAL)
    host, port = listening.getsockname()[:2]
    server = make_server(
        host, port, app, threaded=True, request_handler=Handler, fd=listening.fileno()
    )
    server.serve_forever()
