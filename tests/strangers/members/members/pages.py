from flask import Blueprint, session
from flask_login import current_user, login_required

bp = Blueprint("pages", __name__)


@bp.route("/profile")
@login_required
def profile():
    session["visits"] = session.get("visits", 0) + 1
    return f"Hello {current_user.name}, visit {session['visits']}"
