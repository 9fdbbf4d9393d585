"""The task runs inside the request, so the user waits for all of it."""

import time

from flask import Flask

TASK_SECONDS = 5

app = Flask(__name__)


def background_task():
    time.sleep(TASK_SECONDS)  #: the task sleeps {TASK_SECONDS} s


@app.get("/start")
def start():
    background_task()  #: background_task is called in the request itself
    return {"status": "Task finished"}  #: the JSON response is returned
