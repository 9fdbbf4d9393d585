import time

from rq import get_current_job


def print_book(pages, speed):
    job = get_current_job()
    for done in range(0, pages, speed):
        job.meta["progress"] = round(100 * done / pages)
        job.save_meta()
        time.sleep(1)
        if done == speed and job.retries_left == 2:
            raise RuntimeError("out of paper")
    return f"{pages} pages"
