"""The task runs in a thread of its own, so the user has the answer at once."""

import threading
import time

from flask import Flask

TASK_SECONDS = 5

app = Flask(__name__)


def background_task():
    time.sleep(TASK_SECONDS)  #: the task sleeps {TASK_SECONDS} s


@app.get("/start")
def start():
    thread = threading.Thread(target=background_task, name="background")
    thread.start()  #: background_task is started in a new thread
    return {"status": "Task started"}  #: the JSON response is returned
