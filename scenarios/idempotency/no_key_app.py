"""A shop that charges a card, and tries again when the bank's answer gets lost."""

from celery import Celery
from flask import Flask

RETRY_SECONDS = 2

app = Flask(__name__)
celery = Celery("shop", broker="redis://localhost")
taken = []
answers = []


def bank(euros):
    """The bank of this story. Its first answer never arrives."""
    taken.append(euros)  #: The bank takes {euros} euros from the card
    answers.append(f"{euros} euros taken")
    if len(answers) == 1:
        raise TimeoutError("no answer from the bank")  #: The answer of the bank gets lost
    return answers[-1]  #: The answer of the bank arrives


@celery.task(autoretry_for=(TimeoutError,), default_retry_delay=RETRY_SECONDS)
def charge(order, euros):
    bank(euros)  #: The worker asks the bank to take {euros} euros


@app.post("/orders/<int:order>")
def buy(order):
    charge.delay(order, 30)  #: The task is put into the queue
    return {"status": "Thank you"}  #: The answer is sent
