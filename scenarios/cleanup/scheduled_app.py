"""A shop that cleans up by itself, at fixed times, without any request."""

import time

from celery import Celery
from flask import Flask

CLEAN_SECONDS = 2
EVERY_SECONDS = 2.5

app = Flask(__name__)
celery = Celery("shop", broker="redis://localhost")


@celery.task
def clean_up():
    time.sleep(CLEAN_SECONDS)  #: Old baskets are deleted, which takes {CLEAN_SECONDS} s


celery.conf.beat_schedule = {"clean up": {"task": clean_up.name, "schedule": EVERY_SECONDS}}


@app.get("/")
def shop():
    return {"status": "Welcome"}  #: The page is sent
