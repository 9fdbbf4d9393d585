"""A shop that lets a thread look up a price, and is asked for it later."""

import threading
import time

from flask import Flask

LOOKUP_SECONDS = 0.005

app = Flask(__name__)
prices = {}


def look_up(item):
    time.sleep(LOOKUP_SECONDS)  #: The database has the price after {LOOKUP_SECONDS} s
    prices[item] = 19  #: The price is put where a later request finds it


@app.get("/prices/<int:item>")
def price(item):
    threading.Thread(target=look_up, args=(item,), name="look-up").start()
    return {"id": item}, 202  #: The answer says only: come back later


@app.get("/results/<int:id>")
def result(id):
    if id not in prices:
        return {"done": False}  #: The price is not known yet: come back again
    return {"done": True, "price": prices[id]}  #: Now the answer holds the price
