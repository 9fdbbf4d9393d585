"""The pages that are read: a chapter in its four ways, a lesson's "Break it", glossary, transcript.

What the templates get, besides ``csp_nonce``:

- ``chapter.html``: ``chapter``, ``way``, ``title`` of the way, ``text`` (HTML), ``headings``,
  ``ways`` (the navigation), ``lessons`` of the chapter and the present ``lesson`` or None.
- ``break_it.html``: ``lesson``, ``pitfalls`` (each with HTML of its text, picture and comparison),
  ``myths`` (questions), ``ways``.
- ``transcript.html``: ``lesson``, ``stories`` (each with ``id``, ``title`` and ``story``, or the
  ``fault`` for which there is none), ``notices``, ``ways``.
- ``glossary.html``: ``terms``.
- ``search.html``, and ``found.html`` for the part of it that changes with each letter: ``query``
  and ``found``.
"""

from __future__ import annotations

from typing import Any

from flask import Flask, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from visualizer.course import Library, render
from visualizer.course.blocks import question
from visualizer.course.markup import code_in
from visualizer.course.pitfalls import pitfall_data
from visualizer.course.search import Index
from visualizer.course.timeline import PATTERNS
from visualizer.course.transcript import story_of
from visualizer.course.ways import TITLES, navigation
from visualizer.lab.errors import LabError
from visualizer.lessons import Lesson
from visualizer.lessons.markup import CHAPTER_WAYS
from visualizer.lessons.runs import RunName, settings_in_words

from .chunks import Runs
from .class_options import ClassOptions
from .desk import chapter_of, lesson_of
from .messages import MAX_SLOTS, Refusal
from .nearest import elsewhere
from .wishes import Wishes, nearly

#: Letters of a search that count.
MOST_LETTERS = 100


def attach(app: Flask, library: Library, runs: Runs, classes: ClassOptions) -> None:
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
        if other := elsewhere(catalogue, id):
            return other
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

    @app.get("/s/<id>/transcript")
    def transcript(id: str) -> ResponseReturnValue:
        if other := elsewhere(catalogue, id):
            return other
        lesson = lesson_of(catalogue, id)
        variants = _wanted(lesson)
        wishes, notices = nearly(request.args, lesson, len(variants))
        return render_template(
            "transcript.html",
            lesson=lesson,
            stories=[
                _story(lesson, place, *wanted, runs)
                for place, wanted in enumerate(zip(variants, wishes, strict=True), 1)
            ],
            notices=notices,
            ways=navigation(catalogue, lesson.chapter, lesson, "watch"),
        )

    app.jinja_env.filters["code"] = lambda words: Markup(code_in(words))
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


def _wanted(lesson: Lesson) -> list[str]:
    """The versions that the address names, or all."""
    known = [variant.id for variant in lesson.variants]
    asked = [id for id in request.args.get("v", "").split(",") if id in known]
    return asked[:MAX_SLOTS] or known


def _story(lesson: Lesson, place: int, variant: str, wishes: Wishes, runs: Runs) -> dict[str, Any]:
    """The story of one run, or why there is none; with its title and its place on the page."""
    settings = tuple((name, str(value)) for name, value in wishes.parameters.items())
    words = settings_in_words(RunName(lesson.id, variant, settings, wishes.seed), lesson)
    title = lesson.variant(variant).title + (f" ({words})" if words else "")
    shown: dict[str, Any] = {"id": f"version-{place}", "title": title}
    try:
        trace = runs.run(lesson.job(variant, wishes.parameters, wishes.seed))
    except LabError as error:
        return {**shown, "story": None, "fault": error.where().partition("\n")[0]}
    return {**shown, "story": story_of(trace)}


def _taken_along(lessons: list[Lesson]) -> Lesson | None:
    """The lesson from which the reader came, or the first of the chapter."""
    wanted = request.args.get("lesson")
    return next((each for each in lessons if each.id == wanted), lessons[0] if lessons else None)
