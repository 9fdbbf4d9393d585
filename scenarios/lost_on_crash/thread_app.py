"""A shop that makes invoices in a thread of the web server's process."""

import threading
import time

from flask import Flask

INVOICE_SECONDS = 2

app = Flask(__name__)


def make_invoice(order):
    time.sleep(INVOICE_SECONDS)  #: Making the invoice takes {INVOICE_SECONDS} s
    print(f"Invoice of order {order} is made")  #: The invoice is made


@app.post("/orders/<int:order>")
def buy(order):
    threading.Thread(target=make_invoice, args=(order,), name="invoices").start()
    return {"status": "Your invoice is on its way"}  #: The customer is promised an invoice
