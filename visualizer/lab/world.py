"""What a service of a run, or its users, see of the run: the time, and the record."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from visualizer.trace.events import Event


class World(Protocol):
    """The time, and the processes to wake. Services are called only while it stands still."""

    @property
    def now(self) -> int:
        """Nanoseconds since the run began."""

    def wake(self, process: str, key: str) -> None:
        """Let the threads of a process that wait for ``key`` go on, now."""

    def at(self, when: int, call: Callable[[], None]) -> None:
        """Make the call at that time (ns)."""

    def tell(self, make: Callable[[int], Event], process: str = "") -> None:
        """Add an event to the record, made from the time that it is to have there.

        ``process`` is the one whose names it uses for tasks, where they are not the run's.
        """
