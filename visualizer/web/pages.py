"""The pages: the catalogue, a lesson's stage, and a word for those who watch the server.

What the templates get, besides ``csp_nonce``:

- ``catalogue.html``: ``chapters``, each with ``id``, ``title`` and ``lessons``; a lesson has
  ``id``, ``title``, ``summary``, ``variants``, ``level`` and ``minutes``. ``broken`` maps the names
  of folders to their mistakes. ``classes`` as for the stage.
- ``stage.html``: ``lesson``, the plain data of ``Lesson.page()``, and ``classes``: ``password``
  says whether starting a class needs one. Pages of a class add to it (``class_pages``).
- ``error.html``: ``status``, ``title``, ``message``.
"""

from __future__ import annotations

from itertools import groupby
from typing import Any

from flask import Flask, render_template
from flask.typing import ResponseReturnValue

import visualizer
from visualizer.course import Library
from visualizer.course.ways import TITLES, navigation
from visualizer.lessons import Catalogue, Lesson

from .class_options import ClassOptions
from .desk import lesson_of
from .lesson_data import page_data, with_experiments
from .messages import Refusal
from .streams import Streams

#: The ways of a lesson that are shown on the stage; "Break it" is a page to read.
STAGE_WAYS = ("watch", "predict", "change-it", "recall")


def attach(app: Flask, library: Library, streams: Streams, classes: ClassOptions) -> None:
    """``/`` (endpoint ``index``), ``/s/<lesson>/<way>`` (``stage``) and ``/healthz``.

    ``/s/<lesson>`` is its way ``watch``."""
    catalogue = library.catalogue

    @app.get("/")
    def index() -> ResponseReturnValue:
        return render_template(
            "catalogue.html",
            chapters=_chapters(catalogue),
            broken=catalogue.broken,
            classes=classes.for_pages(),
        )

    @app.get("/s/<lesson>", defaults={"way": "watch"})
    @app.get(f"/s/<lesson>/<any({', '.join(map(repr, STAGE_WAYS))}):way>")
    def stage(lesson: str, way: str) -> ResponseReturnValue:
        found = lesson_of(catalogue, lesson)
        if way not in found.ways:
            message = f"The lesson {found.id} has no {TITLES[way]!r} yet."
            raise Refusal("unknown_way", message, "way", status=404)
        page = page_data(found, library)
        if way == "change-it":
            page = with_experiments(page, found, library)
        return render_template(
            "stage.html",
            lesson=page,
            way=way,
            ways=navigation(catalogue, found.chapter, found, way),
            classes=classes.for_pages(),
        )

    @app.get("/healthz")
    def healthz() -> ResponseReturnValue:
        connections, runs = streams.count()
        return {
            "status": "ok",
            "version": visualizer.__version__,
            "lessons": len(catalogue.lessons),
            "connections": connections,
            "runs": runs,
            "classes": len(classes.register.sessions()),
        }


def _chapters(catalogue: Catalogue) -> list[dict[str, Any]]:
    in_order = groupby(
        catalogue.lessons.values(), lambda lesson: (lesson.chapter, lesson.chapter_title)
    )
    return [
        {"id": id, "title": title, "lessons": [_entry(lesson) for lesson in lessons]}
        for (id, title), lessons in in_order
    ]


def _entry(lesson: Lesson) -> dict[str, Any]:
    return {
        "id": lesson.id,
        "title": lesson.title,
        "summary": lesson.text.summary(),
        "variants": lesson.variants,
        "level": lesson.level,
        "minutes": lesson.minutes,
    }
