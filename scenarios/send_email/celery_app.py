"""Sign-up that puts the welcome mail into a queue and answers at once."""

import time

from celery import Celery
from flask import Flask, request

MAIL_SECONDS = 3

app = Flask(__name__)
celery = Celery("signup", broker="redis://localhost")


@celery.task
def send_email(address):
    time.sleep(MAIL_SECONDS)  #: The mail server takes {MAIL_SECONDS} s to accept the mail
    print(f"Mail sent to {address}")  #: The mail to {address} is on its way


@app.post("/signup")
def signup():
    address = request.form["email"]  #: The view reads the address from the form
    send_email.delay(address)  #: The task is put into the queue, and the view goes on
    return {"status": "Welcome!"}  #: The welcome page is sent, and a worker sends the mail
