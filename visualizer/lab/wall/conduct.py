"""Runs a job on the wall clock: starts its processes, lets the users come, makes the trace.

The conductor never runs a line of the program. All processes (``troupe``) load the program first;
time 0 is when all are ready. Whatever happens then, none outlives the run: each has a line to here
and ends when that breaks, and in the end all are killed with everything that they started.
"""

from __future__ import annotations

import asyncio
import socket
import time
import traceback
from functools import partial

from visualizer.clock import NS, nanoseconds
from visualizer.lab import faults
from visualizer.lab.broker import LANE
from visualizer.lab.errors import LabError
from visualizer.lab.job import Job
from visualizer.lab.stacks import stacks_of
from visualizer.lab.supervisor import about_of
from visualizer.lab.users import Visitors
from visualizer.trace import About, derive, encode
from visualizer.trace.events import Cut, End, Event, LaneBorn

from .able import MOST_SECONDS, unable
from .merge import Died, Happened, Told, merged
from .open import OpenWork
from .outside import stand_ins
from .plan import Plan
from .rest import Rest
from .scribe import Scribe
from .streams import rehearse
from .troupe import Troupe
from .users import Street

HEAD_START = 0.05
"""Seconds between telling everybody when time 0 is and time 0."""

QUIET = 0.25
"""Seconds without anything open after which a run is over: events take a while to arrive."""

LOOK = 0.05
"""Seconds between two looks at whether the run is over."""


def conduct(
    job: Job, client: socket.socket | None = None, fork: bool = True, live: bool = False
) -> bytes:
    """The trace of ``job`` as JSON. ``client`` is who asked: if it hangs up, the run is ended.

    ``live``: it is also told of the run while that goes on. Raises LabError where nothing was
    recorded.
    """
    if not fork:
        raise LabError("lab", "runs on the wall clock need a system whose processes can fork")
    if reason := unable(job):
        raise LabError("lab", reason)
    about = about_of(job)
    conductor = Conductor(job, client, about if live else None)
    try:
        conductor.start()
        asyncio.run(conductor.run())
    finally:
        conductor.end()
    return encode(derive(about, conductor.events()))


