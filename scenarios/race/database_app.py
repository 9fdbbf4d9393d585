"""Counts the tickets that are sold in a database, which adds one by itself."""

import sqlite3
import time

from flask import Flask

PAY_SECONDS = 0.05

app = Flask(__name__)
db = sqlite3.connect(":memory:", check_same_thread=False)
db.execute("CREATE TABLE tickets (sold INTEGER)")
db.execute("INSERT INTO tickets VALUES (0)")


@app.post("/tickets")
def buy():
    time.sleep(PAY_SECONDS)  #: The card is checked, which takes {PAY_SECONDS} s
    db.execute("UPDATE tickets SET sold = sold + 1")  #: The database reads, adds one and writes
    (sold,) = db.execute("SELECT sold FROM tickets").fetchone()
    return {"sold": sold}  #: Now the number is {sold}
