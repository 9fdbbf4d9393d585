"""Downloads: a run in each of the formats of ``visualizer.trace.exports``.

``GET /s/<lesson>/export/<variant>.<ending>?p.NAME=VALUE&seed=N`` runs what the stage would run,
with the same cache, limits and refusals. A page of another site may lead a reader here, but not
fetch: it could not read the answer, yet have a program run for each request.
"""

from __future__ import annotations

import re

from flask import Flask, Response, request
from flask.typing import ResponseReturnValue

from visualizer.lab.errors import LabError
from visualizer.lessons import Catalogue
from visualizer.trace import Trace
from visualizer.trace.exports import FORMATS, Format

from .chunks import Runs
from .desk import job_of, lesson_of
from .messages import Refusal
from .wishes import strictly


def attach(app: Flask, catalogue: Catalogue, runs: Runs) -> None:
    """The one address for downloads, as the endpoint ``export``."""

    @app.get("/s/<lesson_id>/export/<name>")
    def export(lesson_id: str, name: str) -> ResponseReturnValue:
        if is_foreign():
            raise Refusal("foreign", "Only pages of this server may fetch this.", status=403)
        lesson = lesson_of(catalogue, lesson_id)
        variant, format_ = named(name)
        wishes = strictly(request.args, lesson)
        try:
            job = job_of(lesson, variant, wishes.parameters, wishes.seed)
        except Refusal as refusal:
            if refusal.code == "unknown_variant":
                refusal.status = 404
            raise
        try:
            trace = runs.run(job)
        except LabError as error:
            raise Refusal(error.code, error.where(), status=422) from error
        return download(trace, format_)


def named(name: str) -> tuple[str, Format]:
    """``thread.chrome.json`` as a variant and a format. Raises ``Refusal``."""
    fitting = [each for each in FORMATS.values() if name.endswith(f".{each.extension}")]
    if not fitting:
        known = ", ".join(each.extension for each in FORMATS.values())
        message = f"There is no such format; there are {known}."
        raise Refusal("unknown_format", message, "format", status=404)
    format_ = max(fitting, key=lambda each: len(each.extension))
    return name.removesuffix(f".{format_.extension}"), format_


def download(trace: Trace, format_: Format) -> Response:
    """The trace as a file to save."""
    response = Response(format_.write(trace), mimetype=format_.mimetype)
    name = re.sub(r"[^\w.-]+", "_", f"{trace.scenario}-{trace.variant}.{format_.extension}")
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response


def is_foreign() -> bool:
    """Whether a page of another site has its reader's browser ask, without the reader knowing."""
    site = request.headers.get("Sec-Fetch-Site", "none")
    return site in ("cross-site", "same-site") and (
        request.headers.get("Sec-Fetch-Dest") != "document"
    )
