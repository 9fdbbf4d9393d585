from celery import Celery
from flask import Flask, request
from model import Letter, db

app = Flask(__name__)
app.config["SQLALCHEMY_DATABASE_URI"] = "sqlite:///letters.db"
db.init_app(app)
celery = Celery(__name__, broker="redis://localhost:6379/0")
celery.conf.update(task_acks_late=True, worker_prefetch_multiplier=1)


class ContextTask(celery.Task):
    def __call__(self, *args, **kwargs):
        with app.app_context():
            return self.run(*args, **kwargs)


celery.Task = ContextTask

import mailing  # noqa: E402

with app.app_context():
    db.create_all()


@app.route("/letters", methods=["POST"])
def write():
    letter = Letter(subject=request.values["subject"])
    db.session.add(letter)
    db.session.commit()
    mailing.send.apply_async(args=[letter.id], countdown=1)
    return {"id": letter.id}


@app.route("/letters/<int:id>")
def read(id):
    letter = db.get_or_404(Letter, id)
    return {"sent": letter.sent, "done": letter.sent == mailing.READERS}
