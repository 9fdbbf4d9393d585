"""Traces that were saved in a file, read with care: it may hold anything."""

from __future__ import annotations

from pathlib import Path

import msgspec

from .records import FORMAT, VERSION, Trace

#: Bytes of a file that is read.
MOST_BYTES = 64 * 2**20
#: Traces in one file, as ``run --format json`` writes them for a lesson: as many as the stage has
#: room for.
MOST_TRACES = 4


class BadTraceFile(ValueError):
    """What is wrong with a file, in one line."""


class _Head(msgspec.Struct):
    format: str
    version: int


def read_traces(path: Path) -> list[Trace]:
    """The traces in a file: one, or a list of them. Raises ``BadTraceFile``."""
    try:
        size = path.stat().st_size
        if size > MOST_BYTES:
            most = MOST_BYTES // 2**20
            raise BadTraceFile(
                f"{path} has {size / 2**20:.0f} MB; more than {most} cannot be shown."
            )
        data = path.read_bytes()
    except OSError as error:
        raise BadTraceFile(f"{path} cannot be read: {error.strerror}.") from error
    try:
        parts = _parts(data)
        if not 0 < len(parts) <= MOST_TRACES:
            raise BadTraceFile(
                f"{path} holds {len(parts)} traces; 1 to {MOST_TRACES} can be shown."
            )
        return [_trace(path, part) for part in parts]
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        if isinstance(error, msgspec.ValidationError):
            raise BadTraceFile(f"{path} is JSON, but not a trace of Meanwhile.") from error
        if "truncated" in str(error) and data.strip():
            raise BadTraceFile(f"{path} ends in the middle; copy or save it again.") from error
        raise BadTraceFile(f"{path} is not JSON, so it is no trace.") from error


def _parts(data: bytes) -> list[msgspec.Raw]:
    if data.lstrip()[:1] == b"[":
        return msgspec.json.decode(data, type=list[msgspec.Raw])
    return [msgspec.json.decode(data, type=msgspec.Raw)]


def _trace(path: Path, data: msgspec.Raw) -> Trace:
    head = msgspec.json.decode(data, type=_Head)
    if head.format != FORMAT:
        raise BadTraceFile(f"{path} is JSON, but not a trace of Meanwhile.")
    if head.version > VERSION:
        raise BadTraceFile(
            f"{path} is a trace of version {head.version}; this Meanwhile reads version {VERSION},"
            " so install a newer one."
        )
    try:
        trace = msgspec.json.decode(data, type=Trace)
    except msgspec.ValidationError as error:
        said = str(error).replace("`", "")
        raise BadTraceFile(f"{path} is not a whole trace: {said}.") from error
    dangling = _dangling(trace)
    if dangling:
        raise BadTraceFile(f"{path} is not a whole trace: {dangling}.")
    return trace


def _dangling(trace: Trace) -> str | None:
    """What the trace speaks of and does not hold."""
    lanes = {lane.id for lane in trace.lanes}
    named = [
        *(span.lane for span in trace.spans),
        *(line.lane for line in trace.lines),
        *(lane for arrow in trace.arrows for lane in (arrow.from_, arrow.to)),
        *(request.user for request in trace.requests),
        *(problem.lane for problem in trace.problems),
        *(output.lane for output in trace.output),
        *(task.lane for task in trace.tasks if task.lane is not None),
        *(step.lane for step in trace.steps if step.lane is not None),
    ]
    unknown = next((lane for lane in named if lane not in lanes), None)
    if unknown is not None:
        return f"it has no lane {unknown[:60]!r}"
    steps = {0, *(step.n for step in trace.steps)}
    told = {n for variable in trace.variables for n, _ in variable.values}
    missing = next(iter(told - steps), None)
    return None if missing is None else f"it has no step {missing}"
