"""Programs at the edges of waiting: time-outs that meet other things, odd arguments, ends.

Plain Python that knows nothing of the clock it runs on, as in ``programs``.
"""

from __future__ import annotations

import _thread
import io
import queue
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as FutureTimeout
from typing import Any

from tests.clock.programs import since, together
from visualizer.work import cpu


def error_of(call: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """The name of what ``call`` raises, or its value."""
    try:
        return call(*args, **kwargs)
    except Exception as error:
        return type(error).__name__


def release_at_the_deadline() -> list[tuple[str, bool]]:
    """A lock is released after the first waiter's time is up and before that one has run."""
    lock, seen = threading.Lock(), []

    def wait(name: str, timeout: float) -> None:
        taken = lock.acquire(timeout=timeout)
        seen.append((name, taken))
        if taken:
            lock.release()

    with lock:
        threads = [
            threading.Thread(target=wait, args=each) for each in (("first", 1.0), ("second", 99.0))
        ]
        for thread in threads:
            thread.start()
        time.sleep(0.5)
        cpu(0.502)
    for thread in threads:
        thread.join()
    return seen


def time_outs_in_floats() -> list[Any]:
    """Waits whose rest is less than a nanosecond, as 0.2 + 0.1 - 0.3 leaves it."""
    box: queue.Queue[int] = queue.Queue()
    full: queue.Queue[int] = queue.Queue(1)
    full.put(0)
    start, seen = time.monotonic(), []
    for _ in range(20):
        seen.append(error_of(box.get, timeout=0.1))
        seen.append(error_of(full.put, 1, timeout=0.1))
    return [set(seen), round(since(start), 6)]


def odd_arguments() -> list[Any]:
    free, taken = threading.Lock(), threading.Lock()
    taken.acquire()
    return [
        [
            error_of(lock.acquire, False, 1),
            error_of(lock.acquire, True, -2),
            error_of(lock.acquire, True, threading.TIMEOUT_MAX * 2),
        ]
        for lock in (free, taken)
    ]


def barriers() -> list[Any]:
    """One that is given up after a time-out, one that is aborted, one that does its action."""
    start, seen = time.monotonic(), []
    slow, gone = threading.Barrier(2), threading.Barrier(3)
    good = threading.Barrier(2, lambda: seen.append("action"))
    seen.append((error_of(slow.wait, 1), slow.broken, since(start)))

    def abort() -> None:
        time.sleep(1)
        gone.abort()

    together(
        lambda: seen.append((error_of(gone.wait), since(start))),
        lambda: seen.append((error_of(gone.wait), since(start))),
        abort,
    )
    together(lambda: seen.append(good.wait() in (0, 1)), good.wait)
    return seen


def executors() -> list[Any]:
    start = time.monotonic()

    def work(seconds: int) -> int:
        time.sleep(seconds)
        return seconds

    seen: list[Any] = []
    pool = ThreadPoolExecutor(2)
    futures = [pool.submit(work, seconds) for seconds in (3, 1, 2, 4)]
    time.sleep(0.5)
    seen.append([future.cancel() for future in futures])
    try:
        futures[0].result(timeout=1)
    except FutureTimeout:
        seen.append(since(start))
    pool.shutdown()
    seen.append(since(start))
    with ThreadPoolExecutor(2) as other:
        try:
            list(other.map(work, [3, 1], timeout=2))
        except FutureTimeout:
            seen.append(since(start))
    return [*seen, since(start)]


def dropped_executor() -> bool:
    """An executor that nobody holds any more ends its threads."""

    def thread_of_a_pool() -> threading.Thread:
        pool = ThreadPoolExecutor(1)
        return pool.submit(threading.current_thread).result()

    thread = thread_of_a_pool()
    thread.join(1)
    return thread.is_alive()


def joins() -> list[Any]:
    start = time.monotonic()
    thread = threading.Thread(target=time.sleep, args=(3,))
    seen: list[Any] = [error_of(thread.join)]
    thread.start()
    seen.append((thread.join(1), thread.is_alive(), since(start)))
    together(thread.join, thread.join)
    seen.append((thread.is_alive(), since(start), error_of(thread.start)))
    return seen


def join_cycle() -> None:
    threads: list[threading.Thread] = []

    def join(number: int) -> None:
        time.sleep(1)
        threads[number].join()

    threads += [threading.Thread(target=join, args=(1 - each,), name=f"j{each}") for each in (0, 1)]
    for thread in threads:
        thread.start()


def main_thread() -> list[Any]:
    main = threading.main_thread()
    seen = [threading.current_thread() is main, main.ident == threading.get_ident()]
    together(lambda: seen.append(threading.current_thread() is main))
    return [*seen, error_of(main.join), main in threading.enumerate()]


def system_clocks() -> list[float]:
    clock = getattr(time, "CLOCK_MONOTONIC", None)
    if clock is None:
        return [0.0, 60.0, 60.0]  # Windows has no such function
    before = time.clock_gettime(clock)
    time.sleep(60)
    return [before, time.clock_gettime(clock), time.clock_gettime_ns(clock) / 10**9]


def bare_thread_that_fails() -> list[str]:
    """What the standard hook prints when an exception ends a thread without a Thread."""

    def failing() -> None:
        raise ValueError("nobody catches me")

    said, sys.stderr = sys.stderr, io.StringIO()
    try:
        _thread.start_new_thread(failing, ())
        time.sleep(1)
        return sys.stderr.getvalue().splitlines()
    finally:
        sys.stderr = said
