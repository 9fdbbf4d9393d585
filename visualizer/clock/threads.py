"""What a virtual clock schedules: threads that wait at a gate, and calls at a time.

The clock that only observes keeps its threads in the same form, and lets them run free.
"""

from __future__ import annotations

import _thread
import sys
from collections.abc import Callable
from typing import Any

from .base import State, Waiting
from .locks import Lock

_real_lock = _thread.allocate_lock


class VirtualThread:
    """One thread of a virtual clock. ``ident`` counts from 1 in the order of creation."""

    __slots__ = (
        "called",
        "data",
        "deadline",
        "gate",
        "given_name",
        "ident",
        "native",
        "newborn",
        "park_id",
        "parked",
        "real_ident",
        "reason",
        "sentinels",
        "settling",
        "starter",
        "thread",
        "thrown",
        "timed_out",
        "waits_for",
    )

    def __init__(self, ident: int, name: str, starter: VirtualThread | None) -> None:
        self.ident = ident
        self.given_name = name
        #: The numbers that the system and CPython have given it, once it runs.
        self.native = self.real_ident = 0
        #: Whatever an instrument keeps with the thread.
        self.data: Any = None
        #: The ``threading.Thread``, where there is one.
        self.thread: Any = None
        self.gate = _real_lock()
        self.gate.acquire()
        self.starter = starter
        self.newborn = False
        self.parked: State | None = None
        #: What it waits for, in words.
        self.reason = ""
        self.park_id = 0
        self.deadline: int | None = None
        self.timed_out = False
        #: It settles what it owes before it waits, and has been unparked while it did.
        self.settling = self.called = False
        #: What is to be raised in it as soon as it runs.
        self.thrown: BaseException | None = None
        #: The lock it waits for, or None.
        self.waits_for: Lock | None = None
        #: Locks to release when the thread has ended (``Thread.join`` waits on one).
        self.sentinels: list[Callable[[], None]] = []

    @property
    def name(self) -> str:
        return str(self.thread.name) if self.thread is not None else self.given_name

    def waiting(self) -> Waiting:
        """For what it waits, for reports."""
        holder = self.waits_for.holder if self.waits_for is not None else None
        return Waiting(
            thread=self.name,
            ident=self.ident,
            reason=self.reason,
            holder=holder.ident if holder is not None else None,
            forever=self.deadline is None,
        )


class Timer:
    """A call at a time: a ``Handle`` (by shape only, or ``isinstance`` would be slow)."""

    __slots__ = ("call",)

    def __init__(self, call: Callable[[], None]) -> None:
        self.call: Callable[[], None] | None = call

    def cancel(self) -> None:
        self.call = None


def unraisable(error: BaseException, function: Callable[..., object]) -> Any:
    """What ``sys.unraisablehook`` is told of an exception that ended a bare thread."""
    said = "Exception ignored in thread started by"
    return _hook_arguments((type(error), error, error.__traceback__, said, function))


def _type_of_hook_arguments() -> Any:
    """The one type that the standard hook takes. It has no public name, so an exception that
    nobody can catch is made, and the hook asked what it was given."""
    seen: list[type] = []

    class Failing:
        def __del__(self) -> None:
            raise RuntimeError

    hook, sys.unraisablehook = sys.unraisablehook, lambda given: seen.append(type(given))
    try:
        Failing()
    finally:
        sys.unraisablehook = hook
    return seen[0]


_hook_arguments = _type_of_hook_arguments()
