"""Orders of printed books: a factory, and an RQ queue that hangs on the application."""

import redis
from flask import Flask, g, render_template
from rq import Queue

from books.config import config


def create_app(name="default"):
    app = Flask(__name__)
    app.config.from_object(config[name])
    app.redis = redis.from_url(app.config["REDIS_URL"])
    app.queue = Queue("printing", connection=app.redis, default_timeout=60)

    @app.before_request
    def count():
        g.visit = app.redis.incr("visits")

    @app.context_processor
    def visits():
        return {"visits": g.visit}

    from books.orders import bp

    app.register_blueprint(bp)

    @app.get("/")
    def index():
        return render_template("index.html")

    return app
