"""A result backend of Celery that keeps results in the coordinator's store, and never polls."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from celery import states
from celery.app import backends as aliases
from celery.backends.base import KeyValueStoreBackend
from celery.exceptions import TimeoutError as CeleryTimeout

from visualizer.lab import link
from visualizer.lab.recorder import Recorder
from visualizer.trace.events import Redirected

_OWN = ("rpc", "disabled")
"""Backends that stay: one sends results through the broker, one keeps none."""

_recorder: Recorder | None = None


def redirect(recorder: Recorder) -> None:
    """Let every result backend be this one, and say so when one is used."""
    global _recorder
    _recorder = recorder
    for alias in aliases.BACKEND_ALIASES:
        if alias not in _OWN:
            aliases.BACKEND_ALIASES[alias] = f"{__name__}:Results"


class Results(KeyValueStoreBackend):  # type: ignore[misc]  # Celery comes without types
    """As the backend on Redis: waiting ends in the moment in which a result is there."""

    implements_incr = True
    supports_native_join = True

    def __init__(self, url: str | None = None, **options: Any) -> None:
        super().__init__(url=url, **options)
        if _recorder is not None and link.is_web() and url is not None:
            _recorder.add(Redirected(0, "results", self.as_uri()))

    def as_uri(self, include_password: bool = False) -> str:
        return str(super().as_uri(include_password)).rstrip("/")

    def get(self, key: bytes) -> str | None:
        found: list[str | None] = self.mget([key])
        return found[0]

    def mget(self, keys: Iterable[bytes]) -> list[str | None]:
        values: list[str | None] = self._call("get", [_text(key) for key in keys])
        return values

    def set(self, key: bytes, value: str | bytes) -> None:
        self._post("set", _text(key), _text(value))

    def delete(self, key: bytes) -> None:
        self._post("delete", _text(key))

    def incr(self, key: bytes) -> int:
        return int(self._call("add", _text(key), 1))

    def expire(self, key: bytes, value: int) -> None:
        """Results outlive a run."""

    def wait_for(
        self,
        task_id: str,
        timeout: float | None = None,
        interval: float = 0.5,
        no_ack: bool = True,
        on_interval: Callable[[], None] | None = None,
    ) -> Any:
        self._ensure_not_eager()
        found = self.get_many([task_id], timeout=timeout, on_interval=on_interval)
        return next(value for _, value in found)

    def get_many(
        self,
        task_ids: Iterable[str],
        timeout: float | None = None,
        interval: float = 0.5,
        no_ack: bool = True,
        on_message: Callable[[Any], None] | None = None,
        on_interval: Callable[[], None] | None = None,
        max_iterations: int | None = None,
        READY_STATES: frozenset[str] = states.READY_STATES,
    ) -> Iterator[tuple[str, Any]]:
        left = list(dict.fromkeys(task_ids))
        end = None if timeout is None else time.monotonic() + timeout
        while left:
            for task in list(left):
                meta = self.get_task_meta(task)
                if meta["status"] in READY_STATES:
                    left.remove(task)
                    if on_message is not None:
                        on_message(meta)
                    yield task, meta
            if not left:
                return
            seconds = None if end is None else max(0.0, end - time.monotonic())
            keys = [_text(self.get_key_for_task(task)) for task in left]
            if seconds == 0.0 or not self._wait(keys, seconds):
                raise CeleryTimeout("The operation timed out.")
            if on_interval is not None:
                on_interval()  # raises the error of a task that this one came after

    @staticmethod
    def _wait(keys: list[str], seconds: float | None) -> bool:
        line = link.current()
        line.post("store", "watch", keys)
        what = "the result of a task" if len(keys) == 1 else "the results of tasks"
        return line.wait(keys, seconds, what)

    @staticmethod
    def _call(method: str, *arguments: Any) -> Any:
        return link.current().call("store", method, *arguments)

    @staticmethod
    def _post(method: str, *arguments: Any) -> None:
        link.current().post("store", method, *arguments)


def _text(value: str | bytes) -> str:
    return value.decode() if isinstance(value, bytes) else value
