"""The application factory: Flask for the pages, Socket.IO for the streams, and a gate before it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection
from typing import Any

from flask import Flask
from flask_compress import Compress
from flask_socketio import SocketIO

from visualizer.course import Library
from visualizer.lab import Job, Lab
from visualizer.lessons import Catalogue
from visualizer.resources import folder
from visualizer.trace import records_of
from visualizer.trace.agreement import Free

from . import (
    broadcast,
    course_pages,
    embed,
    errors,
    exports,
    headers,
    icons,
    opening,
    pages,
    quiz,
    static,
)
from .chunks import Shelf
from .class_options import ClassOptions, in_memory
from .classes import class_parts
from .desk import Desk
from .gate import Gate
from .guard import MAX_MESSAGE, guarded, unwaited
from .launch import AsyncMode
from .real import Real
from .sockets import attach
from .streams import Limits, Streams
from .wire import Json, Packet

#: Bytes of the body of a request; a quiz answer is the largest there is.
MAX_BODY = 16 * 1024


def create_app(
    catalogue: Catalogue,
    lab: Lab,
    async_mode: AsyncMode = "eventlet",
    limits: Limits | None = None,
    classes: ClassOptions | None = None,
) -> tuple[Flask, SocketIO]:
    """The application and its Socket.IO server; needs no server to be tested.

    ``classes`` holds an open register; without it classes are kept in memory only."""
    app = Flask("visualizer", template_folder=str(folder("templates")), static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = MAX_BODY
    app.config["COMPRESS_ALGORITHM"] = ["br", "gzip"]
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    Compress(app)
    headers.attach(app)
    static.attach(app)
    icons.attach(app)
    errors.attach(app)

    socketio = SocketIO(
        app,
        async_mode=async_mode,
        client_manager=broadcast.manager(),
        # The gate decides who may connect.
        cors_allowed_origins=[],
        # One after the other for each connection: order is kept and a flood waits in its own line.
        async_handlers=False,
        max_http_buffer_size=MAX_MESSAGE,
        json=Json,
        serializer=Packet,
        logger=_quiet(),
        engineio_logger=_quiet(),
    )
    engine = socketio.server.eio
    engine._async = {
        **engine._async,
        "websocket": guarded(async_mode, engine.sleep),
        "queue": unwaited(engine._async["queue"]),
    }
    app.wsgi_app = Gate(app.wsgi_app, _backlog(engine))  # type: ignore[method-assign]  # how Flask documents that middleware is put on

    shelf = Shelf(lab, records_of, breathe=lambda: socketio.sleep(0))

    def free_of(job: Job) -> tuple[Collection[Free], str]:
        table = catalogue.lesson(job.scenario).wall(job.variant)
        return table.free, table.why

    real = Real(lab, records_of, free_of, breathe=lambda: socketio.sleep(0))
    streams = Streams(
        shelf,
        real,
        lambda connection, event, message, acknowledged: socketio.emit(
            event, message, to=connection, callback=acknowledged
        ),
        socketio.start_background_task,
        socketio.sleep,
        limits,
    )
    options = classes or in_memory(async_mode)
    library = Library(catalogue, lab.run)
    class_desk, hall = class_parts(app, socketio, library, lab, options)
    attach(socketio, Desk(catalogue, streams), streams, class_desk, hall)
    pages.attach(app, library, streams, options)
    course_pages.attach(app, library, lab, options)
    quiz.attach(app, library, lab)
    exports.attach(app, catalogue, lab)
    embed.attach(app, catalogue, lab)
    opening.attach(app, catalogue, shelf)
    return app, socketio


def _backlog(engine: Any) -> Callable[[str], int]:
    """How many messages wait to be fetched by a session."""

    def backlog(session: str) -> int:
        socket = engine.sockets.get(session)
        return socket.queue.qsize() if socket is not None else 0

    return backlog


def _quiet() -> logging.Logger:
    """A logger for the libraries: only exceptions are ours to hear of; the rest is how a client
    behaves."""
    logger = logging.getLogger("visualizer.socketio")
    logger.setLevel(logging.ERROR)
    if not logger.filters:
        logger.addFilter(_ours)
    return logger


def _ours(record: logging.LogRecord) -> bool:
    # A polling client's POST that cannot be read raises inside the library and is answered there.
    return record.exc_info is not None and record.msg != "post request handler error"
