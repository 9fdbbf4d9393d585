class Config:
    SQLALCHEMY_DATABASE_URI = "sqlite:///:memory:"
    MAIL_SERVER = "mail.example.com"
    MAIL_PORT = 587
    MAIL_DEFAULT_SENDER = ("The club", "club@example.com")
    IN_BACKGROUND = False


class Background(Config):
    IN_BACKGROUND = True


CONFIGS = {"production": Config, "background": Background}
