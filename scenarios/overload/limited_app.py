"""A shop that packs parcels, and takes orders only as fast as it can pack."""

import queue
import threading
import time

from flask import Flask

PACK_SECONDS = 2

app = Flask(__name__)
orders = queue.Queue()
next_order = 0.0


def pack():
    while True:
        customer = orders.get()
        time.sleep(PACK_SECONDS)  #: {customer}'s parcel is packed, which takes {PACK_SECONDS} s


threading.Thread(target=pack, name="packer", daemon=True).start()


@app.post("/orders/<customer>")
def take(customer):
    global next_order
    now = time.monotonic()
    if now < next_order:
        return {"status": "Too many"}, 429  #: Too soon after the last: {customer} is refused
    next_order = now + PACK_SECONDS
    orders.put(customer)
    return {"status": "Promised"}, 202  #: {customer} is promised a parcel
