CARRIER = "https://carrier.example.com/v1"
MAIL_HOST = "mail.example.com"
MAIL_USER = "parcels"
MAIL_PASSWORD = "parcels"
