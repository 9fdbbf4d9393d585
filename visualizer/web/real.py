"""Runs on the wall clock for the stage: which there can be, how many at a time, and what is told.

A real run takes real processes and real time, so there are few at a time on a server, and who comes
too late is told so. What it tells while it goes on waits in ``Growing`` until the page has taken
what was sent before; of what changes meanwhile only the last is kept. In the end the whole trace is
sent anew, with what came of holding it against the run on the virtual clock.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Iterable
from typing import Any, Protocol

import msgspec

from visualizer.lab import Job, LabError
from visualizer.lab.client import NO_FORK, REAL_AT_ONCE
from visualizer.lab.supervisor import CAN_FORK
from visualizer.lab.wall.able import MOST_SECONDS, unable
from visualizer.lessons import Lesson
from visualizer.trace import Trace
from visualizer.trace.agreement import Agreement, Free, compare
from visualizer.trace.growing import Grown

from .chunks import ROOM, Packed, pack
from .messages import Refusal


class LiveRuns(Protocol):
    """What is needed of the lab."""

    def run(self, job: Job) -> Trace: ...

    def follow(self, job: Job, hear: Callable[[Grown | None], bool]) -> Trace: ...


class Growing:
    """What has come of a run that goes on, chunk by chunk; ``end`` when it is over.

    Records that need more than one message come with the whole only. Safe for threads.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        #: Seconds that the run has gone on, and that it takes on the virtual clock.
        self.seconds = 0.0
        self.expected: float | None = None
        self.end: dict[str, Any] | None = None
        self._anew = False
        self._fresh = False
        self._waiting: dict[str, bytes] = {}
        self._whole: list[dict[str, Any]] | None = None

    def hear(self, grown: Grown) -> None:
        """Take what is new."""
        with self._lock:
            if grown.anew:
                self._anew = True
                self._waiting.clear()
            self._fresh = True
            self.seconds = grown.seconds
            self._waiting.update((key, text) for key, text in grown.records if len(text) <= ROOM)

    def expect(self, seconds: float) -> None:
        """It should take so long."""
        self.expected, self._fresh = seconds, True

    def finish(self, whole: Packed, agreement: dict[str, Any]) -> None:
        """The run is over: all of it comes anew, and what was not sent yet does not."""
        first, *others = whole.chunks
        with self._lock:
            self._whole = [{**first, "anew": True}, *others]
            self.end = {**whole.end, "agreement": agreement}

    def chunk(self, _: int) -> dict[str, Any] | None:
        """The fields of the next chunk, None where there is nothing to send now."""
        with self._lock:
            if self._whole is not None:
                return self._whole.pop(0) if self._whole else None
            if not self._fresh:
                return None
            progress = {"seconds": self.seconds, "expected": self.expected}
            fields = {"records": msgspec.Raw(b"[" + b",".join(self._take()) + b"]")}
            anew = {"anew": True} if self._anew else {}
            self._anew, self._fresh = False, bool(self._waiting)
        return {**fields, **anew, "progress": progress}

    def _take(self) -> list[bytes]:
        """As many records as one message holds."""
        texts: list[bytes] = []
        size = 0
        for key in list(self._waiting):
            size += len(self._waiting[key]) + 1
            if texts and size > ROOM:
                break
            texts.append(self._waiting.pop(key))
        return texts


class Real:
    """The runs on the wall clock of one server. Safe for threads.

    ``free_of`` says what reality leaves open in the lesson of a job, and why.
    """

    def __init__(
        self,
        lab: LiveRuns,
        records_of: Callable[[Trace], Iterable[dict[str, Any]]],
        free_of: Callable[[Job], tuple[Collection[Free], str]],
        breathe: Callable[[], None],
        at_once: int = REAL_AT_ONCE,
    ) -> None:
        self._lab = lab
        self._records_of = records_of
        self._free_of = free_of
        self._breathe = breathe
        self._at_once = at_once
        self._going_on = 0
        self._lock = threading.Lock()

    def reserve(self, count: int) -> None:
        """Take the places of so many runs, each of which ``run`` gives back. Raises ``Refusal``."""
        with self._lock:
            if self._going_on + count > self._at_once:
                message = (
                    f"This server runs {self._at_once} programs for real at a time, and no place"
                    " is free just now. Try again in a moment."
                )
                raise Refusal("no_place", message, "clock")
            self._going_on += count

    def give_back(self) -> None:
        """A run that was promised a place is over."""
        with self._lock:
            self._going_on -= 1

    def run(self, job: Job, growing: Growing, advance: Callable[[], bool]) -> None:
        """Run it until ``growing`` has all of it. Blocks. Raises LabError.

        ``advance`` is called when there may be something to send, and some times a second; when it
        answers False the run is ended.
        """
        model = self._lab.run(msgspec.structs.replace(job, clock="virtual"))
        if model.duration > MOST_SECONDS:
            message = (
                f"This run takes {model.duration:.0f} s, and for real there are {MOST_SECONDS:.0f}"
                " s at most. Make it shorter in the settings."
            )
            raise LabError("limit", message)
        growing.expect(model.duration)
        advance()

        def hear(grown: Grown | None) -> bool:
            if grown is not None:
                growing.hear(grown)
            return advance()

        trace = self._lab.follow(job, hear)
        free, why = self._free_of(job)
        found = told(compare(model, trace, free), free, why)
        growing.finish(pack(trace, self._records_of(trace), self._breathe), found)


def told(found: Agreement, free: Collection[Free], why: str) -> dict[str, Any]:
    """How two runs agree, as a page is told: with what was not compared, and why."""
    return {
        "requests": found.requests,
        "tasks": found.tasks,
        "steps": found.steps,
        "worst": found.worst,
        "allowed": found.allowed,
        "differences": found.differences,
        "free": list(free),
        "why": why,
    }


def why_not(lesson: Lesson, job: Job) -> str | None:
    """Why there is no run of this job on the wall clock, as a sentence; None if there is one."""
    table = lesson.wall(job.variant)
    reason = None if CAN_FORK else NO_FORK
    if not table.shown:
        reason = table.why or "this version is not meant for the wall clock"
    reason = reason or unable(job)
    return None if reason is None else f"{reason[0].upper()}{reason[1:].rstrip('.')}."
