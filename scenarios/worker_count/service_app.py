"""Translates the pages of a book: a service outside does the work, and the task waits for it."""

from urllib.request import urlopen

from celery import Celery
from flask import Flask

PAGES = 8

app = Flask(__name__)
celery = Celery("books", broker="redis://localhost")


@celery.task
def translate(page):
    urlopen(f"http://translate.example/{page}")  #: Page {page} goes to the service
    print(f"Page {page} is translated")


@app.post("/books")
def book():
    for page in range(1, PAGES + 1):
        translate.delay(page)
    return {"status": "We are translating it"}  #: All pages are in the queue
