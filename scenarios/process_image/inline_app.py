"""Makes a small picture in the request itself."""

from flask import Flask

from visualizer import work

RESIZE_SECONDS = 1.0
PAGE_SECONDS = 0.2

app = Flask(__name__)


def resize(photo):
    work.cpu(RESIZE_SECONDS)  #: Making the picture needs {RESIZE_SECONDS} s of the processor


@app.post("/photos/<int:photo>")
def upload(photo):
    resize(photo)
    return {"status": "Here it is"}  #: The small picture is made, and the answer is sent


@app.get("/shop")
def shop():
    work.cpu(PAGE_SECONDS)  #: Making the page needs {PAGE_SECONDS} s of the processor
    return {"status": "Welcome"}  #: The page is sent