class Conductor:
    """One run. ``start`` forks and so comes before anything that needs a thread."""

    def __init__(self, job: Job, client: socket.socket | None, about: About | None = None) -> None:
        """``about``: tell ``client`` of the run while it goes on."""
        self._job = job
        self._client = client
        self._troupe = Troupe(job, self)
        self._told: list[Told] = []
        self._open = OpenWork(job)
        self._street = Street(self._troupe.address, self._tell, nanoseconds(job.network))
        self._visitors: Visitors | None = None
        self._plan = Plan(self._troupe)
        self._planned: set[asyncio.Task[None]] = set()
        self._failure: LabError | None = None
        self._cut: tuple[str, str] | None = None
        self.over = asyncio.Event()
        self._last = 0.0
        #: Whether a clock starts tasks for ever.
        self._periodic = any(stack.processes(job) for stack in stacks_of(job))
        self._rest = Rest()
        #: When something last happened to a user, so far (ns).
        self._went = 0
        self._scribe: Scribe | None = None
        if about is not None and client is not None:
            self._scribe = Scribe(about, client, self._troupe.listener)
        self._services, self._way = stand_ins(job, partial(self.take, 2))

    def events(self) -> list[Event]:
        """What has happened so far, in order."""
        if self._failure is not None:
            raise self._failure
        events = merged(self._told)
        if self._periodic and self._cut is None and self._job.until is None:
            rest = self._rest.since(self._went)
            events = [each for each in events if rest is None or each.t <= rest]
        if events and isinstance(events[-1], (Cut, End)):
            return events
        now = events[-1].t if events else 0
        return [*events, End(now) if self._cut is None else Cut(now, *self._cut)]

    # -- processes ------------------------------------------------------------------------------

    def start(self) -> None:
        """Fork the run's processes. Raises LabError for a broker that cannot be used."""
        job = self._job
        others = [name for stack in stacks_of(job) for name in stack.processes(job)]
        faults.check(job, others)
        if any(request.socket for request in job.requests):
            rehearse()
        if job.queue is not None:
            self.take(2, "", LaneBorn(0, LANE, "broker", "broker"))
        self._troupe.start(self._way, others)

    def end(self) -> None:
        """Leave nothing behind: end every process with what it started, wait for it, close all."""
        self._troupe.end()
        if self._scribe is not None:
            self._scribe.end()
        self._services.close()
        self._way.losing.close()

    # -- the run --------------------------------------------------------------------------------

    async def run(self) -> None:
        """From the first process that loads the program to the last that tells something."""
        self._troupe.listen()
        if self._client is not None:
            asyncio.get_running_loop().add_reader(self._client, self._hang_up)
        async with self._services:
            if await self._act():
                for task in self._planned:
                    task.cancel()
                await self._troupe.say_the_end()

    async def _act(self) -> bool:
        """From the first process that loads the program to the end of the last request and task.
        False if it did not come to that."""
        await self._troupe.all_ready(self._troupe.peers)
        self._street.origin = time.monotonic_ns() + nanoseconds(HEAD_START)
        if self._scribe is not None:
            self._scribe.begins(self._street.origin)
        self._services.begin(self._street.origin)
        await self._troupe.take_part()
        if self.over.is_set():
            return False
        self._welcome()
        await self._until_over()
        return True

    def _welcome(self) -> None:
        job, street = self._job, self._street
        self._visitors = Visitors(job, street, street.arrive, street.streams)
        self._visitors.begin(0)
        for fault in job.faults:
            task = asyncio.get_running_loop().create_task(self._plan.carry_out(fault))
            self._planned.add(task)
            task.add_done_callback(self._carried_out)

    def _carried_out(self, task: asyncio.Task[None]) -> None:
        """Part of the plan has been carried out. If it could not be, the run fails with it."""
        self._planned.discard(task)
        error = None if task.cancelled() else task.exception()
        if error is not None:
            text = "".join(traceback.format_exception(error))
            self.fail(LabError("lab", f"the lab failed: {text}"))

    async def _until_over(self) -> None:
        """Until nothing is open any more, or a limit is reached."""
        job = self._job
        most = min(job.limits.virtual_seconds, MOST_SECONDS)
        while not self.over.is_set():
            await asyncio.sleep(LOOK)
            now = self._street.now / NS
            if job.until is not None and now > job.until and self._is_open():
                text = f"the scenario ends at {job.until:g} s, and work was left"
                self.stop("until", text)
            elif now > most:
                self.stop("real_seconds", f"the run was not over after {most:g} s")
            elif any(each.memory_mb > job.limits.memory_mb for each in self._troupe.living):
                text = f"the program used more than {job.limits.memory_mb} MB of memory"
                self.stop("memory_mb", text)
            elif not self._is_open():
                self.over.set()

    def _is_open(self) -> bool:
        if self._visitors is not None and self._visitors.open:
            return True
        if self._services.busy or self._plan.coming or self._troupe.retiring:
            return True
        if self._periodic:
            # With a time to end at more is to come until then.
            rest = None if self._job.until is not None else self._rest.since(self._went)
            return rest is None or self.now - rest < nanoseconds(QUIET)
        if self._open.busy:
            return True
        quiet = time.monotonic() - self._last
        return quiet < (self._open.patience if self._open.queued else QUIET)

    # -- what its processes and users tell --------------------------------------------------------

    @property
    def origin(self) -> int:
        return self._street.origin

    @property
    def now(self) -> int:
        return self._street.now

    def fail(self, error: LabError) -> None:
        self._failure = self._failure or error
        self.over.set()

    def stop(self, limit: str, reason: str) -> None:
        self._cut = self._cut or (limit, reason)
        self.over.set()

    def _tell(self, event: Event) -> None:
        self.take(0, "", event)
        self._went = max(self._went, event.t)

    def take(self, rank: int, process: str, event: Event | Died | Happened) -> None:
        self._told.append((rank, process, event))
        if self._scribe is not None:
            self._scribe.note(rank, process, event)
        self._last = time.monotonic()
        self._street.streams.see(process, event)
        if isinstance(event, Cut):
            self.over.set()
        elif isinstance(event, Died):
            self._open.died(process)
            self._rest.died(process, event.t)
        elif not isinstance(event, Happened):
            self._open.see(process, event)
            self._rest.see(process, event)

    def _hang_up(self) -> None:
        self.stop("closed", "nobody waits for this run any more")
