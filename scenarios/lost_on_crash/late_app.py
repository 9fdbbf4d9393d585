"""A shop that makes invoices in a Celery worker, which confirms a task when it is done."""

import time

from celery import Celery
from flask import Flask

INVOICE_SECONDS = 2

app = Flask(__name__)
celery = Celery("shop", broker="amqp://localhost")


@celery.task(acks_late=True)
def make_invoice(order):
    time.sleep(INVOICE_SECONDS)  #: Making the invoice takes {INVOICE_SECONDS} s
    print(f"Invoice of order {order} is made")  #: The invoice is made


@app.post("/orders/<int:order>")
def buy(order):
    make_invoice.delay(order)
    return {"status": "Your invoice is on its way"}  #: The customer is promised an invoice
