from flask import request

from .. import socketio
from . import main


@main.post("/exports")
def export():
    socketio.start_background_task(build, request.json["sid"])
    return {"status": "started"}, 202


def build(sid):
    for percent in (50, 100):
        socketio.sleep(1)
        socketio.emit("progress", {"percent": percent}, to=sid)
    socketio.emit("ready", to=sid)
