"""A film in three parts: a group, so that any free worker takes a part."""

import time

from celery import Celery, group
from flask import Flask

PART_SECONDS = 2

app = Flask(__name__)
celery = Celery("films", broker="redis://localhost", backend="redis://localhost")


@celery.task
def convert(part):
    time.sleep(PART_SECONDS)  #: Part {part} is converted, which takes {PART_SECONDS} s


@app.post("/films")
def upload():
    parts = [convert.s("A"), convert.s("B"), convert.s("C")]
    group(parts).delay()  #: Three tasks are put into the queue
    return {"status": "We are converting it"}  #: The answer is sent
