from datetime import datetime

from flask import Flask, request
from scheduler import Scheduler

application = Flask("reminders")
scheduler = Scheduler()
scheduler.start()
sent = []


def remind(who, what):
    sent.append(f"{datetime.now():%H:%M:%S} {who}: {what}")


@application.post("/remind")
def add():
    scheduler.add(float(request.args["in"]), remind, request.args["who"], request.args["what"])
    return "", 204


@application.get("/sent")
def show():
    return sent
