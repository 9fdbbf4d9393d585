"""What a stack is to the lab: a library that works in the background, on the virtual clock.

A stack never changes what a program means. It puts the library's waiting on the clock, starts the
workers that a real installation would start, and tells the recorder what happens. Everything
about one library stands in one file; ``runtime`` knows none of them by name.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

from visualizer.clock import ThreadInfo, VirtualClock

if TYPE_CHECKING:
    from visualizer.lab.exchange import Exchange
    from visualizer.lab.imports import Listings
    from visualizer.lab.job import Job
    from visualizer.lab.recorder import Lane, Recorder
    from visualizer.lab.tracer import Tracer
    from visualizer.lab.wall.brokers import Places
    from visualizer.lab.wall.children import Starts, Work


@dataclass
class Observed:
    """One run of one job, on whatever clock, as a stack sees it."""

    job: Job
    listings: Listings
    recorder: Recorder
    tracer: Tracer
    #: The program's WSGI application; None until the program is loaded.
    application: Callable[..., Any] | None = field(default=None, kw_only=True)
    #: Where real messages and results go, on the wall clock; None where there is no queue.
    places: Places | None = field(default=None, kw_only=True)
    #: How this process starts others, on the wall clock, and what it was started for, if it was.
    starts: Starts | None = field(default=None, kw_only=True)
    work: Work | None = field(default=None, kw_only=True)

    @property
    def marked(self) -> bool:
        """Whether functions of the program say that they begin (``entries``)."""
        entries = self.listings.entries
        return entries is not None and entries.told

    def without_tracing(self, owner: type, *names: str) -> None:
        """Let these methods of a library run untraced, if the program's functions are marked."""
        if self.listings.entries is not None:
            self.listings.entries.without_tracing(owner, *names)


@dataclass
class Run(Observed):
    """One run on the virtual clock."""

    clock: VirtualClock


class WebServer(Protocol):
    """What the application stands behind."""

    #: How many requests it handles at the same time.
    places: int
    #: Called whenever one of the places is free again. Set by whoever sends the requests.
    free: Callable[[], None]

    def start(self) -> None:
        """Be ready for requests. Called once, in the thread that loaded the program."""

    def serve(self) -> None:
        """Called after ``start`` in the same thread, which has nothing else to do any more.

        Returns where other threads serve.
        """

    def stop(self) -> None:
        """End the threads that serve, once none has a request, if ``serve`` has returned."""

    def arrive(self, exchange: Exchange) -> None:
        """A request has crossed the network. Must not block: it is a call of the clock."""


class Stack(Protocol):
    """An adapter of one library. Inherit from it and override what the library needs.

    ``rehearse`` is called once, in the warmed process. The others are called in the order in which
    they stand here, each once a run, but ``lane`` for every thread. Those before ``start`` run
    before the program is loaded, and so in a process whose clock already stands at 0; only
    ``start`` runs below the clock, in the program's thread.
    """

    #: What people call it.
    name: ClassVar[str]
    #: Modules that the warmed process imports, so that a run need not.
    warm: ClassVar[tuple[str, ...]] = ()
    #: Whether it runs in processes beside that of the web server.
    several: ClassVar[bool] = False

    def rehearse(self) -> None:
        """In the warmed process, when ``warm`` are imported: let the library find out what is the
        same in every run and what it keeps from then on. Leave nothing else behind."""
        return

    def detect(self, job: Job) -> bool:
        """Does this job need the stack? Read the texts: the program is not loaded yet."""
        return False

    def processes(self, job: Job) -> list[str]:
        """The names of processes that the job needs beside its server and its workers."""
        return []

    def prepare(self, run: Run) -> None:
        """Put the library's waiting on the clock; it may be in the warmed process already.

        Raises LabError where the job asks for what cannot be.
        """
        return

    def record(self, run: Run) -> None:
        """Have the library tell ``run.recorder`` what happens, by its own hooks if it has any."""
        return

    def observe(self, run: Observed) -> None:
        """On the wall clock, instead of ``prepare`` and ``record``: leave the library as it is, and
        have it tell ``run.recorder`` what happens."""
        return

    def loaded(self, run: Observed) -> None:
        """On the wall clock: the program is loaded, and nobody has come. Lead the library to the
        run's own broker. Raises LabError."""
        return

    def work(self, run: Observed, ready: Callable[[list[str]], None]) -> int | None:
        """On the wall clock, in a process that is not the server's: be a worker, for good, or do
        what it was started for, and answer with what status it ends. None: it is no process of
        this stack.

        Call ``ready`` with the names of the queues when tasks can come; it returns at time 0.
        Raises LabError.
        """
        return None

    def server(self, run: Run) -> WebServer | None:
        """The web server to put the application behind, if the job asks for one of this stack's."""
        return None

    def start(self, run: Run) -> None:
        """The program is loaded, time 0 is now, no user has come: start the workers."""
        return

    def lane(self, thread: ThreadInfo, starter: ThreadInfo) -> Lane | None:
        """The lane on which a thread that starts now is shown, where it is not one of its own.

        The answer is a lane that exists: the thread is a helper of whoever has that lane.
        """
        return None

    def stop(self, run: Run) -> list[str]:
        """The run is over. Say who of this stack waits for what for ever, one sentence each.

        Called with the threads standing still: look, and start nothing.
        """
        return []


def imports(job: Job, *libraries: str) -> bool:
    """Whether a listing of the job imports one of ``libraries``, anywhere in its text."""
    names = "|".join(map(re.escape, libraries))
    pattern = re.compile(rf"^[ \t]*(?:import|from)[ \t][^#\n]*\b(?:{names})\b", re.MULTILINE)
    return any(pattern.search(text) for text in job.sources.values())
