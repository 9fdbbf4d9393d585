"""A shop that lets a worker look up a price, and is asked for it later."""

import time

from celery import Celery
from flask import Flask

LOOKUP_SECONDS = 0.005

app = Flask(__name__)
celery = Celery("shop", broker="redis://localhost", backend="redis://localhost")


@celery.task
def look_up(item):
    time.sleep(LOOKUP_SECONDS)  #: The database has the price after {LOOKUP_SECONDS} s
    return 19  #: The price is put where a later request finds it


@app.get("/prices/<int:item>")
def price(item):
    job = look_up.delay(item)  #: The task is put into the queue
    return {"id": job.id}, 202  #: The answer says only: come back later


@app.get("/results/<id>")
def result(id):
    job = celery.AsyncResult(id)
    if not job.ready():
        return {"done": False}  #: The price is not known yet: come back again
    return {"done": True, "price": job.result}  #: Now the answer holds the price
