from celery import Celery

celery = Celery("thumbs", include=["thumbs.tasks"])
celery.conf.update(
    broker_url="amqp://guest:guest@localhost//",
    result_backend="redis://localhost:6379/1",
    task_acks_late=True,
)
