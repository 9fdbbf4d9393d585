"""A view that makes a report itself, and answers when the report is ready."""

import time

from flask import Flask

REPORT_SECONDS = 2

app = Flask(__name__)


def make_report():
    time.sleep(REPORT_SECONDS)  #: The database takes {REPORT_SECONDS} s to add everything up


@app.get("/report")
def report():
    make_report()
    return {"status": "Here is your report"}  #: The report is ready, and the answer is sent
