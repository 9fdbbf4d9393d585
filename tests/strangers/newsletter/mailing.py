import time

from model import Letter, db
from server import celery

READERS = 3


@celery.task(bind=True, max_retries=3)
def send(self, id):
    letter = db.session.get(Letter, id)
    if self.request.retries == 0:
        raise self.retry(countdown=2)
    while letter.sent < READERS:
        time.sleep(0.5)
        letter.sent += 1
        db.session.commit()
