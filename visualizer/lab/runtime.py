"""Runs one job in this process and reports events: what the program's own process does.

The process is used up afterwards: names are patched, threads are left where they stood. Only
``child`` calls this.
"""

from __future__ import annotations

import atexit
import gc
import importlib
import os
import sys
import threading
import traceback
from collections.abc import Callable

from visualizer.clock import (
    NS,
    Outcome,
    ThreadInfo,
    VirtualClock,
    Waiting,
    nanoseconds,
    replace,
    travel,
)
from visualizer.trace.events import End, RequestArrived

from . import link, sandbox
from .application import Application
from .entrance import Entrance
from .entries import Entries
from .errors import LabError
from .exchange import Exchange
from .here import Here
from .imports import Listings, is_marked
from .job import Job
from .loading import load_program
from .outbox import Outbox
from .outside import replacing
from .outside.way_out import WayOut
from .process import Process
from .realtime import Watch
from .recorder import DEEP_STACK, Lane, Recorder
from .sights import Message
from .stacks import Run, Stack, WebServer, stacks_of
from .tracer import Tracer
from .users import Visitors
from .wsgi import Server, lane_names


def execute(
    job: Job,
    sink: Callable[[list[Message]], None],
    line: tuple[int, Outbox, Process] | None = None,
) -> None:
    """Run ``job`` on the virtual clock; hand what happens to ``sink`` in batches.

    ``line`` is a process's line to the coordinator, the way out to it, and what the process is,
    where it is one of several.

    Raises LabError where there is nothing to record: the program cannot be loaded, or has no
    application.
    """
    listings = Listings(job)
    clock = VirtualClock(job.seed)
    recorder = Recorder(clock, set(job.sources), sink, job.limits.lines, job.limits.threads)
    clock.observe(recorder)
    if line is not None:
        link.join(*line, clock, recorder.flush)
        recorder.prefix = link.process().prefix
        here = None
    else:
        here = Here(job, clock, recorder)
        link.be_alone(here)
    tracer = Tracer(clock, recorder, nanoseconds(job.line_cost), job.tasks)
    recorder.trace_function = tracer.call
    if is_marked(job):
        listings.entries = Entries(tracer, recorder)
    drain = _prepare_process(job, clock, recorder)
    run, stacks = Run(job, listings, recorder, tracer, clock), stacks_of(job)
    _prepare_stacks(run, stacks)
    program = Program(run, stacks, here)
    Watch(clock, recorder).start()
    until = min(job.until or job.limits.virtual_seconds, job.limits.virtual_seconds)
    outcome = clock.run(program.main, None if line else until)
    if program.failure is not None:
        raise program.failure
    drain()
    stuck = [sentence for stack in stacks for sentence in stack.stop(run)]
    _end(job, recorder, outcome, stuck)
    recorder.flush()


def lanes_of(stacks: list[Stack]) -> Callable[[ThreadInfo, ThreadInfo], Lane | None]:
    """Asks the stacks on whose lane a thread is shown, where it has none of its own."""

    def lane(thread: ThreadInfo, starter: ThreadInfo) -> Lane | None:
        found = (stack.lane(thread, starter) for stack in stacks)
        return next((lane for lane in found if lane is not None), None)

    return lane


def _prepare_stacks(run: Run, stacks: list[Stack]) -> None:
    run.recorder.find_lane = lanes_of(stacks)
    for stack in stacks:
        stack.prepare(run)
        stack.record(run)
    sandbox.number_pools_anew()  # libraries that are imported may have made some


class Program:
    """The program and its server, from loading to the last answer."""

    def __init__(self, run: Run, stacks: list[Stack], here: Here | None) -> None:
        self._run = run
        #: What is between processes, where this is the only one.
        self._here = here
        self._stacks = stacks
        self._job = run.job
        self._clock = run.clock
        self._recorder = run.recorder
        #: Why there is nothing to run.
        self.failure: LabError | None = None

    def main(self) -> None:
        """Load the program, start its server, let the users come. Runs in the first thread."""
        try:
            application = load_program(self._run)
        except LabError as failure:
            self.failure = failure
            self._clock.stop()
            return
        self._run.application = application
        server = self._server(application) if link.is_web() else None
        self._recorder.begin(link.all_loaded())
        for stack in self._stacks:
            stack.start(self._run)
        if server is not None and self._here is not None:
            self._serve(server, self._here)
        elif server is not None:
            self._serve_as_one_of_several(server)

    def _server(self, application: Application) -> WebServer:
        for stack in self._stacks:
            own = stack.server(self._run)
            if own is not None:
                return own
        names = lane_names(self._job.server, link.process())
        return Server(application, self._clock, self._recorder, names)

    def _serve(self, server: WebServer, here: Here) -> None:
        recorder = self._recorder

        def arrive(exchange: Exchange) -> None:
            recorder.add(RequestArrived(recorder.now, exchange.id))
            server.arrive(exchange)

        visitors = Visitors(self._job, here, arrive, here.websockets)
        recorder.users_wait = lambda: bool(visitors.open)
        visitors.begin(here.now)
        server.start()
        recorder.serving()
        link.serving()
        server.serve()

    def _serve_as_one_of_several(self, server: WebServer) -> None:
        """Users are elsewhere. Serve until it is time to leave."""
        line = link.current()
        server.start()
        self._recorder.serving()
        link.serving()
        Entrance(server, line, self._recorder)
        line.watch("leave", self._end)  # where serving goes on in this thread, and never returns
        server.serve()
        line.watch("leave", None)
        line.wait("leave")
        server.stop()
        sandbox.leave()
        self._end()

    def _end(self) -> None:
        """This process ends, and the run goes on."""
        link.current().call("run", "leaving")
        self._recorder.left = True
        self._clock.stop()


