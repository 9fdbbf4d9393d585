"""The Redis of a run: what its processes keep in common, by Redis' own commands.

In the coordinator, or in the process itself where there is but one (``here``).

A process that waits for an answer is woken when there is one (``redis_connections``). Keys expire
by the time of the run.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from visualizer.clock import EPOCH, NS, nanoseconds
from visualizer.trace.events import Depth

from .broker import LANE
from .redis_connections import Connections
from .world import World

if TYPE_CHECKING:
    from .redis_session import Session


@dataclass(eq=False)
class Queue:
    """Keys that are a queue of tasks: of those that are ready, of those that were taken (a list of
    names, a set of ``name:execution``), and of those that are due later.

    ``workers`` are the processes that take some, ``schedulers`` those that put in what is due.
    """

    database: int
    ready: str
    taken: list[str]
    later: str
    workers: set[str] = field(default_factory=set)
    schedulers: set[str] = field(default_factory=set)
    shown: tuple[int, int] = (0, 0)
    waiting: int = 0


class Redis:
    """Methods without an underscore can be called by processes; the first argument is who calls."""

    def __init__(self, world: World, seed: int) -> None:
        self._world = world
        self._connections = Connections(self._now, seed, self._after, self._pushed)
        self._sessions: dict[int, Session] = {}
        #: Those whose answer is on its way.
        self._served: set[int] = set()
        self._queues: dict[str, Queue] = {}

    # -- connections ------------------------------------------------------------------------------

    def connect(self, process: str) -> int:
        session = self._connections.open(process)
        self._sessions[session.number] = session
        return session.number

    def close(self, process: str, number: int) -> None:
        session = self._sessions.pop(number, None)
        if session is not None:
            self._served.discard(number)
            self._connections.close(session)

    def died(self, process: str) -> None:
        """A process has ended, and with it its connections."""
        for session in list(self._sessions.values()):
            if session.process == process:
                self.close(process, session.number)
        for queue in self._queues.values():
            queue.workers.discard(process)
            queue.schedulers.discard(process)

    # -- commands ---------------------------------------------------------------------------------

    def send(self, process: str, number: int, data: bytes) -> bytes:
        """Bytes of the protocol. The answer is what is to be read now, if there is anything."""
        session = self._sessions.get(number)
        if session is None:
            return b""
        self._connections.feed(session, data)
        self._show()
        return session.take()

    def receive(self, process: str, number: int) -> bytes:
        """What has come since."""
        session = self._sessions.get(number)
        if session is None:
            return b""
        self._served.discard(number)
        return session.take()

    def _now(self) -> float:
        return EPOCH + self._world.now / NS

    def _after(self, seconds: float, call: Callable[[], None]) -> None:
        self._world.at(self._world.now + nanoseconds(seconds), call)

    def _pushed(self, session: Session, answer: bool) -> None:
        self._world.wake(session.process, session.key)
        if answer:
            self._served.add(session.number)

    # -- queues -----------------------------------------------------------------------------------

    def queue(
        self,
        process: str,
        name: str,
        database: int,
        ready: str,
        taken: list[str],
        later: str,
        takes: bool,
        schedules: bool,
    ) -> None:
        """These keys are the queue ``name``.

        The process ``takes`` tasks out of it, or puts in what is due (``schedules``); that one is
        woken by the name of the key ``later`` when tasks are planned.
        """
        queue = self._queues.setdefault(name, Queue(database, ready, taken, later))
        if takes:
            queue.workers.add(process)
        if schedules:
            queue.schedulers.add(process)

    def has_work(self) -> bool:
        """Whether a task waits for somebody who may yet come for it."""
        return bool(self._served) or any(
            (queue.workers and any(self._depth(queue)))
            or (queue.schedulers and self._size(queue, queue.later))
            for queue in self._queues.values()
        )

    def _show(self) -> None:
        for name, queue in self._queues.items():
            depth = self._depth(queue)
            if depth != queue.shown:
                queue.shown = depth
                self._world.tell(_depth_of(name, *depth))
            waiting = self._size(queue, queue.later)
            if waiting != queue.waiting:
                queue.waiting = waiting
                for process in sorted(queue.schedulers):
                    self._world.wake(process, queue.later)

    def _depth(self, queue: Queue) -> tuple[int, int]:
        taken: set[bytes] = set()  # a task may stand in two of the keys
        for key in queue.taken:
            value = self._connections.value(queue.database, key)
            if isinstance(value, list):
                taken.update(value)
            elif value is not None:
                taken.update(member.rpartition(b":")[0] for member in value)
        return self._size(queue, queue.ready), len(taken)

    def _size(self, queue: Queue, key: str) -> int:
        value = self._connections.value(queue.database, key)
        return 0 if value is None else len(value)


def _depth_of(name: str, ready: int, taken: int) -> Any:
    return lambda t: Depth(t, LANE, name, ready, taken)
