"""The view gives the slow work to a thread, and answers at once."""

import threading
import time

from flask import Flask

WORK_SECONDS = 3

app = Flask(__name__)


def slow_work():
    time.sleep(WORK_SECONDS)  #: The work takes {WORK_SECONDS} s


@app.get("/")
def index():
    thread = threading.Thread(target=slow_work, name="background")
    thread.start()  #: A thread begins the work
    return {"status": "started"}  #: The view answers
