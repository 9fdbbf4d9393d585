from celery import Celery, Task
from flask import Flask, render_template


def celery_init_app(app: Flask) -> Celery:
    class FlaskTask(Task):
        def __call__(self, *args, **kwargs):
            with app.app_context():
                return self.run(*args, **kwargs)

    celery_app = Celery(app.name, task_cls=FlaskTask)
    celery_app.config_from_object(app.config["CELERY"])
    celery_app.set_default()
    app.extensions["celery"] = celery_app
    return celery_app


def create_app(config="reports.config.Default"):
    app = Flask(__name__)
    app.config.from_object(config)
    celery_init_app(app)

    from . import views

    app.register_blueprint(views.bp)

    @app.get("/")
    def index():
        return render_template("index.html", title=app.config["TITLE"])

    return app
