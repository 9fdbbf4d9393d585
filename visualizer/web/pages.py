"""The pages: the catalogue, a lesson's stage, and a word for those who watch the server.

What the templates get, besides ``csp_nonce``:

- ``catalogue.html``: ``chapters``, each with ``id``, ``title``, ``summary``, ``ways`` (links) and
  ``levels``, which have a ``name`` and ``lessons``; a lesson has ``id``, ``title``, ``summary``,
  ``variants``, ``minutes``, ``builds_on`` (lessons), ``ways``, ``questions`` (how many) and
  ``picture`` (SVG, or None where it has still to be asked for). ``broken`` maps the names of
  folders to their mistakes. ``unknown`` is the lesson that a link asked for in vain, or empty.
  ``classes`` as for the stage.
- ``stage.html``: ``lesson``, the plain data of ``Lesson.page()``, and ``classes``: ``password``
  says whether starting a class needs one; ``query`` of the page's address. Pages of a class add to
  it (``class_pages``).
- ``error.html``: ``status``, ``title``, ``message``.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Any, get_args

from flask import Flask, render_template, request
from flask.typing import ResponseReturnValue

import visualizer
from visualizer.course import Library
from visualizer.course.pictures import picture, picture_at_hand
from visualizer.course.timeline import PATTERNS
from visualizer.course.ways import TITLES, navigation
from visualizer.lessons import Lesson
from visualizer.lessons.format import Level

from .class_options import ClassOptions
from .desk import lesson_of
from .lesson_data import page_data, with_experiments
from .messages import Refusal
from .nearest import MOST, elsewhere
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
            chapters=_chapters(library),
            patterns=PATTERNS,
            broken=catalogue.broken,
            unknown=request.args.get("unknown", "")[:MOST],
            classes=classes.for_pages(),
        )

    @app.get("/s/<lesson>", defaults={"way": "watch"})
    @app.get(f"/s/<lesson>/<any({', '.join(map(repr, STAGE_WAYS))}):way>")
    def stage(lesson: str, way: str) -> ResponseReturnValue:
        if other := elsewhere(catalogue, lesson, way):
            return other
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
            query=request.query_string.decode("ascii", "replace"),
            way=way,
            ways=navigation(catalogue, found.chapter, found, way),
            classes=classes.for_pages(),
        )

    @app.get("/s/<lesson>/picture")
    def lesson_picture(lesson: str) -> ResponseReturnValue:
        return picture(lesson_of(catalogue, lesson), library)

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


def _chapters(library: Library) -> list[dict[str, Any]]:
    catalogue = library.catalogue
    in_order = groupby(
        catalogue.lessons.values(), lambda lesson: (lesson.chapter, lesson.chapter_title)
    )
    return [
        {
            "id": id,
            "title": title,
            "summary": catalogue.chapters[id].summary if id in catalogue.chapters else "",
            "ways": navigation(catalogue, id, None, ""),
            "levels": _levels(list(lessons), library),
        }
        for (id, title), lessons in in_order
    ]


def _levels(lessons: Sequence[Lesson], library: Library) -> list[dict[str, Any]]:
    """The lessons by level, the easiest first."""
    by_level = {
        level: [_entry(each, library) for each in lessons if each.level == level]
        for level in get_args(Level)
    }
    return [{"name": level, "lessons": some} for level, some in by_level.items() if some]


def _entry(lesson: Lesson, library: Library) -> dict[str, Any]:
    known = library.catalogue.lessons
    return {
        "id": lesson.id,
        "title": lesson.title,
        "summary": lesson.summary,
        "variants": lesson.variants,
        "minutes": lesson.minutes,
        "builds_on": [known[name] for name in lesson.table.builds_on if name in known],
        "ways": lesson.ways,
        "questions": len(lesson.quiz),
        "picture": picture_at_hand(lesson, library),
    }
