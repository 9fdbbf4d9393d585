"""A shop that confirms orders by mail, with a task queue."""

import time

from celery import Celery
from flask import Flask

MAIL_SECONDS = 2

app = Flask(__name__)
celery = Celery("shop", broker="redis://localhost")


@celery.task
def confirm(order):
    time.sleep(MAIL_SECONDS)  #: The mail server takes {MAIL_SECONDS} s
    print(f"Order {order} confirmed")  #: The customer gets a mail


@app.post("/orders/<int:order>")
def take(order):
    confirm.delay(order)  #: The task is put into the queue
    return {"status": "queued"}  #: The view answers: queued
