"""Sign-up that hands the welcome mail to a thread and answers at once."""

import threading
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
    mailer = threading.Thread(target=send_email, args=(address,), name="mailer")
    mailer.start()  #: A new thread takes over the mail, and the view goes on
    return {"status": "Welcome!"}  #: The welcome page is sent, and the mail is still being sent
