from flask import Flask

from .config import CONFIGS
from .extensions import db, mail


def create_app(config_name="production"):
    app = Flask(__name__)
    app.config.from_object(CONFIGS[config_name])
    db.init_app(app)
    mail.init_app(app)

    from .accounts import accounts

    app.register_blueprint(accounts, url_prefix="/accounts")

    with app.app_context():
        db.create_all()
    return app
