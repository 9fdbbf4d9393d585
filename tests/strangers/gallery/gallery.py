import os
from concurrent.futures import ThreadPoolExecutor

from flask import Flask, abort, jsonify, request, send_from_directory
from shrink import shrink
from werkzeug.utils import secure_filename

app = Flask(__name__)
app.config.update(UPLOAD_FOLDER=os.path.join(app.root_path, "uploads"), MAX_CONTENT_LENGTH=100_000)
os.makedirs(app.config["UPLOAD_FOLDER"], exist_ok=True)
pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix="shrinker")


@app.post("/pictures")
def upload():
    if request.headers.get("Authorization") != "Bearer letmein":
        abort(401)
    picture = request.files["picture"]
    name = secure_filename(picture.filename)
    path = os.path.join(app.config["UPLOAD_FOLDER"], name)
    picture.save(path)
    pool.submit(shrink, path)
    return jsonify(name=name, bytes=os.path.getsize(path)), 201


@app.get("/pictures/<name>")
def show(name):
    return send_from_directory(app.config["UPLOAD_FOLDER"], name)


@app.get("/")
def index():
    return sorted(os.listdir(app.config["UPLOAD_FOLDER"]))
