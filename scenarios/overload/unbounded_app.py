"""A shop that packs parcels, one after another, and takes every order."""

import queue
import threading
import time

from flask import Flask

PACK_SECONDS = 2

app = Flask(__name__)
orders = queue.Queue()


def pack():
    while True:
        customer = orders.get()
        time.sleep(PACK_SECONDS)  #: {customer}'s parcel is packed, which takes {PACK_SECONDS} s


threading.Thread(target=pack, name="packer", daemon=True).start()


@app.post("/orders/<customer>")
def take(customer):
    orders.put(customer)
    return {"status": "Promised"}, 202  #: {customer} is promised a parcel
