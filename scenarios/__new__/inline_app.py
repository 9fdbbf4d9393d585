"""The view does the slow work itself, and the user waits for it."""

import time

from flask import Flask

WORK_SECONDS = 3

app = Flask(__name__)


def slow_work():
    time.sleep(WORK_SECONDS)  #: The work takes {WORK_SECONDS} s


@app.get("/")
def index():
    slow_work()  #: The view begins the work
    return {"status": "done"}  #: The view answers
