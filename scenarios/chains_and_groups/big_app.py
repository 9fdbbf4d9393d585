"""A film in three parts: one task does everything, one part after another."""

import time

from celery import Celery
from flask import Flask

PART_SECONDS = 2

app = Flask(__name__)
celery = Celery("films", broker="redis://localhost", backend="redis://localhost")


def convert(part):
    time.sleep(PART_SECONDS)  #: Part {part} is converted, which takes {PART_SECONDS} s


@celery.task
def convert_all(parts):
    for part in parts:
        convert(part)
    print("The film is ready")  #: The parts are put together


@app.post("/films")
def upload():
    convert_all.delay(["A", "B", "C"])  #: One big task is put into the queue
    return {"status": "We are converting it"}  #: The answer is sent
