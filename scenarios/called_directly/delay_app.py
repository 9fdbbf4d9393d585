"""The view puts a call of the task into the queue."""

import time

from celery import Celery
from flask import Flask

RESIZE_SECONDS = 4

app = Flask(__name__)
celery = Celery("photos", broker="redis://localhost")


@celery.task
def resize(photo):
    time.sleep(RESIZE_SECONDS)  #: Making the small pictures takes {RESIZE_SECONDS} s


@app.post("/photos/<int:photo>")
def upload(photo):
    resize.delay(photo)  #: The call is put into the queue, and the view goes on
    return {"status": "Thank you"}  #: The answer is sent, and a worker makes the pictures
