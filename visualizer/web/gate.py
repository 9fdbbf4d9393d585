"""The gate before the sockets: only pages of this very server may open one.

A browser sends the cookies and has the address book of its user wherever a page comes from, so a
foreign page must not speak to a server on its reader's machine. Browsers always name the page's
origin in a WebSocket handshake and in a POST; both are refused here without an origin, or with
another than the address that the request itself went to. A polling GET may lack it: browsers leave
it out for pages of the same server, and nothing can be said with it.

What else the library would take and browsers do not need is turned away too: JSONP, which foreign
pages can read; handshakes of before 2011, which have no bound on a message; per-message
compression, which costs each client memory and the server time.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

from .guard import MAX_MESSAGE, MOST_WAITING

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

PATH = "/socket.io"

log = logging.getLogger(__name__)


def same_origin(environ: Mapping[str, Any]) -> bool:
    """Whether the request names an origin, and it is the address that the request went to.

    A proxy in front says that address in ``X-Forwarded-Proto`` and ``X-Forwarded-Host``; a browser
    sets these for no page that it does not trust.
    """
    origin = environ.get("HTTP_ORIGIN")
    scheme, host = environ["wsgi.url_scheme"], environ.get("HTTP_HOST")
    if not origin or not host:
        return False
    return origin in (f"{scheme}://{host}", own_address(environ))


def own_address(environ: Mapping[str, Any]) -> str:
    """The address to which the browser sent the request, without a path."""
    scheme, host = environ["wsgi.url_scheme"], environ.get("HTTP_HOST") or ""
    outer_scheme = _first(environ.get("HTTP_X_FORWARDED_PROTO")) or scheme
    outer_host = _first(environ.get("HTTP_X_FORWARDED_HOST")) or host
    return f"{outer_scheme}://{outer_host}"


class Gate:
    """WSGI middleware. ``backlog`` says how many messages wait for the client of a session."""

    def __init__(self, app: WSGIApplication, backlog: Callable[[str], int]) -> None:
        self._app = app
        self._backlog = backlog

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        if path == PATH or path.startswith(PATH + "/"):
            environ.pop("HTTP_SEC_WEBSOCKET_EXTENSIONS", None)
            refused = self._refused(environ)
            if refused:
                status, reason = refused
                length = str(len(reason))
                headers = [("Content-Type", "text/plain"), ("Content-Length", length)]
                start_response(status, [*headers, ("Connection", "close")])
                return [reason]
        try:
            return self._app(environ, start_response)
        except OSError:  # the client has gone
            raise
        except Exception:  # the servers below would tell nobody
            log.exception("%s %s failed", environ["REQUEST_METHOD"], path)
            raise

    def _refused(self, environ: WSGIEnvironment) -> tuple[str, bytes] | None:
        query = parse_qs(environ.get("QUERY_STRING", ""))
        method = environ["REQUEST_METHOD"]
        upgrade = "HTTP_UPGRADE" in environ
        speaks = upgrade or method != "GET"
        if not same_origin(environ) and (speaks or environ.get("HTTP_ORIGIN")):
            return "403 Forbidden", b"Only pages of this server may connect."
        if method not in ("GET", "POST") or "j" in query:
            return "400 Bad Request", b"This way of connecting is not offered."
        if upgrade and environ.get("HTTP_SEC_WEBSOCKET_VERSION") != "13":
            return "400 Bad Request", b"Only version 13 of WebSocket is offered."
        if method == "POST":
            length = environ.get("CONTENT_LENGTH") or ""
            if not length.isascii() or not length.isdigit():
                return "411 Length Required", b"A message has a length."
            if int(length) > MAX_MESSAGE:
                return "413 Content Too Large", b"The message is too long."
            if self._backlog(query.get("sid", [""])[0]) > MOST_WAITING:
                return "429 Too Many Requests", b"Fetch the answers first."
        return None


def _first(header: str | None) -> str:
    return (header or "").split(",")[0].strip()
