"""The view puts a task into the queue, and waits for its result."""

import time

from celery import Celery
from flask import Flask

REPORT_SECONDS = 2

app = Flask(__name__)
celery = Celery("reports", broker="redis://localhost", backend="redis://localhost")


@celery.task
def make_report(month):
    time.sleep(REPORT_SECONDS)  #: Adding up takes {REPORT_SECONDS} s
    return f"All of {month}"  #: The result is put where everybody can ask for it


@app.post("/reports/<month>")
def order(month):
    job = make_report.delay(month)  #: The task is put into the queue
    text = job.get()  #: The view waits until the result is there
    return {"done": True, "text": text}  #: Only now the view can answer
