"""The thread asks `request` itself, and has no request."""

import threading
import time

from flask import Flask, request

WORK_SECONDS = 1

app = Flask(__name__)


def write_greeting():
    time.sleep(WORK_SECONDS)  #: The thread works on the greeting for {WORK_SECONDS} s
    name = request.args["name"]  #: The thread asks `request` for the name, but has no request
    print(f"Hello, {name}!")


@app.get("/greet")
def greet():
    greeter = threading.Thread(target=write_greeting, name="greeter")
    greeter.start()  #: The thread is started, with empty hands
    return {"status": "Greeting on its way"}  #: The response is sent, and the request ends