def _prepare_process(job: Job, clock: VirtualClock, recorder: Recorder) -> Callable[[], None]:
    """Make this process look the same to every run of the job."""
    atexit._clear()  # those of the lab; the program may bring its own
    gc.disable()  # collections would come at moments that depend on the process's past
    threading.stack_size(DEEP_STACK)
    travel()
    sandbox.fix_names(job.file, link.number())
    sandbox.keep_signal_handlers()
    sandbox.seed_chance(job.seed, link.number())
    drain = sandbox.capture_output(recorder)
    tell_ends(recorder)
    if job.root is not None:
        sandbox.live_in(job.root, job.environment)
    importlib.invalidate_caches()
    replacing.install(WayOut(job.services, link.line(), clock, recorder))
    sandbox.refuse_the_world()
    return drain


def tell_ends(recorder: Recorder) -> None:
    """Have the recorder told when a thread or the process ends before its end."""
    _tell_exit(recorder)
    threading.excepthook = lambda args: _thread_failed(recorder, args)


def _thread_failed(recorder: Recorder, args: threading.ExceptHookArgs) -> None:
    """Print as CPython does; its own hook, written in C, would look for the listing on disk."""
    if args.exc_type is SystemExit:
        return
    recorder.thread_failed(args)
    name = args.thread.name if args.thread is not None else threading.get_ident()
    print(f"Exception in thread {name}:", file=sys.stderr)
    traceback.print_exception(args.exc_value, file=sys.stderr)


def _tell_exit(recorder: Recorder) -> None:
    plain_exit = os._exit

    def exit_now(status: int) -> None:
        if link.process().role == "child":  # its parent will see it
            if link.joined():
                link.current().call("children", "leave", status)
        else:
            recorder.cut("exit", f"the program ended its process with os._exit({status})")
        recorder.flush()
        plain_exit(status)

    replace(os, _exit=exit_now)


# -- the end of a run ---------------------------------------------------------------------------


def _end(job: Job, recorder: Recorder, outcome: Outcome, of_stacks: list[str]) -> None:
    if recorder.was_cut or recorder.left:
        return
    stuck = _deadlock(recorder, outcome, of_stacks)
    if outcome.reason == "until":
        seconds = outcome.now / NS
        if job.until is not None and job.until <= job.limits.virtual_seconds:
            recorder.cut("until", f"the scenario ends at {seconds:g} s, and work was left")
        else:
            # Threads that go on and on do not hide those that never can.
            known = f"; {stuck}" if stuck else ""
            recorder.cut("virtual_seconds", f"the run was not over after {seconds:g} s{known}")
    elif stuck:
        recorder.cut("deadlock", stuck)
    else:
        recorder.events.append(End(recorder.now))


def _deadlock(recorder: Recorder, outcome: Outcome, of_stacks: list[str]) -> str | None:
    """Who waits for what, if somebody waits who should not.

    Idle consumers (a thread that waits for the next item of a queue) are no deadlock; a request
    without an answer is one, and so is a lock whose holder waits, too. ``of_stacks`` is what the
    stacks say of tasks and the like, which are no threads.
    """
    waiting = {each.ident: each for each in outcome.waiting if each.forever}
    unanswered = [each for each in waiting.values() if _serves(recorder, each)]
    locked = [each for each in waiting.values() if _is_locked(each)]
    if outcome.reason == "until":  # others go on, and may help all but those in a circle
        locked = [each for each in locked if _never_released(each, waiting, recorder)]
        unanswered, of_stacks = [], []
    if not locked and not of_stacks and not (unanswered and recorder.users_wait()):
        return None
    if not locked and of_stacks:  # the server waits for those, which have more to say
        unanswered = []
    sentences = [*of_stacks, *(_sentence(each, recorder) for each in locked or unanswered)]
    return "deadlock: " + "; ".join(sentences)


def _is_locked(waiting: Waiting) -> bool:
    """Whether it waits for a lock, and not for an item, an event or a signal of that kind."""
    own = waiting.holder == waiting.ident  # conditions wait on a lock that they took themselves
    return waiting.holder is not None and (not own or waiting.reason == "a lock")


def _never_released(first: Waiting, waiting: dict[int, Waiting], recorder: Recorder) -> bool:
    """Whether the holder waits for a holder who waits …, in a circle, or has ended."""
    seen: set[int] = set()
    each = first
    while each.ident not in seen:
        seen.add(each.ident)
        holder = each.holder
        if holder is None or not _is_locked(each):
            return False
        if holder not in waiting:
            return holder not in recorder.clock.threads
        each = waiting[holder]
    return True


def _lane_of(recorder: Recorder, ident: int) -> Lane | None:
    thread = recorder.clock.threads.get(ident)
    return None if thread is None else thread.data


def _serves(recorder: Recorder, waiting: Waiting) -> bool:
    lane = _lane_of(recorder, waiting.ident)
    return lane is not None and lane.kind == "server" and not lane.idle


def _sentence(waiting: Waiting, recorder: Recorder) -> str:
    if waiting.holder == waiting.ident and waiting.reason == "a lock":
        return f"{waiting.thread} waits for a lock that it holds itself"
    if waiting.holder is None or waiting.holder == waiting.ident:
        return f"{waiting.thread} waits for {waiting.reason}"
    holder = recorder.clock.threads.get(waiting.holder)
    who = holder.name if holder is not None else "a thread that has ended"
    if waiting.reason == "another thread to end":
        return f"{waiting.thread} waits for {who} to end"
    return f"{waiting.thread} waits for a lock that {who} holds"
