from flask import Blueprint, current_app, request
from sqlalchemy.exc import IntegrityError

from .extensions import db
from .mails import welcome, welcome_later
from .models import Account

accounts = Blueprint("accounts", __name__)


@accounts.post("/")
def create():
    account = Account(email=request.form["email"])
    db.session.add(account)
    try:
        db.session.commit()
    except IntegrityError:
        db.session.rollback()
        return {"error": "there is an account for this address"}, 409
    if current_app.config["IN_BACKGROUND"]:
        welcome_later(account.id)
    else:
        welcome(account.id)
    return {"id": account.id}, 201


@accounts.get("/<int:id>")
def show(id):
    account = db.get_or_404(Account, id)
    return {"email": account.email, "welcomed": account.welcomed}
