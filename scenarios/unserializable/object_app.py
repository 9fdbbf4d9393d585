"""A shop that gives the whole order, an object, to a task."""

from celery import Celery
from flask import Flask, request

LABEL_SECONDS = 2

app = Flask(__name__)
celery = Celery("shop", broker="redis://localhost")


class Order:
    def __init__(self, number, address):
        self.number, self.address = number, address


@celery.task
def print_label(order):
    print(f"Parcel {order.number} goes to {order.address}")  #: The label is printed


@app.post("/orders/<int:number>")
def buy(number):
    order = Order(number, request.form["address"])  #: The view makes an order
    print_label.apply_async([order], countdown=LABEL_SECONDS)  #: The order is to go along
    return {"status": "Thank you"}  #: The customer has an answer


@app.post("/orders/<int:number>/address")
def move(number):
    return {"status": "There is no such order"}, 404  #: There is no order to change
