"""Watches over one run: starts the program's process, keeps its limits, makes the trace.

The supervisor never runs a line of the program. It reads what the program's process writes, ends
that process when a limit is reached or when nobody wants the answer any more, and derives the
trace from what was written, be it all or only the beginning.
"""

from __future__ import annotations

import contextlib
import os
import platform
import re
import select
import signal
import socket
import struct
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import msgspec
import psutil

from visualizer.clock import NS, real_time
from visualizer.trace import About, Listing, derive, encode
from visualizer.trace.events import Cut, End, Event, Line

from . import faults, frames
from .child import run_child
from .coordinator import Coordinator
from .errors import LabError
from .imports import is_marked
from .job import MESSAGE_COST, Job, encode_job
from .listing import prepare
from .process import Process
from .recorder import EVENTS_A_LINE, too_many_lines
from .sights import Unfolder
from .stacks import is_several, stacks_of
from .watch import WATCH, Program, excess
from .workspace import private_copy

CAN_FORK = hasattr(os, "fork")

_PROCESSOR = 36
"""Place of the processor's number in /proc/self/stat, behind the name."""

_PATIENCE = struct.pack("@ll", 0, round(WATCH * 1e6))
"""A ``timeval``: as long as reading from one process of several waits at most."""

_PLACE = re.compile(r'^  File "([^"]+)", line (\d+) in ')


@dataclass
class Record:
    """What a run has told so far."""

    events: list[Event] = field(default_factory=list)
    unfolder: Unfolder = field(default_factory=Unfolder)
    failure: LabError | None = None
    finished: bool = False
    cut: tuple[str, str] | None = None


def supervise(
    job: Job, client: socket.socket | None = None, fork: bool = CAN_FORK, live: bool = False
) -> bytes:
    """Run ``job`` and answer its trace as JSON.

    ``client`` is who asked: if it hangs up, the run is ended. ``live``: on the wall clock it is
    also told of the run while that goes on. Raises LabError where nothing was recorded.
    """
    if job.root is not None:
        with private_copy(job.root) as copy:
            return _supervise(msgspec.structs.replace(job, root=copy), client, fork, live)
    return _supervise(job, client, fork, live)


def _supervise(job: Job, client: socket.socket | None, fork: bool, live: bool) -> bytes:
    if job.clock == "wall":
        from .wall.conduct import conduct

        return conduct(job, client, fork, live)
    about = about_of(job)
    if not is_several(job):
        faults.check(job)
        program = start(job, client, fork)
        events = events_of(job, [program], program, collect(job, program, client))
    else:
        events = _several(job, client, fork)
    return encode(derive(about, events))


def _several(job: Job, client: socket.socket | None, fork: bool) -> list[Event]:
    """Run a job of several processes: the server's, its queue's workers, and what they start."""
    if not fork:
        text = "programs of several processes need a system whose processes can fork"
        raise LabError("lab", text)
    others = [name for stack in stacks_of(job) for name in stack.processes(job)]
    faults.check(job, others)
    coordinator = Coordinator(job, others, partial(_fork, job, client), client)
    coordinator.run()
    record = Record(coordinator.events, failure=coordinator.failure, cut=coordinator.cut)
    return events_of(job, coordinator.programs, coordinator.culprit, record)


def about_of(job: Job) -> About:
    """What a trace says of its job. Raises LabError for a listing that does not compile."""
    first = prepare(job.file, job.sources[job.file], job.constants, is_marked(job)).source
    listing = [
        Listing(file=file, source=first if file == job.file else text)
        for file, text in job.sources.items()
    ]
    return About(
        scenario=job.scenario,
        variant=job.variant,
        parameters=job.parameters,
        seed=job.seed,
        clock=job.clock,
        python=platform.python_version(),
        line_cost=job.line_cost,
        network=job.network,
        message=MESSAGE_COST / NS if job.queue is not None else 0.0,
        listing=listing,
        captions=job.captions,
        flow=job.flow,
        watch=job.watch,
    )


# -- the program's process ----------------------------------------------------------------------


def start(job: Job, client: socket.socket | None = None, fork: bool = CAN_FORK) -> Program:
    """Start the process of the program."""
    return _fork(job, client) if fork else _spawn(job)


def _fork(
    job: Job,
    client: socket.socket | None,
    process: Process | None = None,
    others: Iterable[Program] = (),
) -> Program:
    """``process`` is one of several, with which one talks both ways."""
    stderr = tempfile.TemporaryFile()  # noqa: SIM115  closed by last_words
    if process is not None:
        ends = socket.socketpair()
        ends[0].setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, _PATIENCE)
        reading, writing = (end.detach() for end in ends)
    else:
        reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(reading)
        for other in others:
            os.close(other.output)
        if client is not None:
            client.close()  # so that who asked notices if this process's parent dies
        null = os.open(os.devnull, os.O_RDWR)
        os.dup2(null, 0)
        os.dup2(null, 1)
        os.dup2(stderr.fileno(), 2)
        _stay_on_one_processor()
        run_child(job, writing, process)
    os.close(writing)
    return Program(pid, reading, stderr)


