"""A lesson's stage for pages of other sites: ``<iframe src="…/embed/<lesson>?…">``.

The query is that of the stage (docs/exports.md). The page
needs no cookie, no storage and no socket: it brings its runs along. It runs sandboxed wherever it
stands, as its own policy asks for it, so its origin is nobody's: it can read nothing of this
server, and the gate lets no socket of it in. Any site may show it, and nothing else of this server.
"""

from __future__ import annotations

from typing import Any

from flask import Flask, render_template, request, url_for
from flask.typing import ResponseReturnValue

from visualizer.lab.errors import LabError
from visualizer.lessons import Catalogue, Lesson

from . import recorded
from .chunks import Runs
from .desk import job_of, lesson_of
from .messages import Refusal
from .nearest import elsewhere, said
from .wishes import Wishes, nearly, variants


def attach(app: Flask, catalogue: Catalogue, runs: Runs) -> None:
    """``/embed/<lesson>``, as the endpoint ``embed``."""

    @app.get("/embed/<lesson_id>")
    def embed(lesson_id: str) -> ResponseReturnValue:
        if other := elsewhere(catalogue, lesson_id, None):
            return other
        lesson = lesson_of(catalogue, lesson_id)
        asked, dropped = variants(request.args, lesson)
        wishes, notices = nearly(request.args, lesson, len(asked))
        slots = [
            _slot(lesson, variant, wish, runs) for variant, wish in zip(asked, wishes, strict=True)
        ]
        whole = url_for("stage", lesson=lesson_id, _external=True)
        query = request.query_string.decode("ascii", "replace")
        return render_template(
            "recorded.html",
            lesson={**lesson.page(), "quiz": []},
            record=recorded.data(slots, [*said(lesson.title), *dropped, *notices], sealed=True),
            whole=f"{whole}?{query}" if query else whole,
        )


def _slot(lesson: Lesson, variant: str, wishes: Wishes, runs: Runs) -> dict[str, Any]:
    title = lesson.variant(variant).title
    asked = {"parameters": wishes.parameters, "seed": wishes.seed}
    try:
        job = job_of(lesson, variant, dict(wishes.parameters), wishes.seed)
        return recorded.slot(runs.run(job), title) | asked
    except Refusal as refusal:
        fault: dict[str, Any] = refusal.fault()
    except LabError as error:
        fault = {"code": error.code, "message": error.message, "file": error.file}
        fault["line"] = error.line
    return {"variant": variant, "title": title, "clock": "virtual", "error": fault} | asked
