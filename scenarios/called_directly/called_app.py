"""The view calls the task like any other function."""

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
    resize(photo)  #: The view calls the function resize, and waits for its end
    return {"status": "Thank you"}  #: At last the answer is sent
