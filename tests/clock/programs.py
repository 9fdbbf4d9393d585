"""Small threaded programs: plain Python that knows nothing of the clock it runs on.

Each returns what it observed, with times in seconds since it began.
"""

from __future__ import annotations

import datetime
import queue
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, as_completed
from typing import Any

from visualizer.clock import active_clock
from visualizer.work import cpu


def since(start: float) -> float:
    return round(time.monotonic() - start, 9)


def together(*functions: Callable[[], None]) -> None:
    """Run each function in a thread of its own and wait for all."""
    threads = [threading.Thread(target=function) for function in functions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def sleepers() -> list[tuple[float, int]]:
    start, seen = time.monotonic(), []

    def sleep(seconds: int) -> None:
        time.sleep(seconds)
        seen.append((since(start), seconds))

    together(lambda: sleep(300), lambda: sleep(100), lambda: sleep(200))
    return seen


def dates() -> list[Any]:
    before = datetime.datetime.now(datetime.UTC)
    stamp = time.time()
    time.sleep(86_400)
    after = datetime.datetime.now(datetime.UTC)
    return [before.isoformat(), (after - before).total_seconds(), time.time() - stamp]


def start_order() -> list[str]:
    """Who speaks first when a thread starts another."""
    seen: list[str] = []
    thread = threading.Thread(target=lambda: seen.append("new"))
    thread.start()
    seen.append("starter")
    thread.join()
    return seen


def slices() -> list[tuple[str, float]]:
    """Two threads that need 12 ms of the processor each."""
    start, seen = time.monotonic(), []

    def burn(name: str) -> None:
        for _ in range(3):
            cpu(0.004)
            seen.append((name, since(start)))

    together(lambda: burn("a"), lambda: burn("b"))
    return seen


def sleeping_frees_the_processor() -> float:
    start = time.monotonic()
    together(lambda: time.sleep(1), lambda: cpu(1))
    return since(start)


def bounded_queue() -> list[tuple[float, str]]:
    start, seen = time.monotonic(), []
    items: queue.Queue[int | None] = queue.Queue(maxsize=1)

    def consume() -> None:
        while items.get() is not None:
            time.sleep(1)

    def produce() -> None:
        for number in range(4):
            items.put(number)
            seen.append((since(start), f"put {number}"))
        items.put(None)

    together(consume, produce)
    return seen


def primitives() -> dict[str, Any]:
    """One of each, with the times at which they let go."""
    start, seen = time.monotonic(), {}
    event, barrier = threading.Event(), threading.Barrier(2)
    semaphore, condition = threading.Semaphore(0), threading.Condition()
    lock, recursive = threading.Lock(), threading.RLock()
    ready: list[int] = []

    def other() -> None:
        with lock, recursive, recursive:
            time.sleep(1)
            event.set()
        time.sleep(1)
        semaphore.release()
        time.sleep(1)
        with condition:
            ready.append(1)
            condition.notify_all()
        time.sleep(1)
        barrier.wait()

    thread = threading.Thread(target=other)
    thread.start()
    time.sleep(0.5)
    seen["lock times out"] = (lock.acquire(timeout=0.1), since(start))
    seen["event times out"] = (event.wait(0.1), since(start))
    seen["event"] = (event.wait(), since(start))
    with lock:
        seen["lock"] = since(start)
    seen["semaphore"] = (semaphore.acquire(), since(start))
    with condition:
        seen["condition"] = (condition.wait_for(lambda: bool(ready)), since(start))
    barrier.wait()
    seen["barrier"] = since(start)
    thread.join()
    threading.Timer(1, lambda: seen.update(timer=since(start))).start()
    time.sleep(2)
    return seen


def executor() -> tuple[list[int], float]:
    start = time.monotonic()

    def work(seconds: int) -> int:
        time.sleep(seconds)
        return seconds

    with ThreadPoolExecutor(2) as pool:
        futures = [pool.submit(work, seconds) for seconds in (3, 1, 1)]
        return [future.result() for future in as_completed(futures)], since(start)


def lost_update(lines: int) -> int:
    """Two threads add to a number without a lock, ``lines`` milliseconds between read and write."""
    total = 0

    def add() -> None:
        nonlocal total
        for _ in range(3):
            cpu(0.001)
            seen = total
            for _ in range(lines):
                cpu(0.001)
            total = seen + 1

    together(add, add)
    return total


def deadlock() -> None:
    left, right = threading.Lock(), threading.Lock()

    def take(first: threading.Lock, second: threading.Lock) -> None:
        with first:
            time.sleep(1)
            with second:
                pass

    for name, locks in (("one", (left, right)), ("two", (right, left))):
        threading.Thread(target=take, args=locks, name=name).start()


def idle_consumer() -> None:
    items: queue.Queue[int] = queue.Queue()
    threading.Thread(target=items.get, name="consumer", daemon=True).start()


def endless() -> None:
    while True:
        time.sleep(1)


def stops_itself() -> list[str]:
    seen = []
    clock = active_clock()
    assert clock is not None
    threading.Thread(target=lambda: seen.append("never")).start()
    clock.stop()
    time.sleep(1)
    seen.append("never either")
    return seen


def breaks() -> None:
    raise ValueError("broken")


def thread_raises() -> list[str]:
    seen: list[str] = []
    threading.excepthook = lambda args: seen.append(str(args.exc_value))

    def fail() -> None:
        raise ValueError("broken in a thread")

    together(fail)
    return seen


def names_and_numbers() -> list[Any]:
    seen: list[Any] = [threading.get_ident()]
    together(lambda: seen.append((threading.current_thread().name, threading.get_ident())))
    local = threading.local()
    local.value = 1
    together(lambda: seen.append(hasattr(local, "value")))
    return seen


# -- random programs ----------------------------------------------------------------------------

Program = list[list[tuple[str, int, int]]]


def interpret(program: Program, scale: float = 1.0) -> dict[str, Any]:
    """Run a random program; what it returns has one possible value, whatever the order.

    Each inner list is a thread; ``(operation, which, amount)``. ``scale`` shortens its sleeps.
    """
    locks = [threading.Lock() for _ in range(3)]
    totals = [0, 0, 0]
    box: queue.Queue[int] = queue.Queue()
    limit = threading.Semaphore(2)
    go = threading.Event()

    def body(operations: list[tuple[str, int, int]]) -> None:
        for operation, which, amount in operations:
            if operation == "sleep":
                time.sleep(amount * 0.001 * scale)
            elif operation == "cpu":
                cpu(amount * 0.001 * scale)
            elif operation == "add":
                with locks[which]:
                    seen = totals[which]
                    time.sleep(0.0005 * scale)
                    totals[which] = seen + amount
            elif operation == "put":
                box.put(amount)
            elif operation == "limit":
                with limit:
                    time.sleep(0.001 * scale)
            elif operation == "wait":
                go.wait()
            elif operation == "nested":
                with locks[0], locks[1], locks[2]:
                    totals[which] += amount

    threads = [
        threading.Thread(target=body, args=(operations,), daemon=True) for operations in program
    ]
    for thread in threads:
        thread.start()
    go.set()
    for thread in threads:
        thread.join()
    items = []
    while not box.empty():
        items.append(box.get())
    return {"totals": totals, "items": sorted(items), "alive": threading.active_count() > 1}
