"""Makes a small picture in another process."""

from concurrent.futures import ProcessPoolExecutor

from flask import Flask

from visualizer import work

RESIZE_SECONDS = 1.0
PAGE_SECONDS = 0.2

app = Flask(__name__)
pool = ProcessPoolExecutor(max_workers=1)


def resize(photo):
    work.cpu(RESIZE_SECONDS)  #: Making the picture needs {RESIZE_SECONDS} s of the processor


@app.post("/photos/<int:photo>")
def upload(photo):
    pool.submit(resize, photo)
    return {"status": "Thank you"}  #: Another process makes the picture, and the answer is sent


@app.get("/shop")
def shop():
    work.cpu(PAGE_SECONDS)  #: Making the page needs {PAGE_SECONDS} s of the processor
    return {"status": "Welcome"}  #: The page is sent
