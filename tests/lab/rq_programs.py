"""What RQ promises, as programs: each prints what real RQ would.

Times are rounded so that the same figures come out on a real clock (``against_redis``).
"""

from __future__ import annotations

HEAD = """\
import time
from datetime import datetime, timedelta, timezone
from flask import Flask
from redis import Redis
from rq import Callback, Queue, Repeat, Retry, get_current_job
from rq.job import Job

app = Flask(__name__)
redis = Redis()
queue = Queue("mail", connection=redis)

def until_over(*jobs, states=("finished", "failed", "canceled", "stopped")):
    while any(job.get_status() not in states for job in jobs):
        time.sleep(0.05)
    time.sleep(0.1)  # a worker tidies up after that
"""

#: Name: (the program's functions, what ``drive()`` does, what is printed, in any order).
PROGRAMS: dict[str, tuple[str, str, list[str]]] = {
    "a result is there when the job is done": (
        """
def add(a, b):
    time.sleep(0.5)
    return a + b
""",
        """
job = queue.enqueue(add, 2, b=3)
print(job.get_status().value, job.return_value(), len(queue))
until_over(job)
print(job.get_status().value, job.return_value(), job.result, job.latest_result().return_value)
print(Job.fetch(job.id, connection=redis).func_name.split(".")[-1], job.is_finished)
""",
        ["finished 5 5 5", "add True"],
    ),
    "a job that fails is in the registry of those": (
        """
def fail():
    raise ValueError("no such address")
""",
        """
job = queue.enqueue(fail)
until_over(job)
print(job.get_status().value, queue.failed_job_registry.get_job_ids() == [job.id])
print(job.latest_result().exc_string.splitlines()[-1])
""",
        ["failed True", "ValueError: no such address"],
    ),
    "one that failed can be put into the queue again": (
        """
def fail_once():
    if not redis.incr("mwtest:tries") > 1:
        raise OSError("busy")
    return "at last"
""",
        """
redis.delete("mwtest:tries")
job = queue.enqueue(fail_once)
until_over(job)
print(job.get_status().value)
queue.failed_job_registry.requeue(job)
until_over(job)
print(job.return_value(), len(queue.failed_job_registry))
""",
        ["failed", "at last 0"],
    ),
    "retries at once and after their intervals": (
        """
def work(key):
    redis.rpush(key, time.time())
    raise OSError("busy")
""",
        """
at_once = queue.enqueue(work, "mwtest:1", retry=Retry(max=2))
later = queue.enqueue(work, "mwtest:2", retry=Retry(max=2, interval=[1, 2]))
until_over(at_once, later)
for key, interval in ("mwtest:1", 0), ("mwtest:2", 2):
    first, second, third = map(float, redis.lrange(key, 0, -1))
    print("tried thrice", third - second >= interval - 1)  # schedules are kept in whole seconds
print(at_once.get_status().value, Job.fetch(later.id, connection=redis).retries_left)
""",
        ["tried thrice True", "failed 0"],
    ),
    "a scheduler puts in what is due": (
        """
def now():
    return time.time()
""",
        """
began = time.time()
job = queue.enqueue_in(timedelta(seconds=2), now)
print(job.get_status().value, len(queue.scheduled_job_registry))
later = queue.enqueue_at(datetime.now(timezone.utc) + timedelta(seconds=3), now)
until_over(job, later)
print(1 <= job.return_value() - began <= 4, job.return_value() < later.return_value())
print(len(queue.scheduled_job_registry))
""",
        ["scheduled 1", "True True", "0"],
    ),
    "a job waits for those that it depends on": (
        """
def note(what):
    time.sleep(0.2)
    redis.rpush("mwtest:notes", what)

def fail():
    raise ValueError("no")
""",
        """
redis.delete("mwtest:notes")
first = queue.enqueue(note, "first")
second = queue.enqueue(note, "second", depends_on=first)
third = queue.enqueue(note, "third", depends_on=[first, second])
print(second.get_status().value)
until_over(first, second, third)
print(redis.lrange("mwtest:notes", 0, -1))
bad = queue.enqueue(fail)
never = queue.enqueue(note, "never", depends_on=bad)
until_over(bad)
print(never.get_status().value, never.id in queue.deferred_job_registry)
never.cancel()
print(never.get_status().value)
""",
        ["deferred", "[b'first', b'second', b'third']", "deferred True", "canceled"],
    ),
    "callbacks": (
        """
def work(ok):
    if not ok:
        raise ValueError("no")
    return "fine"

def told(job, connection, result):
    print("success", result)

def alarmed(job, connection, kind, error, trace):
    print("failure", kind.__name__, error)
""",
        """
until_over(
    queue.enqueue(work, True, on_success=Callback(told), on_failure=Callback(alarmed)),
    queue.enqueue(work, False, on_success=Callback(told), on_failure=Callback(alarmed)),
)
""",
        ["success fine", "failure ValueError no"],
    ),
    "progress in the meta data": (
        """
def work():
    job = get_current_job()
    job.meta["done"] = 1
    job.save_meta()
    time.sleep(1)
    job.meta["done"] = 2
    job.save_meta()
""",
        """
job = queue.enqueue(work, meta={"of": 2})
while job.get_status().value != "started":
    time.sleep(0.05)
time.sleep(0.5)
print(job.get_status().value, job.get_meta())
until_over(job)
print(job.get_meta())
""",
        ["started {'of': 2, 'done': 1}", "{'of': 2, 'done': 2}"],
    ),
    "a job that takes too long is ended": (
        """
def slow():
    time.sleep(60)
""",
        """
began = time.time()
job = queue.enqueue(slow, job_timeout=1)
until_over(job)
print(job.get_status().value, round(time.time() - began))
print(job.latest_result().exc_string.splitlines()[-1])
""",
        [
            "failed 1",
            "rq.timeouts.JobTimeoutException: Task exceeded maximum timeout value (1 seconds)",
        ],
    ),
    "the front of the queue, and a job that is taken out": (
        """
def note(what):
    time.sleep(0.3)
    redis.rpush("mwtest:notes", what)
""",
        """
redis.delete("mwtest:notes")
first = queue.enqueue(note, "first")
time.sleep(0.1)
jobs = [queue.enqueue(note, "last"), queue.enqueue(note, "not")]
jobs.append(queue.enqueue(note, "urgent", at_front=True))
jobs[1].cancel()
until_over(first, *jobs)
print(redis.lrange("mwtest:notes", 0, -1))
""",
        ["[b'first', b'urgent', b'last']"],
    ),
    "what cannot be pickled is refused": (
        """
def work(what): pass
""",
        """
try:
    queue.enqueue(work, lambda: 1)
except Exception as error:
    print("refused", len(queue))
""",
        ["refused 0"],
    ),
    "a job may ask for another try": (
        """
def work():
    if redis.incr("mwtest:tries") < 3:
        return Retry(max=3)
    return "done"
""",
        """
redis.delete("mwtest:tries")
job = queue.enqueue(work)
until_over(job)
print(job.return_value(), Job.fetch(job.id, connection=redis).number_of_retries)
""",
        ["done 2"],
    ),
    "many at once, and a result that is not kept": (
        """
def double(n):
    return 2 * n
""",
        """
jobs = queue.enqueue_many([Queue.prepare_data(double, (n,)) for n in range(3)])
short = queue.enqueue(double, 1, result_ttl=0)
until_over(*jobs)
while Job.exists(short.id, connection=redis):
    time.sleep(0.05)
print([job.return_value() for job in jobs], Job.exists(short.id, connection=redis))
""",
        ["[0, 2, 4] False"],
    ),
    "a job that repeats itself": (
        """
def work():
    redis.incr("mwtest:times")
""",
        """
redis.delete("mwtest:times")
queue.enqueue(work, repeat=Repeat(times=2))
time.sleep(3)
print(int(redis.get("mwtest:times")))
""",
        ["3"],
    ),
    "a queue that works in its caller": (
        """
def add(a, b):
    return a + b
""",
        """
job = Queue("sync", connection=redis, is_async=False).enqueue(add, 1, 2)
print(job.get_status().value, job.return_value())
""",
        ["finished 3"],
    ),
}
