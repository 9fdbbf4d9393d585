"""A guest book in one file and its store: every entry is checked in the background."""

import threading
import time

import store
from flask import Flask, jsonify, request

app = Flask(__name__)


def check(number):
    time.sleep(2)  # asks a slow filter for bad words
    store.approve(number)


@app.route("/entries", methods=["GET", "POST"])
def entries():
    if request.method == "GET":
        return jsonify(store.approved())
    number = store.add(request.json["name"], request.json["text"])
    threading.Thread(target=check, args=(number,), daemon=True).start()
    return jsonify(number=number), 201


if __name__ == "__main__":
    app.run(debug=True)
