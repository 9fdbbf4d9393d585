from flask import Flask, redirect, url_for

from members import auth, pages
from members.users import login_manager

app = Flask(__name__)
app.config["SECRET_KEY"] = "for development only"
app.config.from_prefixed_env()

login_manager.init_app(app)
app.register_blueprint(auth.bp)
app.register_blueprint(pages.bp)


@app.route("/")
def home():
    return redirect(url_for("pages.profile"))
