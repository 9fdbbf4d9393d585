"""What a client's wishes come to: which lesson, which jobs, and what to answer at once.

Pure of sockets and pages; both ask here, so a mistake is told in the same words everywhere.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Mapping
from typing import Any

from msgspec.structs import replace

from visualizer.lab.cache import key_of
from visualizer.lab.errors import LabError
from visualizer.lab.job import Job
from visualizer.lab.listing import prepare
from visualizer.lessons import Catalogue, Chapter, Lesson, ParameterError
from visualizer.lessons.highlight import highlight

from .messages import Close, Open, Refusal, only, plain_values, positions, read
from .real import why_not
from .streams import Streams


class Desk:
    """Answers the events of all connections."""

    def __init__(self, catalogue: Catalogue, streams: Streams) -> None:
        self._catalogue = catalogue
        self._streams = streams

    def open(self, connection: str, *arguments: Any) -> tuple[Any, Callable[[], None] | None]:
        """The answer to ``open``, and what to start once it is on its way. Raises ``Refusal``."""
        message = read(only(arguments, "open"), Open, "open")
        after = positions(message.after, len(message.slots))
        if after and message.run is None:
            raise Refusal("invalid", "after goes with the run that it is about.", "run")
        lesson = lesson_of(self._catalogue, message.scenario)
        answers: list[dict[str, Any]] = []
        jobs: dict[int, Job] = {}
        for slot, wish in enumerate(message.slots):
            try:
                jobs[slot] = job_of(lesson, wish.variant, wish.parameters, wish.seed, wish.clock)
                answers.append({"slot": slot, **shown(lesson, wish.variant, jobs[slot])})
            except Refusal as refusal:
                jobs.pop(slot, None)
                answers.append({"slot": slot, "error": refusal.fault()})
        if not jobs:
            first = answers[0]["error"]
            field = ".".join(part for part in ("slots[0]", first["field"]) if part)
            return {"error": {**first, "field": field}, "slots": answers}, None
        if message.run and any(job.clock == "wall" for job in jobs.values()):
            raise Refusal("changed", "A real run does not happen twice; open it anew.", "run")
        run = _continued(message.run, jobs) if message.run else _named(jobs)
        start = self._streams.open(connection, run, jobs, after)
        return {"run": run, "slots": answers}, start

    def close(self, connection: str, *arguments: Any) -> dict[str, Any]:
        message = read(only(arguments, "close"), Close, "close")
        self._streams.close(connection, message.run)
        return {}


def lesson_of(catalogue: Catalogue, id: str) -> Lesson:
    """The lesson of this id. Raises ``Refusal`` ``unknown_lesson``."""
    try:
        return catalogue.lesson(id)
    except ParameterError as error:
        raise Refusal("unknown_lesson", error.message, "scenario", status=404) from error


def chapter_of(catalogue: Catalogue, id: str) -> Chapter:
    """The chapter of this id. Raises ``Refusal`` ``unknown_chapter``."""
    try:
        return catalogue.chapter(id)
    except ParameterError as error:
        raise Refusal("unknown_chapter", error.message, "chapter", status=404) from error


def job_of(
    lesson: Lesson, variant: str, parameters: dict[str, Any], seed: int, clock: str = "virtual"
) -> Job:
    """The job of these settings. Raises ``Refusal`` that names the field."""
    values = plain_values(parameters)
    try:
        job = lesson.job(variant, values, seed)
    except ParameterError as error:
        named = error.field in values
        field = f"parameters.{error.field}" if named else error.field
        code = "unknown_variant" if error.field == "variant" and not named else "parameter"
        raise Refusal(code, error.message, field) from error
    if clock != "wall":
        return job
    if reason := why_not(lesson, job):
        raise Refusal("unavailable", reason, "clock")
    return replace(job, clock="wall")


def shown(lesson: Lesson, variant: str, job: Job) -> dict[str, Any]:
    """What the client gets to know of a slot at once: its listing with the values in it.

    Raises ``Refusal``."""
    try:
        sources = {
            file: prepare(file, source, job.constants if file == job.file else {}).source
            for file, source in job.sources.items()
        }
    except LabError as error:
        raise Refusal(error.code, error.where()) from error
    return {
        "variant": variant,
        "title": lesson.variant(variant).title,
        "parameters": job.parameters,
        "listing": [
            {"file": file, "source": source, "html": highlight(source)}
            for file, source in sources.items()
        ],
    }


def _named(jobs: Mapping[int, Job]) -> str:
    """A name for a new run; its second half says what runs."""
    return f"{secrets.token_urlsafe(9)}.{_digest(jobs)}"


def _continued(run: str, jobs: Mapping[int, Job]) -> str:
    """The run's name, if the jobs are those it began with. Raises ``Refusal`` ``changed``.

    The server may have been started anew since, with other listings or another Python: chunk k
    would then not be the chunk k that the client has.
    """
    if run.rpartition(".")[2] != _digest(jobs):
        message = "This is not the run that began, or its lesson has changed since; open it anew."
        raise Refusal("changed", message, "run")
    return run


def _digest(jobs: Mapping[int, Job]) -> str:
    """Differs as soon as a slot, its job or anything that makes its trace does."""
    keys = "".join(f"{slot}:{key_of(job)} " for slot, job in sorted(jobs.items()))
    return hashlib.sha256(keys.encode()).hexdigest()[:16]
