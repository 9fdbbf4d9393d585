"""A small scheduler: one thread that runs jobs when their time has come."""

import heapq
import itertools
import threading
import time


class Scheduler:
    def __init__(self):
        self._jobs = []
        self._count = itertools.count()
        self._change = threading.Condition()

    def start(self):
        threading.Thread(target=self._run, name="scheduler", daemon=True).start()

    def add(self, delay, function, *args):
        with self._change:
            job = (time.monotonic() + delay, next(self._count), function, args)
            heapq.heappush(self._jobs, job)
            self._change.notify()

    def _run(self):
        while True:
            with self._change:
                while not self._jobs:
                    self._change.wait()
                wait = self._jobs[0][0] - time.monotonic()
                if wait > 0:
                    self._change.wait(wait)
                    continue
                _, _, function, args = heapq.heappop(self._jobs)
            function(*args)
