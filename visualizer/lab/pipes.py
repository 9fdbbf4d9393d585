"""Pipes, semaphores and children of programs that use ``multiprocessing``. In the coordinator.

What goes through a pipe is bytes, pickled by whoever sends. A pipe ends when nobody is left who
could write into it: each process that has its writing end counts, until it closes it or ends. A
semaphore that a process held when it was killed stays taken, as it does in reality.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import Protocol

from .process import Process
from .world import World


class Nursery(World, Protocol):
    """A world in which processes can be started and killed."""

    def bear(self, place: int) -> Process:
        """Start a child of the program. ``place`` counts them from 1."""

    def end(self, process: Process) -> None:
        """End a process as SIGKILL does, if it is still there."""


@dataclass(eq=False)
class _Pipe:
    writers: dict[str, int]
    waiting: deque[bytes] = field(default_factory=deque)
    #: Processes of which a thread waits for something to read.
    readers: dict[str, None] = field(default_factory=dict)


@dataclass(eq=False)
class _Semaphore:
    value: int
    most: int
    takers: dict[str, None] = field(default_factory=dict)


@dataclass(eq=False)
class _Child:
    process: Process
    parent: str
    work: bytes
    lane: str | None
    #: What its process ended with: a status, or minus a signal. None while it lives.
    code: int | None = None
    #: The signal that somebody sent it.
    signal: int | None = None


class Pipes:
    """Methods without an underscore can be called by processes; the first argument is who calls."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._pipes: dict[int, _Pipe] = {}

    def open(self, process: str) -> int:
        """A new pipe, whose ends are both with the process."""
        number = len(self._pipes) + 1
        self._pipes[number] = _Pipe({process: 1})
        return number

    def share(self, process: str, number: int) -> None:
        """The process has got the writing end from another."""
        writers = self._pipes[number].writers
        writers[process] = writers.get(process, 0) + 1

    def send(self, process: str, number: int, data: bytes) -> None:
        pipe = self._pipes[number]
        pipe.waiting.append(data)
        self._tell(number, pipe)

    def receive(self, process: str, number: int) -> bytes | None:
        """What comes next, None where nothing will ever come. Ask ``ready`` first."""
        pipe = self._pipes[number]
        return pipe.waiting.popleft() if pipe.waiting else None

    def ready(self, process: str, numbers: list[int]) -> list[int]:
        """Those from which something can be read, or the end. If none, ``pipe N`` will be woken."""
        found = [
            number
            for number in numbers
            if self._pipes[number].waiting or not self._pipes[number].writers
        ]
        if not found:
            for number in numbers:
                self._pipes[number].readers[process] = None
        return found

    def close(self, process: str, number: int) -> None:
        """The process gives a writing end up."""
        pipe = self._pipes[number]
        left = pipe.writers.get(process, 0) - 1
        if left > 0:
            pipe.writers[process] = left
        else:
            pipe.writers.pop(process, None)
            if not pipe.writers:
                self._tell(number, pipe)

    def died(self, process: str) -> None:
        for number, pipe in self._pipes.items():
            pipe.readers.pop(process, None)
            if pipe.writers.pop(process, None) is not None and not pipe.writers:
                self._tell(number, pipe)

    def _tell(self, number: int, pipe: _Pipe) -> None:
        readers, pipe.readers = pipe.readers, {}
        for reader in readers:
            self._world.wake(reader, f"pipe {number}")


class Semaphores:
    """Methods without an underscore can be called by processes; the first argument is who calls."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._all: list[_Semaphore] = []

    def make(self, process: str, value: int, most: int) -> int:
        self._all.append(_Semaphore(value, most))
        return len(self._all) - 1

    def take(self, process: str, number: int, wait: bool) -> bool:
        """Whether there was one to take. If not and it is to ``wait``, ``semaphore N`` is woken."""
        semaphore = self._all[number]
        if semaphore.value > 0:
            semaphore.value -= 1
            return True
        if wait:
            semaphore.takers[process] = None
        return False

    def give(self, process: str, number: int) -> bool:
        """False where that is one more than there may be."""
        semaphore = self._all[number]
        if semaphore.value >= semaphore.most:
            return False
        semaphore.value += 1
        takers, semaphore.takers = semaphore.takers, {}
        for taker in takers:
            self._world.wake(taker, f"semaphore {number}")
        return True

    def value(self, process: str, number: int) -> int:
        return self._all[number].value


class Children:
    """Methods without an underscore can be called by processes; the first argument is who calls."""

    def __init__(self, world: Nursery) -> None:
        self._world = world
        self._all: dict[int, _Child] = {}

    def start(self, process: str, work: bytes, lane: str | None) -> int:
        """Start a child that does the pickled ``work``. Answers the number it is known by."""
        child = self._world.bear(len(self._all) + 1)
        self._all[child.number] = _Child(child, process, work, lane)
        return child.number

    def work(self, process: str) -> list[bytes | str | None]:
        """For the child: what it is to do, and the lane from which it was started."""
        child = self._of(process)
        return [child.work, child.lane] if child is not None else []

    def leave(self, process: str, code: int) -> None:
        """The child ends with this status."""
        child = self._of(process)
        if child is not None:
            child.code = code

    def status(self, process: str, number: int) -> int | None:
        return self._all[number].code

    def signal(self, process: str, number: int, signal: int) -> None:
        """Send a child a signal that ends it."""
        child = self._all[number]
        if child.code is None:
            child.signal = signal
            self._world.end(child.process)

    def died(self, process: str) -> None:
        child = self._of(process)
        if child is not None:
            if child.code is None:
                child.code = -(child.signal or 9)
            self._world.wake(child.parent, f"child {child.process.number}")

    def _of(self, process: str) -> _Child | None:
        return next((each for each in self._all.values() if each.process.id == process), None)
