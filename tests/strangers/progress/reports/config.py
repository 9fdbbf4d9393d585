class Default:
    TITLE = "Yearly reports"
    CELERY = {
        "broker_url": "redis://localhost",
        "result_backend": "redis://localhost",
        "task_ignore_result": True,
    }
