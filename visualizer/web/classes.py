"""The parts of an application that are about classes, put together."""

from __future__ import annotations

from flask import Flask
from flask_socketio import SocketIO

from visualizer.course import Library

from . import class_data, class_pages
from .chunks import Runs
from .class_asking import Asking
from .class_desk import ClassDesk
from .class_options import ClassOptions
from .coalesce import Alarms
from .door import Door
from .hall import Hall
from .sockets import Rooms, address


def class_parts(
    app: Flask, socketio: SocketIO, library: Library, runs: Runs, options: ClassOptions
) -> tuple[ClassDesk, Hall]:
    """Attach the pages and addresses of classes; what their socket events are answered by."""
    catalogue = library.catalogue
    spawn = socketio.start_background_task
    door = Door(options.register)
    asking = Asking(catalogue, runs)
    hall = Hall(Rooms(socketio), Alarms(spawn), spawn, asking.notes)
    class_pages.attach(app, library, door, options)
    class_data.attach(app, catalogue, asking, door, hall, options)
    return ClassDesk(door, hall, asking, address, socketio.sleep), hall
