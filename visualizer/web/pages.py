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

import re
from itertools import groupby
from typing import Any

from flask import Flask, render_template
from flask.typing import ResponseReturnValue
from markupsafe import Markup

import visualizer
from visualizer.lessons import Catalogue, Lesson

from .class_options import ClassOptions
from .desk import lesson_of
from .streams import Streams


def attach(app: Flask, catalogue: Catalogue, streams: Streams, classes: ClassOptions) -> None:
    """``/`` (endpoint ``index``), ``/s/<lesson>`` (``stage``) and ``/healthz``."""

    @app.get("/")
    def index() -> ResponseReturnValue:
        return render_template(
            "catalogue.html",
            chapters=_chapters(catalogue),
            broken=catalogue.broken,
            classes=classes.for_pages(),
        )

    @app.get("/s/<lesson>")
    def stage(lesson: str) -> ResponseReturnValue:
        page = lesson_of(catalogue, lesson).page()
        return render_template("stage.html", lesson=page, classes=classes.for_pages())

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
        "summary": _summary(lesson.text_html),
        "variants": lesson.variants,
        "level": lesson.level,
        "minutes": lesson.minutes,
    }


def _summary(html: str) -> str:
    """The first paragraph of a text, without its markup."""
    found = re.search(r"<p>(.*?)</p>", html, re.DOTALL)
    return str(Markup(found[1]).striptags()) if found else ""
