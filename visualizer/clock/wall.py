"""The wall clock: the same interface on real time and real threads, nothing replaced."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from .base import Outcome, Reason, nanoseconds


class WallClock:
    """Real time since ``run`` began. Threads are the operating system's.

    ``run`` returns when ``main`` and every thread made by ``spawn`` have returned, when somebody
    calls ``stop``, or when ``until`` has passed; threads that still run then are left behind.
    """

    def __init__(self) -> None:
        self._start = time.monotonic()
        self._end = threading.Condition()
        self._alive = 0
        self._reason: Reason | None = None

    def time(self) -> float:
        return time.monotonic() - self._start

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds)

    def cpu(self, seconds: float) -> None:
        """Use the processor until the calling thread has used so many seconds of it."""
        end = time.thread_time() + seconds
        while time.thread_time() < end:
            pass

    def call_later(self, seconds: float, call: Callable[[], None]) -> threading.Timer:
        timer = threading.Timer(seconds, call)
        timer.daemon = True
        timer.start()
        return timer

    def spawn(self, function: Callable[[], None], name: str) -> None:
        with self._end:
            self._alive += 1
        threading.Thread(target=self._body, args=(function,), name=name, daemon=True).start()

    def _body(self, function: Callable[[], None]) -> None:
        try:
            function()
        finally:
            with self._end:
                self._alive -= 1
                if not self._alive:
                    self._finish("quiet")

    def run(self, main: Callable[[], None], until: float | None = None) -> Outcome:
        self._start = time.monotonic()
        self.spawn(main, "main")
        with self._end:
            self._end.wait_for(lambda: self._reason is not None, until)
            return Outcome(self._reason or "until", nanoseconds(self.time()))

    def stop(self) -> None:
        with self._end:
            self._finish("done")

    def _finish(self, reason: Reason) -> None:
        self._reason = self._reason or reason
        self._end.notify_all()
