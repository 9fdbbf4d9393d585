from .extensions import db


class Account(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    email = db.Column(db.String(120), unique=True, nullable=False)
    welcomed = db.Column(db.Boolean, default=False)
