"""Converts a film in the background, and tells the browser when it is ready."""

from flask import Flask, request
from flask_socketio import SocketIO

FILM_SECONDS = 2.5

app = Flask(__name__)
socketio = SocketIO(app, async_mode="threading")


def convert(film, browser):
    socketio.sleep(FILM_SECONDS)  #: Converting takes {FILM_SECONDS} s
    socketio.emit("done", {"film": film}, to=browser)  #: The film is ready: the browser is told


@app.post("/films/<int:film>")
def upload(film):
    socketio.start_background_task(convert, film, request.form["sid"])
    return {"status": "We are converting it"}  #: The page says: we are converting it
