"""The pages that are read: a chapter in its four ways, a lesson's "Break it", glossary, transcript.

What the templates get, besides ``csp_nonce``:

- ``chapter.html``: ``chapter``, ``way``, ``title`` of the way, ``text`` (HTML), ``headings``,
  ``ways`` (the navigation), ``lessons`` of the chapter and the present ``lesson`` or None.
- ``break_it.html``: ``lesson``, ``pitfalls`` (each with HTML of its text, picture and comparison),
  ``myths`` (questions), ``ways``.
- ``glossary.html``: ``terms``.
- ``search.html``, and ``found.html`` for the part of it that changes with each letter: ``query``
  and ``found``.
"""

from __future__ import annotations

from flask import Flask, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from visualizer.course import Library, render
from visualizer.course.blocks import question
from visualizer.course.pitfalls import pitfall_data
from visualizer.course.search import Index
from visualizer.course.timeline import PATTERNS
from visualizer.course.ways import TITLES, navigation
from visualizer.lessons import Lesson
from visualizer.lessons.markup import CHAPTER_WAYS

from .class_options import ClassOptions
from .desk import chapter_of, lesson_of
from .messages import Refusal

#: Letters of a search that count.
MOST_LETTERS = 100


def attach(app: Flask, library: Library, classes: ClassOptions) -> None:
    """The endpoints ``chapter``, ``break_it``, ``search`` and ``glossary``."""
    catalogue = library.catalogue

    @app.get("/c/<id>/")
    def chapter_start(id: str) -> ResponseReturnValue:
        return redirect(url_for("chapter", id=id, way=CHAPTER_WAYS[0]))

    @app.get("/c/<id>/<way>")
    def chapter(id: str, way: str) -> ResponseReturnValue:
        found = chapter_of(catalogue, id)
        if way not in CHAPTER_WAYS:
            known = ", ".join(CHAPTER_WAYS)
            message = f"A chapter has no way {way[:40]!r}. Known: {known}."
            raise Refusal("unknown_way", message, "way", status=404)
        lessons = catalogue.lessons_of(id)
        lesson = _taken_along(lessons)
        return render_template(
            "chapter.html",
            chapter=found,
            way=way,
            title=TITLES[way],
            text=render(found.texts[way], library, found.questions),
            headings=found.texts[way].headings,
            ways=navigation(catalogue, id, lesson, way),
            lessons=lessons,
            patterns=PATTERNS,
        )

    @app.get("/s/<id>/break-it")
    def break_it(id: str) -> ResponseReturnValue:
        lesson = lesson_of(catalogue, id)
        if "break-it" not in lesson.ways:
            message = f"The lesson {lesson.id} has no {TITLES['break-it']!r} yet."
            raise Refusal("unknown_way", message, "way", status=404)
        return render_template(
            "break_it.html",
            lesson=lesson,
            pitfalls=[pitfall_data(lesson, each, library) for each in lesson.pitfalls],
            myths=[question(each.question(), "True or not?") for each in lesson.myths],
            ways=navigation(catalogue, lesson.chapter, lesson, "break-it"),
            patterns=PATTERNS,
        )

    index = Index(catalogue)

    @app.get("/search")
    def search() -> ResponseReturnValue:
        query = request.args.get("q", "")[:MOST_LETTERS]
        template = "found.html" if "part" in request.args else "search.html"
        return render_template(template, query=query.strip(), found=index.search(query))

    app.jinja_env.globals["can_search"] = True

    @app.get("/glossary")
    def glossary() -> ResponseReturnValue:
        words = catalogue.glossary
        terms = [
            {
                "term": term,
                "text": render(term.text, library),
                "see": [found for word in term.table.see if (found := words.find(word))],
            }
            for term in words.terms.values()
        ]
        return render_template("glossary.html", terms=terms, classes=classes.for_pages())


def _taken_along(lessons: list[Lesson]) -> Lesson | None:
    """The lesson from which the reader came, or the first of the chapter."""
    wanted = request.args.get("lesson")
    return next((each for each in lessons if each.id == wanted), lessons[0] if lessons else None)
