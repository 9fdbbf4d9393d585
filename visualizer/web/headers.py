"""Headers of every answer: what a page may load, and who may keep it.

Everything comes from this server, and no other site may show or read it. There are two exceptions:
the page of ``embed``, which any site may show, sandboxed, and the static files that such a page
loads, from an origin that is nobody's. An inline script runs only with the nonce of its page, which
templates get as ``csp_nonce``. Pages are not kept by the browser, since their nonce is good for one
answer only; static files are kept and asked for again by their ETag.
"""

from __future__ import annotations

import secrets
from typing import Any

from flask import Flask, Response, g, request

_EMBEDDED = {"Referrer-Policy": "no-referrer"}
_SANDBOX = "sandbox allow-scripts allow-popups allow-popups-to-escape-sandbox"
_DOCUMENTS = frozenset({"text/html", "image/svg+xml"})
_PAGES = {
    "X-Frame-Options": "SAMEORIGIN",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}


def attach(app: Flask) -> None:
    """Give every answer its headers and every template its nonce."""
    app.context_processor(_for_templates)
    app.after_request(_add)


def nonce() -> str:
    """The nonce of this answer, made when it is first asked for."""
    if "nonce" not in g:
        g.nonce = secrets.token_urlsafe(16)
    value: str = g.nonce
    return value


def policy(embedded: bool = False) -> str:
    """The content security policy of this answer; ``embedded``: for any site to show."""
    script = f"script-src 'self' 'nonce-{g.nonce}'" if "nonce" in g else "script-src 'self'"
    return "; ".join(
        (
            "default-src 'none'",
            script,
            "style-src 'self'",
            "img-src 'self' data:",
            "font-src 'self'",
            "connect-src 'none'" if embedded else "connect-src 'self'",
            "manifest-src 'self'",
            "base-uri 'none'",
            "form-action 'self'",
            *(("frame-ancestors *", _SANDBOX) if embedded else ("frame-ancestors 'self'",)),
        )
    )


def _for_templates() -> dict[str, Any]:
    return {"csp_nonce": nonce()}


def _add(response: Response) -> Response:
    headers = {"X-Content-Type-Options": "nosniff"}
    static = request.endpoint == "static"
    embedded = request.endpoint == "embed" and response.status_code == 200
    if embedded:
        headers |= _EMBEDDED
        headers["Content-Security-Policy"] = policy(embedded=True)
    elif not static or response.mimetype in _DOCUMENTS:
        # A policy says nothing about a script or a style sheet, and the stage has fifty of them:
        # its headers would weigh a fifth of what they come with.
        headers |= _PAGES
        headers["Content-Security-Policy"] = policy()
    if not static:
        headers["Cache-Control"] = "no-store"
        if not embedded:
            headers["Cross-Origin-Resource-Policy"] = "same-origin"
    elif "Origin" in request.headers:
        headers["Access-Control-Allow-Origin"] = "*"
    for name, value in headers.items():
        response.headers.setdefault(name, value)
    return response
