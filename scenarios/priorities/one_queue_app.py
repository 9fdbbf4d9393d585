"""Newsletters and password mails wait in the same queue."""

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
    send.delay("Password mail")  #: The password mail is put into the queue, at its end
    return {"status": "Look into your mail"}  #: Ben is told to look into his mail
