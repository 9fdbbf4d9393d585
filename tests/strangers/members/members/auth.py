from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_login import login_user, logout_user
from flask_wtf import FlaskForm
from wtforms import PasswordField, StringField
from wtforms.validators import InputRequired

from .users import USERS

bp = Blueprint("auth", __name__, template_folder="templates")


class LoginForm(FlaskForm):
    name = StringField(validators=[InputRequired()])
    password = PasswordField(validators=[InputRequired()])


@bp.route("/login", methods=["GET", "POST"])
def login():
    form = LoginForm()
    if form.validate_on_submit():
        user = USERS.get(form.name.data)
        if user is not None and user.has_password(form.password.data):
            login_user(user)
            return redirect(request.args.get("next") or url_for("pages.profile"))
        flash("Wrong name or password")
    return render_template("members/login.html", form=form)


@bp.route("/logout")
def logout():
    logout_user()
    return redirect(url_for("auth.login"))
