from flask_sqlalchemy import SQLAlchemy

db = SQLAlchemy()


class Letter(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    subject = db.Column(db.String(80), nullable=False)
    sent = db.Column(db.Integer, default=0)
