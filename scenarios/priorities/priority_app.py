"""One queue, and the password mail has a higher priority."""

import time

from celery import Celery
from flask import Flask

MAIL_SECONDS = 1
NEWSLETTERS = 3

app = Flask(__name__)
celery = Celery("mails", broker="redis://localhost")
celery.conf.broker_transport_options = {"queue_order_strategy": "priority"}
celery.conf.task_default_priority = 5  # with Redis as the broker, 0 goes first
celery.conf.worker_prefetch_multiplier = 1  # take one, and leave the others in the queue


@celery.task(acks_late=True)
def send(mail):
    time.sleep(MAIL_SECONDS)  #: {mail}: the mail server takes {MAIL_SECONDS} s


@app.post("/newsletter")
def newsletter():
    for number in range(NEWSLETTERS):
        send.delay(f"Newsletter {number + 1}")
    return {"status": "On their way"}  #: The newsletters are in the queue, and Ana has an answer


@app.post("/password")
def password():
    send.apply_async(["Password mail"], priority=0)  #: The password mail may go before the others
    return {"status": "Look into your mail"}  #: Ben is told to look into his mail
