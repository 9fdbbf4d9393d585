"""Sign-up that puts the welcome mail into a queue of RQ and answers at once."""

import time

from flask import Flask, request
from redis import Redis
from rq import Queue

MAIL_SECONDS = 3

app = Flask(__name__)
queue = Queue(connection=Redis())


def send_email(address):
    time.sleep(MAIL_SECONDS)  #: The mail server takes {MAIL_SECONDS} s to accept the mail
    print(f"Mail sent to {address}")  #: The mail to {address} is on its way


@app.post("/signup")
def signup():
    address = request.form["email"]  #: The view reads the address from the form
    queue.enqueue(send_email, address)  #: The job is put into the queue, and the view goes on
    return {"status": "Welcome!"}  #: The welcome page is sent, and a worker sends the mail
