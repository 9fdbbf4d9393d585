"""Books parcels with a carrier and writes a letter about each."""

from flask import Flask

from . import desk, settings


def create_app():
    app = Flask(__name__)
    app.config.from_object(settings)
    app.register_blueprint(desk.bp)
    return app
