"""Log in, with the password checked in the background."""

import threading
import time

from flask import Flask, request, session

CHECK_SECONDS = 1

app = Flask(__name__)
app.secret_key = "only for this lesson"
PASSWORDS = {"Ana": "tulip"}
thrown_out = set()


def check(name, password):
    time.sleep(CHECK_SECONDS)  #: A good check is slow on purpose: {CHECK_SECONDS} s
    if PASSWORDS.get(name) != password:
        thrown_out.add(name)  #: The password is wrong: {name} is to be thrown out


@app.post("/login")
def login():
    name, password = request.form["name"], request.form["password"]
    threading.Thread(target=check, args=(name, password), name="checker").start()
    session["name"] = name
    return {"status": f"Hello {name}"}  #: The view answers before the check is done


@app.get("/account")
def account():
    if "name" not in session or session["name"] in thrown_out:
        return {"status": "Log in first"}, 403  #: Thrown out: nothing is shown any more
    return {"status": "1200 euros"}  #: The account is shown
