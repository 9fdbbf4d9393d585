"""A page that answers first and counts its visitors in the background."""

import threading
import time

from flask import Flask

COUNT_SECONDS = 2

app = Flask(__name__)


def count_visit():
    time.sleep(COUNT_SECONDS)  #: Another service counts the visit, which takes {COUNT_SECONDS} s


@app.get("/article")
def article():
    threading.Thread(target=count_visit, name="counter").start()
    return "<h1>How to bake bread</h1><p>Take flour and water.</p>"  #: The page is sent
