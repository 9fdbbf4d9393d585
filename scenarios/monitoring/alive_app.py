"""A shop that asks its workers whether they are there."""

import time

from celery import Celery
from flask import Flask

MAIL_SECONDS = 0.5
PONG_SECONDS = 0.3

app = Flask(__name__)
celery = Celery("shop", broker="redis://localhost")


@celery.task
def confirm(order):
    time.sleep(MAIL_SECONDS)  #: The mail server takes {MAIL_SECONDS} s


@app.post("/orders/<int:order>")
def buy(order):
    confirm.delay(order)
    return {"status": "Thank you"}  #: The order is in the queue, the customer has an answer


@app.get("/health")
def health():
    answers = celery.control.ping(timeout=PONG_SECONDS)
    alive = len(answers)
    return {"alive": alive, "alarm": alive == 0}  #: Workers that say they are there: {alive}
