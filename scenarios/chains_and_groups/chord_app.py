"""A film in three parts: a chord, which is a group and what comes after all of it."""

import time

from celery import Celery, chord
from flask import Flask

PART_SECONDS = 2
BROKEN_PART = "none"

app = Flask(__name__)
celery = Celery("films", broker="redis://localhost", backend="redis://localhost")


@celery.task
def convert(part):
    time.sleep(PART_SECONDS)  #: Part {part} is converted, which takes {PART_SECONDS} s
    if part == BROKEN_PART:
        raise ValueError(f"part {part} is broken")  #: Part {part} cannot be converted
    return part


@celery.task
def join(parts):
    print("The film is ready:", *parts)  #: All parts are there, and are put together


@app.post("/films")
def upload():
    parts = [convert.s("A"), convert.s("B"), convert.s("C")]
    chord(parts)(join.s())  #: Three tasks are queued, and one is to follow when all are done
    return {"status": "We are converting it"}  #: The answer is sent
