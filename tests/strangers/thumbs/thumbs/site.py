from celery import chord, group
from flask import Flask, jsonify

from thumbs.tasks import publish, thumbnail
from thumbs.worker import celery

WIDTHS = (100, 200, 400)


def make_app():
    flask_app = Flask("thumbs")

    @flask_app.route("/pictures/<name>", methods=["POST"])
    def upload(name):
        job = chord(group(thumbnail.s(name, width) for width in WIDTHS))(publish.s())
        return jsonify(job=job.id)

    @flask_app.route("/jobs/<id>")
    def show(id):
        result = celery.AsyncResult(id)
        return jsonify(ready=result.ready(), count=result.result if result.ready() else None)

    return flask_app
