import smtplib
from email.message import EmailMessage


def write(config, to, tracking):
    letter = EmailMessage()
    letter["From"], letter["To"] = "desk@example.com", to
    letter["Subject"] = f"Parcel {tracking}"
    letter.set_content("It is on its way.")
    with smtplib.SMTP(config["MAIL_HOST"], 587, timeout=10) as server:
        server.starttls()
        server.login(config["MAIL_USER"], config["MAIL_PASSWORD"])
        server.send_message(letter)
