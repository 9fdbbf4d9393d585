"""A page that counts its visitors before it answers."""

import time

from flask import Flask

COUNT_SECONDS = 2

app = Flask(__name__)


def count_visit():
    time.sleep(COUNT_SECONDS)  #: Another service counts the visit, which takes {COUNT_SECONDS} s


@app.get("/article")
def article():
    count_visit()  #: The view has the visit counted first
    return "<h1>How to bake bread</h1><p>Take flour and water.</p>"  #: The page is sent
