"""One process of a run on the wall clock: loads the program, and is a server or a worker.

Forked from the warmed process, whose replacements pass everything through to the real thing and
tell the recorder. Time, threads, locks and sockets are real; chance draws from the seed, as ever.
"""

from __future__ import annotations

import atexit
import faulthandler
import importlib
import os
import socket
import sys
import traceback
from dataclasses import dataclass

from visualizer.clock import ObservedClock, replace
from visualizer.clock.patch import start_unobserved
from visualizer.lab import link, sandbox
from visualizer.lab.errors import LabError
from visualizer.lab.imports import Listings
from visualizer.lab.job import Job
from visualizer.lab.loading import load_program
from visualizer.lab.process import Process
from visualizer.lab.runtime import lanes_of, tell_ends
from visualizer.lab.stacks import Observed, stacks_of
from visualizer.lab.stacks.eventlet_ import connections
from visualizer.lab.tracer import Tracer
from visualizer.lab.wsgi import lane_names

from . import outside, server
from .brokers import Places
from .children import Starts, Work
from .control import Control, die_with
from .outside import Directions, Way
from .recorder import WallRecorder

_exit = os._exit


@dataclass(frozen=True)
class Role:
    """What a process is, and what it has open.

    ``way`` leads to the world outside. ``listener`` is the server's socket, None in a process that
    is none of the server's. ``places`` is where the queue is, if any. ``starts`` is how it starts
    processes, if the program may; ``work`` is what one was started for.
    """

    own: Process
    way: Way
    listener: socket.socket | None = None
    places: Places | None = None
    starts: Starts | None = None
    work: Work | None = None

    @property
    def files(self) -> list[int]:
        """The numbers of its open files."""
        files = [*self.way.losing.files]
        if self.listener is not None:
            files.append(self.listener.fileno())
        if self.starts is not None:
            files += [self.starts.asks.fileno(), self.starts.tells.fileno()]
        return files if self.work is None else [*files, self.work.data, *self.work.inherited]


def be(job: Job, role: Role, line: int, parent: int) -> None:
    """Be that process, for good. ``line`` leads to the conductor, whose process is ``parent``."""
    control = Control(line)
    try:
        os.setsid()
        die_with(parent)
        faulthandler.enable(file=2, all_threads=True)
        _run(job, role, control)
    except LabError as error:
        control.failed(error)
    except BaseException as error:
        text = "".join(traceback.format_exception(error))
        control.failed(LabError("lab", f"the lab failed: {text}"))
    finally:
        _exit(0)


def _run(job: Job, role: Role, control: Control) -> None:
    listings = Listings(job)
    clock = ObservedClock()
    limits = job.limits
    recorder = WallRecorder(clock, set(job.sources), control.sink, limits.lines, limits.threads)
    recorder.prefix = role.own.prefix
    clock.observe(recorder)
    link.be(role.own)
    tracer = Tracer(clock, recorder, 0, job.tasks, in_full=True)
    recorder.trace_function = tracer.call
    atexit._clear()  # those of the lab; the program may bring its own
    replace(sys, argv=[job.file])
    sandbox.seed_chance(job.seed, role.own.number)
    drain = sandbox.capture_output(recorder)
    tell_ends(recorder)
    if job.root is not None:
        sandbox.live_in(job.root, job.environment)
    importlib.invalidate_caches()
    outside.install(Directions(job, role.way, role.places, clock, recorder))
    role.way.losing.install(recorder)
    run = Observed(job, listings, recorder, tracer, places=role.places)
    run.starts, run.work = role.starts, role.work
    stacks = stacks_of(job)
    recorder.find_lane = lanes_of(stacks)
    for stack in stacks:
        stack.observe(run)
    sandbox.number_pools_anew()
    start_unobserved(control.listen, recorder, drain)
    clock.watch()
    run.application = load_program(run)
    for stack in stacks:
        stack.loaded(run)
    if role.listener is not None:
        _serve(job, role, run, clock, control)
        control.end(recorder, drain)

    def ready(queues: list[str]) -> None:
        control.ready(queues)
        control.begun.wait()

    for stack in stacks:
        status = stack.work(run, ready)
        if status is not None:
            control.end(recorder, drain, status)


def _serve(job: Job, role: Role, run: Observed, clock: ObservedClock, control: Control) -> None:
    """Serve until it is time to leave, and then end as an interpreter does."""
    assert role.listener is not None and run.application is not None
    most, names = connections(run), lane_names(job.server, role.own)
    if most is not None:
        from . import green  # only who needs it loads eventlet

        green.serve(run.application, run.recorder, names[0], most, role.listener, control)
    else:
        stands = run.application, clock, run.recorder, names, role.listener, control
        threads = server.serve_threads(*stands)
        run.recorder.serving()
        control.ready()
        control.leaving.wait()
        for thread in threads:
            thread.join()
    sandbox.leave()
