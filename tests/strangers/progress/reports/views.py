from celery.result import AsyncResult
from flask import Blueprint, request

from . import tasks

bp = Blueprint("reports", __name__, url_prefix="/reports")


@bp.post("/")
def start():
    result = tasks.build_report.delay(request.form.get("year", type=int), 3)
    return {"id": result.id}, 202


@bp.get("/<id>")
def status(id):
    result = AsyncResult(id)
    answer = {"state": result.state, "ready": result.ready()}
    if result.successful():
        answer["text"] = result.result
    elif result.state == "PROGRESS":
        answer.update(result.info)
    return answer
