"""The runs with which a stage opens, fetched by its page beside the scripts that will draw them.

A socket takes five ways there and back before it brings anything, and begins only when the scripts
are there. So the page names this address in its head: ``{slots: [{variant, parameters, seed, title,
listing, chunks, end}]}``, each the fields of what the stream would tell (docs/protocol.md). What is
not in it, the stage asks for through the socket: a run that is long, or that fails.
"""

from __future__ import annotations

from typing import Any

import msgspec
from flask import Flask, Response, request
from flask.typing import ResponseReturnValue

from visualizer.lab.errors import LabError
from visualizer.lessons import Catalogue, Lesson

from .chunks import Shelf
from .desk import job_of, lesson_of, shown
from .messages import Refusal
from .wishes import Wishes, nearly, variants

#: Chunks of a run that come at once; more are better drawn as they come.
MOST_CHUNKS = 4


def attach(app: Flask, catalogue: Catalogue, shelf: Shelf) -> None:
    """``/s/<lesson>/runs``, as the endpoint ``opening``. Its query is that of the stage."""

    @app.get("/s/<lesson>/runs")
    def opening(lesson: str) -> ResponseReturnValue:
        found = lesson_of(catalogue, lesson)
        asked, _ = variants(request.args, found)
        wishes, _ = nearly(request.args, found, len(asked))
        runs = [_run(found, *each, shelf) for each in zip(asked, wishes, strict=True)]
        slots = [run for run in runs if run is not None]
        return Response(msgspec.json.encode({"slots": slots}), mimetype="application/json")


def _run(lesson: Lesson, variant: str, wishes: Wishes, shelf: Shelf) -> dict[str, Any] | None:
    """One run; None where the socket is to tell of it."""
    try:
        job = job_of(lesson, variant, dict(wishes.parameters), wishes.seed)
        told = shown(lesson, variant, job)
        packed = shelf.get(job)
    except (Refusal, LabError):
        return None
    if packed is None or len(packed.chunks) > MOST_CHUNKS:
        return None
    if any("part" in chunk for chunk in packed.chunks):
        return None
    chunks = [chunk["records"] for chunk in packed.chunks]
    return {**told, "seed": wishes.seed, "chunks": chunks, "end": packed.end}
