"""The same shop, with a key by which the bank knows an order again."""

from celery import Celery
from flask import Flask

RETRY_SECONDS = 2

app = Flask(__name__)
celery = Celery("shop", broker="redis://localhost")
taken = {}
answers = []


def bank(key, euros):
    """The bank of this story. Its first answer never arrives."""
    if key not in taken:
        taken[key] = euros  #: The bank takes {euros} euros from the card, and notes the key
    answers.append(f"{euros} euros taken")
    if len(answers) == 1:
        raise TimeoutError("no answer from the bank")  #: The answer of the bank gets lost
    return answers[-1]  #: The bank knows the key, takes nothing, and says the same again


@celery.task(autoretry_for=(TimeoutError,), default_retry_delay=RETRY_SECONDS)
def charge(order, euros):
    bank(f"order-{order}", euros)  #: The worker asks the bank, and names the order as key


@app.post("/orders/<int:order>")
def buy(order):
    charge.delay(order, 30)  #: The task is put into the queue
    return {"status": "Thank you"}  #: The answer is sent
