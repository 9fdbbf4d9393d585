"""A shop that looks up a price and answers with it."""

import time

from flask import Flask

LOOKUP_SECONDS = 0.005

app = Flask(__name__)


def look_up(item):
    time.sleep(LOOKUP_SECONDS)  #: The database has the price after {LOOKUP_SECONDS} s
    return 19


@app.get("/prices/<int:item>")
def price(item):
    euros = look_up(item)  #: The view looks up the price itself
    return {"done": True, "price": euros}  #: The answer holds the price
