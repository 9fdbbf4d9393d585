"""The view takes what the thread will need out of the request, and hands it over."""

import threading
import time

from flask import Flask, request

WORK_SECONDS = 1

app = Flask(__name__)


def write_greeting(name):
    time.sleep(WORK_SECONDS)  #: The thread works on the greeting for {WORK_SECONDS} s
    print(f"Hello, {name}!")  #: The thread has the name in a variable of its own: {name}


@app.get("/greet")
def greet():
    name = request.args["name"]  #: The view reads the name while the request is there
    greeter = threading.Thread(target=write_greeting, args=(name,), name="greeter")
    greeter.start()  #: The thread is started, and takes the name along
    return {"status": "Greeting on its way"}  #: The response is sent, and the request ends
