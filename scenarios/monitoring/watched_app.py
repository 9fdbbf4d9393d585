"""A shop with a queue that says how it is, to whoever asks."""

import time
from datetime import UTC, datetime

from flask import Flask
from redis import Redis
from rq import Queue

MAIL_SECONDS = 0.5
OLDEST_SECONDS = 2

app = Flask(__name__)
queue = Queue(connection=Redis())


def confirm(order):
    time.sleep(MAIL_SECONDS)  #: The mail server takes {MAIL_SECONDS} s


@app.post("/orders/<int:order>")
def buy(order):
    queue.enqueue(confirm, order)
    return {"status": "Thank you"}  #: The order is in the queue, the customer has an answer


@app.get("/health")
def health():
    waiting, now = queue.jobs, datetime.now(UTC)
    failed = queue.failed_job_registry.count
    age = (now - waiting[0].enqueued_at).total_seconds() if waiting else 0
    alarm = age > OLDEST_SECONDS
    return {"waiting": len(waiting), "alarm": alarm}  #: {failed} failed, the oldest waits {age} s
