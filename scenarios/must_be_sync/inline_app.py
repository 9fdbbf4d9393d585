"""Log in, with the password checked before the answer."""

import time

from flask import Flask, request, session

CHECK_SECONDS = 1

app = Flask(__name__)
app.secret_key = "only for this lesson"
PASSWORDS = {"Ana": "tulip"}


def is_right(name, password):
    time.sleep(CHECK_SECONDS)  #: A good check is slow on purpose: {CHECK_SECONDS} s
    return PASSWORDS.get(name) == password


@app.post("/login")
def login():
    name, password = request.form["name"], request.form["password"]
    if not is_right(name, password):
        return {"status": "Wrong password"}, 401  #: The check has failed, so nobody is let in
    session["name"] = name
    return {"status": f"Hello {name}"}  #: The check was passed, so {name} is let in


@app.get("/account")
def account():
    if "name" not in session:
        return {"status": "Log in first"}, 403  #: Nobody is logged in here: nothing is shown
    return {"status": "1200 euros"}  #: The account is shown