def _stay_on_one_processor() -> None:
    """Keep this process on the processor that it is on, where the system can.

    Only one thread of a program runs at a time. Handing on to the next is fastest on the same
    processor, and a program that runs wild leaves the others to the server.
    """
    with contextlib.suppress(AttributeError, OSError):
        status = Path("/proc/self/stat").read_text(encoding="ascii", errors="replace")
        fields = status.rpartition(")")[2].split()
        os.sched_setaffinity(0, {int(fields[_PROCESSOR])})


def _spawn(job: Job) -> Program:
    stderr = tempfile.TemporaryFile()  # noqa: SIM115  closed by last_words
    popen = subprocess.Popen(
        [sys.executable, "-m", "visualizer.clock", "visualizer.lab.child"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=stderr,
    )
    assert popen.stdin is not None and popen.stdout is not None
    popen.stdin.write(encode_job(job))
    popen.stdin.close()
    return Program(popen.pid, popen.stdout.fileno(), stderr, popen)


# -- watching -----------------------------------------------------------------------------------


def collect(job: Job, program: Program, client: socket.socket | None = None) -> Record:
    """Read what the program tells until it ends, or end it when a limit is reached."""
    record, reader = Record(), frames.Reader()
    process = psutil.Process(program.pid)
    deadline = real_time() + job.limits.real_seconds
    watched: list[socket.socket | int] = [program.output, *([client] if client else [])]
    while True:
        ready, _, _ = select.select(watched, [], [], WATCH)
        if client is not None and client in ready:
            record.cut = ("closed", "nobody waits for this run any more")
        elif program.output in ready:
            data = os.read(program.output, 1 << 16)
            if not data:
                return record
            for kind, body in reader.feed(data):
                _take(record, kind, body)
        record.cut = record.cut or excess(job, process, deadline)
        if record.cut is not None and not record.finished:
            program.kill()
            _drain(program, reader, record)
            return record


def _drain(program: Program, reader: frames.Reader, record: Record) -> None:
    """Read what the program had written before it was ended."""
    while data := os.read(program.output, 1 << 16):
        for kind, body in reader.feed(data):
            _take(record, kind, body)


def _take(record: Record, kind: str, body: bytes) -> None:
    if kind == "E":
        record.events += record.unfolder.unfold(frames.read_messages(body))
    elif kind == "F":
        record.failure = frames.read_failure(body)
    else:
        record.finished = True


# -- what is known in the end ---------------------------------------------------------------------


def events_of(
    job: Job, programs: Sequence[Program], culprit: Program, record: Record
) -> list[Event]:
    """All events, closed by a Cut if the run did not end by itself.

    ``culprit`` is the process that ran then. All are waited for.
    """
    ended_by, words = 0, ""
    for program in programs:
        code, said = program.wait(), program.last_words()
        if program is culprit:
            ended_by, words = code, said
    if record.failure is not None:
        raise record.failure
    if record.finished or (record.events and isinstance(record.events[-1], (Cut, End))):
        return _bounded(record.events, job.limits.lines)
    place = _place(words, set(job.sources))
    limit, reason = record.cut or ("crash", _crash(ended_by))
    if place is not None:
        reason += f", in line {place[1]} of {place[0]}"
    if not record.events:
        file, line = place or (None, None)
        raise LabError("limit" if record.cut else "crash", reason, file, line)
    now = record.events[-1].t
    return [*record.events, Cut(now, limit, reason)]


def _bounded(events: list[Event], limit: int) -> list[Event]:
    """No more lines than allowed. The program stops a little later, when a batch is handed on."""
    lines = 0
    for at, event in enumerate(events):
        lines += type(event) is Line
        if lines > limit or at >= EVENTS_A_LINE * limit:
            return [*events[:at], Cut(event.t, "lines", too_many_lines(limit))]
    return events


def _crash(ended_by: int) -> str:
    if not ended_by:
        return "the program's process ended by itself"
    return f"the program's process crashed ({signal.Signals(ended_by).name})"


def _place(words: str, files: set[str]) -> tuple[str, int] | None:
    """Where the program was when it died: the innermost listing line of a thread that ran.

    Threads that wait for their turn are known by a top frame in the clock.
    """
    for stack in re.split(r"\n\n|(?m:^(?=(?:Current t|T)hread 0x))", words):
        places = [match.groups() for match in map(_PLACE.match, stack.splitlines()) if match]
        if not places or "clock" in places[0][0] or "threading" in places[0][0]:
            continue
        for file, line in places:
            if file in files:
                return file, int(line)
    return None


def answer(client: socket.socket, fork: bool = CAN_FORK) -> None:
    """Read one job from ``client``, run it, send the trace or the failure."""
    reader = frames.Reader()
    while True:
        data = client.recv(1 << 16)
        if not data:
            return
        for kind, body in reader.feed(data):
            client.sendall(_answer_to(body, client, fork, live=kind == "L"))
            return


def _answer_to(body: bytes, client: socket.socket, fork: bool, live: bool) -> bytes:
    try:
        job = msgspec.json.decode(body, type=Job)
        return frames.frame("T", supervise(job, client, fork, live))
    except LabError as error:
        return frames.failure_frame(error)
