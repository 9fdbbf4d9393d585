"""A shop that packs parcels, one after another, and says no when too many wait."""

import queue
import threading
import time

from flask import Flask

PACK_SECONDS = 2
MOST_WAITING = 1

app = Flask(__name__)
orders = queue.Queue(maxsize=MOST_WAITING)


def pack():
    while True:
        customer = orders.get()
        time.sleep(PACK_SECONDS)  #: {customer}'s parcel is packed, which takes {PACK_SECONDS} s


threading.Thread(target=pack, name="packer", daemon=True).start()


@app.post("/orders/<customer>")
def take(customer):
    try:
        orders.put_nowait(customer)
    except queue.Full:
        return {"status": "Try later"}, 503  #: The queue is full: {customer} is refused
    return {"status": "Promised"}, 202  #: {customer} is promised a parcel
