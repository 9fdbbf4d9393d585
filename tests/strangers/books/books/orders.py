from flask import Blueprint, current_app, request, url_for
from rq import Retry
from rq.exceptions import NoSuchJobError
from rq.job import Job

bp = Blueprint("orders", __name__)


@bp.post("/orders")
def order():
    job = current_app.queue.enqueue(
        "books.printing.print_book",
        request.json["pages"],
        current_app.config["PAGES_A_SECOND"],
        retry=Retry(max=2, interval=5),
    )
    return {"id": job.id, "status": url_for("orders.status", id=job.id)}, 202


@bp.get("/orders/<id>")
def status(id):
    try:
        job = Job.fetch(id, connection=current_app.redis)
    except NoSuchJobError:
        return {"error": "no such order"}, 404
    return {
        "progress": job.meta.get("progress", 0),
        "done": job.is_finished,
        "result": job.return_value(),
    }
