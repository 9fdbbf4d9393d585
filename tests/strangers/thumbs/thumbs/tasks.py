from time import sleep

from .worker import celery


@celery.task
def thumbnail(picture, width):
    sleep(width / 100)
    return f"{picture}-{width}.jpg"


@celery.task
def publish(names):
    print("published", ", ".join(sorted(names)))
    return len(names)
