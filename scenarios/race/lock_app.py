"""Counts the tickets that are sold, one buyer at a time."""

import threading
import time

from flask import Flask

PAY_SECONDS = 0.05

app = Flask(__name__)
lock = threading.Lock()
sold = 0


@app.post("/tickets")
def buy():
    global sold
    with lock:
        before = sold  #: The view has the lock, and reads the number: {sold}
        time.sleep(PAY_SECONDS)  #: The card is checked, which takes {PAY_SECONDS} s
        sold = before + 1  #: The number that was read, plus one, is written back
    return {"sold": sold}  #: Now the number is {sold}
