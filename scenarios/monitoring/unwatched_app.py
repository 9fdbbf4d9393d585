"""A shop with a queue at which nobody looks."""

import time

from flask import Flask
from redis import Redis
from rq import Queue

MAIL_SECONDS = 0.5

app = Flask(__name__)
queue = Queue(connection=Redis())


def confirm(order):
    time.sleep(MAIL_SECONDS)  #: The mail server takes {MAIL_SECONDS} s


@app.post("/orders/<int:order>")
def buy(order):
    queue.enqueue(confirm, order)
    return {"status": "Thank you"}  #: The order is in the queue, the customer has an answer
