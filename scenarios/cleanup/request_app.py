"""A shop that cleans up in every third request."""

import time

from flask import Flask

CLEAN_SECONDS = 2

app = Flask(__name__)
visits = 0


def clean_up():
    time.sleep(CLEAN_SECONDS)  #: Old baskets are deleted, which takes {CLEAN_SECONDS} s


@app.get("/")
def shop():
    global visits
    visits += 1
    if visits % 3 == 0:
        clean_up()  #: Visit number {visits}: this request cleans up
    return {"status": "Welcome"}  #: The page is sent
