"""How a process of a run reaches what lies between processes: it calls, and it waits for a key.

Two kinds: ``link.Link`` goes to the coordinator of several processes, ``here.Here`` is all there is
where the run is one process.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from visualizer.clock import VirtualClock


class Line:
    """See the module's docstring."""

    def __init__(self, clock: VirtualClock) -> None:
        self._clock = clock
        self._waiting: dict[str, list[Any]] = {}
        self._watching: dict[str, Callable[[], None]] = {}

    def call(self, service: str, method: str, *arguments: Any) -> Any:
        """Call a service. It takes no time; arguments are plain data."""
        raise NotImplementedError

    def post(self, service: str, method: str, *arguments: Any) -> None:
        """Call a service that answers nothing, and do not wait until it has done its work.

        Nothing else happens before it has; whom it wakes goes on when this process waits.
        """
        self.call(service, method, *arguments)

    def wait(self, key: str | list[str], seconds: float | None = None, reason: str = "") -> bool:
        """Let the calling thread wait until a service wakes ``key``, or one of several.

        False if that did not happen within so many seconds. ``reason`` completes "waits for".
        """
        clock, keys = self._clock, [key] if isinstance(key, str) else key
        me = clock.current
        for each in keys:
            self._waiting.setdefault(each, []).append(me)
        deadline = None if seconds is None else clock.deadline(seconds)
        try:
            return clock.park("blocked", deadline, None, reason)
        finally:
            for each in keys:
                self._waiting[each].remove(me)
                if not self._waiting[each]:
                    del self._waiting[each]

    def watch(self, key: str, call: Callable[[], None] | None) -> None:
        """Make ``call()`` whenever a service wakes ``key``; None ends that. It must not block."""
        if call is None:
            self._watching.pop(key, None)
        else:
            self._watching[key] = call

    def _wake(self, key: str) -> None:
        if key in self._watching:
            self._watching[key]()
        for thread in list(self._waiting.get(key, ())):
            self._clock.unpark(thread)
