"""The processes of a run: what they are called, and what each is for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, TypeAlias

from .job import Queue, Server

WEB = "web"

OTHER = 1000
"""The number of the first process that is neither a worker of the queue nor the server's."""

Role: TypeAlias = Literal["web", "worker", "child"]


@dataclass(frozen=True)
class Process:
    """One process of a run of several.

    ``name`` is what a fault calls it: ``web``, ``web-2``, ``worker-1``, ``process-1``. ``number``
    is its own in the run, 0 for the first of the server. ``place`` counts those of its role from
    1, and ``life`` is 2 for the first that takes the place of one that has ended. ``since`` is
    when it is started (ns).
    """

    name: str
    role: Role
    number: int
    place: int = 1
    life: int = 1
    since: int = 0

    @property
    def id(self) -> str:
        return self.name if self.life == 1 else f"{self.name}.{self.life}"

    @property
    def prefix(self) -> str:
        """What the ids of its lanes and tasks begin with."""
        return "" if self.id == WEB else f"{self.id}-"

    def subject(self, home: str) -> str:
        """What it is called where a sentence begins; ``home`` is the name of its first lane."""
        if self.role == "web":
            return "The web server" if self.name == WEB else f"Process {self.place} of the server"
        return home.partition(" (")[0]

    def called(self, name: str) -> str:
        """The name of a lane, which says so if the process is not the first in its place."""
        again = {1: "", 2: " (restarted)"}.get(self.life, f" (restarted {self.life - 1} times)")
        return name + again


def processes_of(server: Server, queue: Queue | None, others: Iterable[str] = ()) -> list[Process]:
    """The processes that a run begins with: the workers of its queue, ``others``, its server's."""
    workers = queue.count if queue is not None else 0
    found = [Process(f"worker-{n}", "worker", n, n) for n in range(1, workers + 1)]
    found += [Process(name, "worker", OTHER + place) for place, name in enumerate(others)]
    servers = server.processes
    if servers == 1:
        return [*found, Process(WEB, "web", 0)]
    numbers = [0, *range(workers + 1, workers + servers)]
    return [*found, *(Process(f"{WEB}-{n + 1}", "web", numbers[n], n + 1) for n in range(servers))]
