"""A shop that gives the number of the order to a task, which looks up the rest."""

from celery import Celery
from flask import Flask, request
from redis import Redis

LABEL_SECONDS = 2

app = Flask(__name__)
celery = Celery("shop", broker="redis://localhost")
orders = Redis(decode_responses=True)


@celery.task
def print_label(number):
    address = orders.get(number)  #: The worker looks up the address of order {number}
    print(f"Parcel {number} goes to {address}")  #: The label says: {address}


@app.post("/orders/<int:number>")
def buy(number):
    address = request.form["address"]
    orders.set(number, address)  #: The order is stored: {address}
    print_label.apply_async([number], countdown=LABEL_SECONDS)  #: Only the number goes along
    return {"status": "Thank you"}  #: The customer has an answer


@app.post("/orders/<int:number>/address")
def move(number):
    orders.set(number, request.form["address"])  #: The stored order is changed
    return {"status": "Changed"}  #: The customer is told that the address is changed
