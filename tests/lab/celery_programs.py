"""What Celery promises, as programs: each prints what it saw. Real Celery prints the same.

Times are rounded so that the same figures come out on a real clock.
"""

from __future__ import annotations

#: Name: (the program's tasks, what ``drive()`` does, what is printed, in order).
PROGRAMS: dict[str, tuple[str, str, list[str]]] = {
    "a result is there when the task is done": (
        """
@celery.task
def add(a, b):
    time.sleep(1)
    return a + b
""",
        """
result = add.delay(2, 3)
print(result.state, result.ready())
print(result.get(timeout=10), result.state, result.successful())
""",
        ["PENDING False", "5 SUCCESS True"],
    ),
    "an error comes out of get": (
        """
@celery.task
def fail():
    raise ValueError("no such address")
""",
        """
try:
    fail.delay().get(timeout=10)
except ValueError as error:
    print("raised", error)
result = fail.delay()
print(repr(result.get(timeout=10, propagate=False)), result.state)
""",
        ["raised no such address", "ValueError('no such address') FAILURE"],
    ),
    "get gives up after its time-out": (
        """
@celery.task
def slow():
    time.sleep(3)
""",
        """
from celery.exceptions import TimeoutError
began = time.monotonic()
try:
    slow.delay().get(timeout=1)
except TimeoutError:
    print("gave up after", round(time.monotonic() - began))
""",
        ["gave up after 1"],
    ),
    "progress is seen": (
        """
@celery.task(bind=True)
def work(self):
    self.update_state(state="PROGRESS", meta={"done": 1})
    time.sleep(2)
    return "all"
""",
        """
result = work.delay()
time.sleep(1)
print(result.state, result.info)
print(result.get(timeout=10))
""",
        ["PROGRESS {'done': 1}", "all"],
    ),
    "a countdown is waited for": (
        """
@celery.task
def now():
    return time.time()
""",
        """
began = time.time()
print(round(now.apply_async(countdown=2).get(timeout=10) - began))
""",
        ["2"],
    ),
    "retries come after their countdown and give up": (
        """
@celery.task(bind=True, max_retries=2, default_retry_delay=1)
def work(self, began):
    try:
        raise OSError("busy")
    except OSError as error:
        print("try", self.request.retries, "at", round(time.time() - began))
        raise self.retry(exc=error)
""",
        """
try:
    work.delay(time.time()).get(timeout=20)
except OSError as error:
    print("failed:", error)
""",
        ["try 0 at 0", "try 1 at 1", "try 2 at 2", "failed: busy"],
    ),
    "autoretry": (
        """
@celery.task(autoretry_for=(KeyError,), retry_kwargs={"max_retries": 3, "countdown": 1}, bind=True)
def work(self):
    if self.request.retries < 2:
        raise KeyError("not yet")
    return self.request.retries
""",
        "print(work.delay().get(timeout=20))",
        ["2"],
    ),
    "a task that has expired is not run": (
        """
celery.conf.update(worker_prefetch_multiplier=1, task_acks_late=True)

@celery.task
def block():
    time.sleep(2)

@celery.task
def late():
    print("must not run")
""",
        """
first = block.delay()
second = late.apply_async(expires=1)
first.get(timeout=10)
time.sleep(1)
print(second.state)
""",
        ["REVOKED"],  # with RabbitMQ PENDING: the broker drops the message
    ),
    "a task that was revoked is not run": (
        """
@celery.task
def work():
    print("must not run")
""",
        """
result = work.apply_async(countdown=2)
time.sleep(1)
result.revoke()
time.sleep(2)
print(result.state)
""",
        ["REVOKED"],
    ),
    "a rejected task has failed, a requeued one comes again": (
        """
@celery.task(bind=True, acks_late=True)
def work(self):
    if not self.request.delivery_info["redelivered"]:
        print("first")
        raise Reject("once more", requeue=True)
    print("again")
    return "done"

@celery.task(acks_late=True)
def never():
    raise Reject("no", requeue=False)
""",
        """
print(work.delay().get(timeout=10))
result = never.delay()
time.sleep(1)
print(result.state)
""",
        ["first", "again", "done", "FAILURE"],
    ),
    "a chain, a group and a chord": (
        """
@celery.task
def add(a, b):
    return a + b

@celery.task
def total(numbers):
    return sum(numbers)
""",
        """
from celery import chain, chord, group
print(chain(add.s(1, 2), add.s(10)).delay().get(timeout=10))
print(group(add.s(n, n) for n in range(4)).delay().get(timeout=10))
print(chord((add.s(n, n) for n in range(4)), total.s()).delay().get(timeout=10))
""",
        ["13", "[0, 2, 4, 6]", "12"],
    ),
    "first in, first out": (
        """
@celery.task
def note(number):
    time.sleep(0.1)
    return time.time()
""",
        """
results = [note.delay(number) for number in range(8)]
times = [result.get(timeout=10) for result in results]
print(times == sorted(times))
""",
        ["True"],
    ),
    "what cannot be serialised is refused": (
        """
@celery.task
def work(what): pass
""",
        """
try:
    work.delay(object())
except Exception as error:
    print(type(error).__name__)
""",
        ["EncodeError"],
    ),
    "a task nobody knows": (
        "",
        """
result = celery.send_task("nobody.knows")
time.sleep(1)
print(result.state)
""",
        ["FAILURE"],
    ),
    "a rate limit": (
        """
@celery.task(rate_limit="2/s")
def work():
    return time.time()
""",
        """
times = [result.get(timeout=10) for result in [work.delay() for _ in range(4)]]
print([round(2 * (time - times[0])) for time in times])
""",
        ["[0, 1, 2, 3]"],
    ),
    "routing to a queue": (
        """
celery.conf.task_routes = {"*.mail": {"queue": "mails"}}

@celery.task
def mail(): pass

@celery.task(bind=True)
def where(self):
    return self.request.delivery_info["routing_key"]
""",
        """
print(where.delay().get(timeout=10))
print(celery.amqp.router.route({}, "shop.mail")["queue"].name)
""",
        ["celery", "mails"],
    ),
    "callbacks of results and of errors": (
        """
@celery.task
def add(a, b):
    return a + b

@celery.task
def fail():
    raise ValueError("no")

@celery.task
def note(result):
    print(f"then {result}")

@celery.task
def alarm(request, error, trace):
    print(f"alarm {error}")
""",
        """
add.apply_async((1, 2), link=note.s())
time.sleep(1)
fail.apply_async(link_error=alarm.s())
time.sleep(1)
""",
        ["then 3", "alarm no"],
    ),
    "an error in a chain ends it, one in a chord its body": (
        """
@celery.task
def fail(*_):
    raise ValueError("no")

@celery.task
def add(a, b):
    return a + b

@celery.task
def total(numbers):
    print("must not run")
""",
        """
from celery import chain, chord, group
try:
    chain(fail.s(), total.s()).delay().get(timeout=10)
except ValueError as error:
    print("chain:", error)
try:
    chord([add.s(1, 2), fail.s()], total.s()).delay().get(timeout=10)
except ValueError as error:
    print("chord:", error)
done = group(add.s(1, 2), fail.s()).delay()
done.join(timeout=10, propagate=False)
print(done.completed_count(), done.failed(), done.successful())
""",
        ["chain: no", "chord: no", "1 True False"],
    ),
    "map, chunks and immutable signatures": (
        """
@celery.task
def add(a, b):
    return a + b

@celery.task
def double(n):
    return 2 * n
""",
        """
from celery import chain
print(double.map([1, 2]).delay().get(timeout=10))
print(add.starmap([(1, 2), (3, 4)]).delay().get(timeout=10))
print(add.chunks([(1, 1), (2, 2), (3, 3)], 2).apply_async().get(timeout=10))
print(chain(add.s(1, 1), double.si(21)).delay().get(timeout=10))
print((add.s(1, 1) | double.s()).delay().get(timeout=10))
""",
        ["[2, 4]", "[3, 7]", "[[2, 4], [6]]", "42", "4"],
    ),
    "an exact time to start at": (
        """
@celery.task
def now():
    return time.time()
""",
        """
from datetime import datetime, timedelta, timezone
began = time.time()
eta = datetime.now(timezone.utc) + timedelta(seconds=2)
print(round(now.apply_async(eta=eta).get(timeout=10) - began))
""",
        ["2"],
    ),
    "a result that is ignored, and one that is forgotten": (
        """
@celery.task(ignore_result=True)
def quiet():
    return 1

@celery.task
def loud():
    return 2
""",
        """
first, second = quiet.delay(), loud.delay()
print(second.get(timeout=10), first.state)
second.forget()
print(celery.AsyncResult(second.id).state)
""",
        ["2 PENDING", "PENDING"],
    ),
    "a task replaces itself, and tells who it is": (
        """
@celery.task(bind=True)
def first(self, n):
    raise self.replace(second.s(n))

@celery.task(bind=True, name="the.second")
def second(self, n):
    return [n, self.request.retries, self.name, self.request.id == self.request.root_id]
""",
        "print(first.delay(1).get(timeout=10))",
        ["[1, 0, 'the.second', True]"],
    ),
    "what cannot be serialised as a result has failed": (
        """
@celery.task
def work():
    return object()
""",
        """
result = work.delay()
print(repr(result.get(timeout=10, propagate=False))[:11], result.state)
""",
        ["EncodeError FAILURE"],
    ),
}
