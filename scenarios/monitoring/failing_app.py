"""A shop that says which share of its mails has failed."""

from urllib.request import urlopen

from flask import Flask
from redis import Redis
from rq import Queue

app = Flask(__name__)
queue = Queue(connection=Redis())


def confirm(order):
    urlopen(f"http://mail.example/{order}", timeout=5)  #: The worker calls the mail server


@app.post("/orders/<int:order>")
def buy(order):
    queue.enqueue(confirm, order)
    return {"status": "Thank you"}  #: The order is in the queue, the customer has an answer


@app.get("/health")
def health():
    sent, failed = queue.finished_job_registry.count, queue.failed_job_registry.count
    share = round(failed / max(1, sent + failed), 2)
    return {"share": share, "alarm": share > 0.5}  #: {sent} sent, {failed} failed: share {share}
