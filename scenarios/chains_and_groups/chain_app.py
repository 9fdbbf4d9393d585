"""A film in three steps: a chain, since each step needs what the one before has made."""

import time

from celery import Celery, chain
from flask import Flask

PART_SECONDS = 2

app = Flask(__name__)
celery = Celery("films", broker="redis://localhost", backend="redis://localhost")


@celery.task
def cut(film):
    time.sleep(PART_SECONDS)  #: The film is cut, which takes {PART_SECONDS} s
    return f"{film}, cut"


@celery.task
def colour(film):
    time.sleep(PART_SECONDS)  #: The colours are corrected, which takes {PART_SECONDS} s
    return f"{film}, coloured"


@celery.task
def publish(film):
    print(f"Published: {film}")  #: The film is published


@app.post("/films")
def upload():
    chain(cut.s("holiday"), colour.s(), publish.s()).delay()  #: The first of three tasks is queued
    return {"status": "We are working on it"}  #: The answer is sent
