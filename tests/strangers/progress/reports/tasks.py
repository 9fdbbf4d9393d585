import time

from celery import shared_task
from flask import current_app


@shared_task(bind=True, ignore_result=False)
def build_report(self, year, chapters):
    for chapter in range(1, chapters + 1):
        self.update_state(state="PROGRESS", meta={"done": chapter - 1, "of": chapters})
        time.sleep(1)
    return f"{current_app.config['TITLE']}, {year}"
