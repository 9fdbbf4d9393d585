"""Pages that could not be shown: one clear sentence each, in ``templates/error.html``.

The template gets ``status`` (a number), ``title`` and ``message``. Requests for data get the same
sentence as ``{error: {code, message, field}}``.
"""

from __future__ import annotations

import logging

from flask import Flask, Response, jsonify, make_response, render_template, request
from werkzeug.exceptions import HTTPException

from .messages import Refusal, SlowDown

log = logging.getLogger(__name__)

_SENTENCES = {
    400: ("Not understood", "The browser sent something that this server does not understand."),
    403: ("Not allowed", "This address is only for pages of this server."),
    404: ("Not found", "There is no page at this address."),
    405: ("Not this way", "This address does not take such a request."),
    413: ("Too large", "What was sent is larger than this server takes."),
    415: ("Not understood", "This address takes JSON only."),
    429: ("Too fast", "Wait a little, then try again."),
    500: ("Our mistake", "The server made a mistake while making this page; it has been logged."),
}


def attach(app: Flask) -> None:
    """Answer refusals, HTTP errors and exceptions of the application."""
    app.register_error_handler(Refusal, _refused)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _failed)


def _refused(refusal: Refusal) -> Response:
    title = _SENTENCES.get(refusal.status, _SENTENCES[400])[0]
    return _answer(refusal, title)


def _http(error: HTTPException) -> Response:
    if error.response is not None or error.code is None or error.code < 400:
        return make_response(error.get_response())
    title, message = _SENTENCES.get(error.code, (error.name, f"{error.name}."))
    code = error.name.lower().replace(" ", "_")
    response = _answer(Refusal(code, message, status=error.code), title)
    for name, value in error.get_headers():
        if name == "Allow":
            response.headers[name] = value
    return response


def _failed(_: Exception) -> Response:
    log.exception("%s %s failed", request.method, request.path)
    title, message = _SENTENCES[500]
    return _answer(Refusal("internal", message, status=500), title)


def _answer(refusal: Refusal, title: str) -> Response:
    if wants_data():
        response = jsonify(refusal.answer())
    else:
        page = render_template(
            "error.html", status=refusal.status, title=title, message=refusal.message
        )
        response = make_response(page)
    response.status_code = refusal.status
    if isinstance(refusal, SlowDown):
        response.headers["Retry-After"] = str(refusal.seconds)
    return response


def wants_data() -> bool:
    """Whether this request is a script's, which is answered with JSON, and not a page's."""
    return (
        request.method != "GET"
        or request.path.startswith("/classes/")
        or request.accept_mimetypes.best == "application/json"
    )
