"""Translates the pages of a book: the task computes by itself."""

from celery import Celery
from flask import Flask

from visualizer import work

PAGES = 8

app = Flask(__name__)
celery = Celery("books", broker="redis://localhost")


@celery.task
def translate(page):
    work.cpu(1.0)  #: Page {page} needs a second of the processor
    print(f"Page {page} is translated")


@app.post("/books")
def book():
    for page in range(1, PAGES + 1):
        translate.delay(page)
    return {"status": "We are translating it"}  #: All pages are in the queue
