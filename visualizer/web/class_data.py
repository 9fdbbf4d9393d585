"""Data about classes over HTTP: starting one, joining, leaving, and its results."""

from __future__ import annotations

from typing import get_args

import msgspec
from flask import Flask, Response, request
from flask.typing import ResponseReturnValue

from visualizer.classroom.results import Table
from visualizer.classroom.shapes import Scene, Slot
from visualizer.lessons import Catalogue, Lesson

from .class_asking import Asking
from .class_messages import Join, Start
from .class_options import ClassOptions
from .desk import lesson_of
from .door import Door
from .gate import same_origin
from .hall import Hall
from .messages import Refusal, read
from .quiz import body_of

#: Variants on the stage of a class that was started without saying which.
USUAL = 2
#: What tells spreadsheets that a file is UTF-8.
MARK = "\ufeff"


def attach(
    app: Flask,
    catalogue: Catalogue,
    asking: Asking,
    door: Door,
    hall: Hall,
    options: ClassOptions,
) -> None:
    """The addresses that a page's script asks."""

    @app.post("/classes")
    def class_start() -> ResponseReturnValue:
        _only_own_pages()
        given = read(body_of("A class"), Start, "A class")
        options.check_start(_address(), given.password)
        lesson = lesson_of(catalogue, given.lesson)
        scene = given.scene or usual_scene(lesson)
        if scene.lesson != lesson.id:
            raise Refusal("invalid", "scene.lesson has to be the class's lesson.", "scene.lesson")
        started = options.register.start(given.title or lesson.title, asking.check(scene))
        code = started.code
        place = {"host": f"/host/{code}", "join": f"/j/{code}"}
        return {"code": code, "secret": started.secret, **place}, 201

    @app.post("/classes/<code>/join")
    def class_join(code: str) -> ResponseReturnValue:
        _only_own_pages()
        given = read(body_of("A seat"), Join, "A seat")
        session = door.session(_address(), code, given.key)
        seat = session.admit(given.key, given.name)
        live = hall.find(session)
        if live is not None:
            live.seat_changed(seat.seat)
        return {"seat": seat.seat, "name": seat.name, "code": session.code}

    @app.delete("/classes/<code>/seat")
    def class_leave(code: str) -> ResponseReturnValue:
        _only_own_pages()
        key = _bearer()
        try:
            session = door.session(_address(), code, key)
            seat = session.seat_of(key).seat
        except Refusal as refusal:
            if refusal.code not in ("no_class", "removed"):
                raise
            try:  # a class that is over, or that has sent the student away
                options.register.forget(code, key)
            except Refusal as nothing:
                raise refusal from nothing  # the same words whether there was such a class or not
        else:
            hall.remove(session, seat, "forgotten", session.forget(seat))
        return {}

    @app.get("/classes/<code>/results.json")
    def class_results(code: str) -> ResponseReturnValue:
        results = door.results(_address(), code, _bearer())
        return Response(msgspec.json.encode(results.plain()), mimetype="application/json")

    @app.get("/classes/<code>/results.csv")
    def class_table(code: str) -> ResponseReturnValue:
        table = _table(request.args.get("table", "answers"))
        results = door.results(_address(), code, _bearer())
        response = Response(MARK + results.csv(table), mimetype="text/csv")
        name = f"class-{table}.csv"
        response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
        return response


def usual_scene(lesson: Lesson) -> Scene:
    """What a lesson's stage shows when nobody has chosen."""
    return Scene(
        lesson=lesson.id, slots=[Slot(variant=variant.id) for variant in lesson.variants[:USUAL]]
    )


def _table(text: str) -> Table:
    known: tuple[Table, ...] = get_args(Table)
    for table in known:
        if table == text:
            return table
    raise Refusal("invalid", f"table has to be one of {', '.join(known)}.", "table")


def _bearer() -> str:
    """The secret that came with the request, or an empty text."""
    kind, _, secret = request.headers.get("Authorization", "").partition(" ")
    return secret.strip() if kind.lower() == "bearer" else ""


def _only_own_pages() -> None:
    if not same_origin(request.environ):
        raise Refusal("foreign", "Only pages of this server may do this.", status=403)


def _address() -> str:
    return request.remote_addr or ""
