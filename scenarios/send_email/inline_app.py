"""Sign-up that sends the welcome mail first and answers afterwards."""

import time

from flask import Flask, request

MAIL_SECONDS = 3

app = Flask(__name__)


def send_email(address):
    time.sleep(MAIL_SECONDS)  #: The mail server takes {MAIL_SECONDS} s to accept the mail
    print(f"Mail sent to {address}")  #: The mail to {address} is on its way


@app.post("/signup")
def signup():
    address = request.form["email"]  #: The view reads the address from the form
    send_email(address)  #: The view calls send_email, and waits until it is done
    return {"status": "Welcome!"}  #: At last the welcome page is sent
