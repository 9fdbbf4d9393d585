"""The pages of a class: to join, to follow, to lead, to look at the results.

No page holds a secret: a host's or a student's is kept by the browser, and a host's link carries it
behind the ``#``, which browsers do not send. What the templates get, besides ``csp_nonce``:

- ``class_join.html``: ``code`` as it was given, ``title`` of the class or empty, and both as
  ``class_page``.
- ``stage.html``: ``lesson`` and ``classes`` as on the lesson's own page, and ``class_page``:
  ``code``, ``title``, ``role``, ``join`` (the absolute address) and, for the host, ``lessons``.
- ``class_present.html``: ``lesson`` and ``class_page`` in the same way.
- ``class_report.html``: ``class_page`` with the ``code`` and, by lesson, the ``titles`` of it and
  of its versions.
"""

from __future__ import annotations

import io
from contextlib import suppress
from typing import Any

import segno
from flask import Flask, Response, render_template, request
from flask.typing import ResponseReturnValue

from visualizer.classroom import Session
from visualizer.course import Library

from .class_options import ClassOptions
from .desk import lesson_of
from .door import Door
from .gate import own_address
from .lesson_data import page_data
from .messages import Refusal
from .presence import Role

#: Modules of white around a QR code, without which cameras do not see it.
QUIET_ZONE = 4


def attach(app: Flask, library: Library, door: Door, options: ClassOptions) -> None:
    """The addresses that a person opens."""
    catalogue = library.catalogue

    def join_address(code: str) -> str:
        return f"{options.public_url or own_address(request.environ)}/j/{code}"

    def page_of(session: Session, role: Role) -> dict[str, Any]:
        page: dict[str, Any] = {
            "code": session.code,
            "title": session.title,
            "role": role,
            "join": join_address(session.code),
        }
        if role != "student":
            page["lessons"] = [
                {"id": lesson.id, "title": lesson.title, "chapter_title": lesson.chapter_title}
                for lesson in catalogue.lessons.values()
            ]
        return page

    def results_page(code: str) -> dict[str, Any]:
        titles = {
            lesson.id: {"": lesson.title, **{each.id: each.title for each in lesson.variants}}
            for lesson in catalogue.lessons.values()
        }
        return {"code": code[:20], "titles": titles}

    def show(template: str, code: str, role: Role) -> str:
        session = door.session(_address(), code)
        return render_template(
            template,
            lesson=page_data(lesson_of(catalogue, session.scene.lesson), library),
            classes=options.for_pages(),
            class_page=page_of(session, role),
        )

    @app.get("/join", defaults={"code": ""}, endpoint="join")
    @app.get("/j/<code>", endpoint="join")
    def join(code: str) -> ResponseReturnValue:
        title = ""
        if code:
            # The form says what is wrong with a code, once it is sent with it.
            with suppress(Refusal):
                title = door.session(_address(), code).title
        shown = {"code": code[:20], "title": title}
        return render_template("class_join.html", **shown, class_page=shown)

    @app.get("/class/<code>")
    def class_stage(code: str) -> ResponseReturnValue:
        return show("stage.html", code, "student")

    @app.get("/host/<code>")
    def class_host(code: str) -> ResponseReturnValue:
        return show("stage.html", code, "host")

    @app.get("/present/<code>")
    def class_present(code: str) -> ResponseReturnValue:
        return show("class_present.html", code, "present")

    @app.get("/report/<code>")
    def class_report(code: str) -> ResponseReturnValue:
        return render_template("class_report.html", class_page=results_page(code))

    @app.get("/classes/<code>/qr.svg")
    def class_qr(code: str) -> ResponseReturnValue:
        session = door.session(_address(), code)
        return Response(qr_code(join_address(session.code)), mimetype="image/svg+xml")


def qr_code(text: str) -> bytes:
    """A QR code as SVG that scales: dark on white in every theme, with its quiet zone."""
    picture = io.BytesIO()
    segno.make(text, error="m", micro=False).save(
        picture,
        kind="svg",
        border=QUIET_ZONE,
        dark="#000",
        light="#fff",
        omitsize=True,
        xmldecl=False,
        svgclass=None,
        lineclass=None,
    )
    return picture.getvalue()


def _address() -> str:
    return request.remote_addr or ""
