import os

from flask import Flask

from .models import Item, db


def create_app(test_config=None):
    app = Flask(__name__, instance_relative_config=True)
    os.makedirs(app.instance_path, exist_ok=True)
    app.config["SQLALCHEMY_DATABASE_URI"] = "sqlite:///shop.db"
    app.config.from_pyfile("settings.cfg", silent=True)
    if test_config:
        app.config.update(test_config)
    db.init_app(app)
    with app.app_context():
        db.create_all()
        if db.session.query(Item).count() == 0:
            db.session.add(Item(name="tea pot", stock=1))
            db.session.commit()

    from .orders import orders

    app.register_blueprint(orders)
    return app
