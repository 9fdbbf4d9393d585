"""Counts the tickets that are sold: read the number, add one, write it back."""

import time

from flask import Flask

PAY_SECONDS = 0.05

app = Flask(__name__)
sold = 0


@app.post("/tickets")
def buy():
    global sold
    before = sold  #: The view reads the number: {sold}
    time.sleep(PAY_SECONDS)  #: The card is checked, which takes {PAY_SECONDS} s
    sold = before + 1  #: The number that was read, plus one, is written back
    return {"sold": sold}  #: Now the number is {sold}
