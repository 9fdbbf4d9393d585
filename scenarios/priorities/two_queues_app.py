"""Password mails have a queue of their own, and a worker that reads nothing else."""

import time

from celery import Celery
from flask import Flask

MAIL_SECONDS = 1
NEWSLETTERS = 3

app = Flask(__name__)
celery = Celery("mails", broker="redis://localhost")


@celery.task
def send(mail):
    time.sleep(MAIL_SECONDS)  #: {mail}: the mail server takes {MAIL_SECONDS} s


@app.post("/newsletter")
def newsletter():
    for number in range(NEWSLETTERS):
        send.delay(f"Newsletter {number + 1}")
    return {"status": "On their way"}  #: The newsletters are in the queue, and Ana has an answer


@app.post("/password")
def password():
    send.apply_async(["Password mail"], queue="urgent")  #: The mail goes into the urgent queue
    return {"status": "Look into your mail"}  #: Ben is told to look into his mail
