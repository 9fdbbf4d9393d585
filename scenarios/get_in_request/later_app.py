"""The view answers with the task's id; the browser asks for the result later."""

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
    return {"id": job.id}, 202  #: The view answers with the number of the task


@app.get("/reports/<id>")
def look(id):
    job = celery.AsyncResult(id)
    text = job.result if job.ready() else None
    return {"done": job.ready(), "text": text}  #: The view looks whether the result is there
