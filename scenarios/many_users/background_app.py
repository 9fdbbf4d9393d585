"""A view that hands the report to a thread, and answers at once."""

import threading
import time

from flask import Flask

REPORT_SECONDS = 2

app = Flask(__name__)


def make_report():
    time.sleep(REPORT_SECONDS)  #: The database takes {REPORT_SECONDS} s to add everything up


@app.get("/report")
def report():
    threading.Thread(target=make_report).start()
    return {"status": "We are working on it"}  #: A thread makes the report, and the answer is sent
