from dataclasses import dataclass

from flask_login import LoginManager, UserMixin
from werkzeug.security import check_password_hash, generate_password_hash

login_manager = LoginManager()
login_manager.login_view = "auth.login"


@dataclass
class User(UserMixin):
    name: str
    password_hash: str

    def get_id(self):
        return self.name

    def has_password(self, password):
        return check_password_hash(self.password_hash, password)


USERS = {"ana": User("ana", generate_password_hash("secret", method="pbkdf2:sha256:1000"))}


@login_manager.user_loader
def load(name):
    return USERS.get(name)
