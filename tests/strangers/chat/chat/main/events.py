from flask_socketio import emit

from .. import socketio


@socketio.on("joined")
def joined(message):
    emit("status", {"msg": f"{message['name']} has entered the room"}, broadcast=True)
