"""Converts a film in the background, and tells whoever asks whether it is ready."""

import threading
import time

from flask import Flask

FILM_SECONDS = 2.5

app = Flask(__name__)
ready = set()


def convert(film):
    time.sleep(FILM_SECONDS)  #: Converting takes {FILM_SECONDS} s
    ready.add(film)  #: The film is ready: the next question will tell


@app.post("/films/<int:film>")
def upload(film):
    threading.Thread(target=convert, args=(film,), name="converter").start()
    return {"status": "We are converting it"}  #: The page says: we are converting it


@app.get("/films/<int:film>")
def look(film):
    if film in ready:
        return {"done": True}  #: The browser is told: it is ready
    return {"done": False}  #: The browser is told: not yet
