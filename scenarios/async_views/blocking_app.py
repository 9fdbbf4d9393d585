"""One thread for all users, and a sleep that does not let the others go on."""

import time

from flask import Flask

SHOP_SECONDS = 1
PRICES = {"north": 12, "south": 9}

app = Flask(__name__)


def ask(shop):
    time.sleep(SHOP_SECONDS)  # the shop's computer takes its time
    return PRICES[shop]


@app.get("/price")
def price():
    north = ask("north")  #: The view asks the shop in the north, and keeps the only thread
    south = ask("south")  #: Then it asks the shop in the south, and still keeps the thread
    return {"best": min(north, south)}  #: The user gets the best price, and the thread is free
