"""The edge: pages and socket events over lessons, lab and classroom.

Importing this package imports nothing else, so that ``visualizer.web.launch`` can put green
threads in place before Flask, sockets and locks are loaded. ``create_app`` makes the application;
``run_server`` runs it until it is interrupted.
"""

from __future__ import annotations

from collections.abc import Iterable
from os import PathLike
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from flask import Flask
    from flask_socketio import SocketIO

    from visualizer.lab import Lab
    from visualizer.lessons import Catalogue

    from .class_options import ClassOptions
    from .launch import AsyncMode

__all__ = ["create_app", "run_server"]


def create_app(
    catalogue: Catalogue,
    lab: Lab,
    async_mode: AsyncMode = "eventlet",
    classes: ClassOptions | None = None,
) -> tuple[Flask, SocketIO]:
    """The Flask application and its Socket.IO server. Without ``classes``, those are kept in
    memory only."""
    from .app import create_app

    return create_app(catalogue, lab, async_mode, classes=classes)


def run_server(
    host: str = "127.0.0.1",
    port: int = 5000,
    async_mode: AsyncMode = "eventlet",
    scenarios: Iterable[str | PathLike[str]] = (),
    **classes: Any,
) -> int:
    """Serve until Ctrl-C or SIGTERM; the result is the exit status.

    ``port`` 0 takes a free one; the address is printed when the server listens. ``scenarios`` are
    folders of lessons besides those that come with Meanwhile. ``classes`` are the further fields of
    ``launch.Options``. If ``async_mode`` needs green threads and they are not in place, a fresh
    interpreter takes over that puts them there first.
    """
    from . import launch

    folders = [str(path) for path in scenarios]
    return launch.run(launch.Options(host, port, async_mode, folders, **classes))
