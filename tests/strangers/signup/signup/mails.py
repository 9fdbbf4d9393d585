from threading import Thread

from flask import current_app, render_template
from flask_mail import Message

from .extensions import db, mail
from .models import Account


def welcome(id):
    account = db.session.get(Account, id)
    message = Message("Welcome", recipients=[account.email])
    message.body = render_template("mail/welcome.txt", account=account)
    mail.send(message)
    account.welcomed = True
    db.session.commit()


def welcome_later(id):
    app = current_app._get_current_object()

    def work():
        with app.app_context():
            welcome(id)

    Thread(target=work, name="mailer").start()
