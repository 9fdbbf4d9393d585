"""A shop that tells a carrier of each order, and keeps what fails for a person to see."""

from urllib.error import URLError
from urllib.request import urlopen

from celery import Celery
from flask import Flask

RETRY_SECONDS = 1
MOST_RETRIES = 2

app = Flask(__name__)
celery = Celery("shop", broker="redis://localhost")


@celery.task
def look_at(order):
    print(f"A person has looked at order {order}")


@celery.task(bind=True, default_retry_delay=RETRY_SECONDS)
def ship(self, order):
    try:
        urlopen(f"http://carrier.example/{order}", timeout=5)  #: The worker calls the carrier
    except URLError as error:
        if self.request.retries < MOST_RETRIES:
            raise self.retry(exc=error) from error
        look_at.apply_async([order], queue="dead_letters")  #: Order {order} is put aside
    else:
        print(f"Order {order} is on its way")  #: The carrier has the order


@app.post("/orders/<int:order>")
def buy(order):
    ship.delay(order)  #: The task is put into the queue
    return {"status": "Thank you"}  #: The customer has an answer
