"""A shop that tells a carrier of each order, and waits longer after each failure."""

from urllib.error import URLError
from urllib.request import urlopen

from celery import Celery
from flask import Flask

RETRY_SECONDS = 1
MOST_RETRIES = 6

app = Flask(__name__)
celery = Celery("shop", broker="redis://localhost")


@celery.task(
    autoretry_for=(URLError,),
    retry_backoff=RETRY_SECONDS,
    retry_jitter=True,
    max_retries=MOST_RETRIES,
)
def ship(order):
    urlopen(f"http://carrier.example/{order}", timeout=5)  #: The worker calls the carrier
    print(f"Order {order} is on its way")  #: The carrier has the order


@app.post("/orders/<int:order>")
def buy(order):
    ship.delay(order)  #: The task is put into the queue
    return {"status": "Thank you"}  #: The customer has an answer
