"""Static files: style sheets and modules by the dozen as one answer, which a browser keeps.

``css/base+stage.css`` is two sheets; ``js/page+main.js`` these two modules and all that they import
(``combine``). Their addresses name what they contain (``?v=…``), so a browser keeps them for good
and asks again only for another. Any other file is kept too, but asked for each time. Its ETag is
made of what it contains: the times of files in an installed wheel are all equal, so a time would
keep yesterday's module after an upgrade.

Our own modules and sheets are sent without their comments, a quarter of what travels, and
compressed once for all who ask. Every line of a single module stays where it is.
"""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Callable
from functools import lru_cache
from mimetypes import add_type, guess_type
from pathlib import PurePosixPath
from typing import Any, NamedTuple, cast

import brotli
from flask import Flask, Response, request, url_for
from werkzeug.exceptions import NotFound
from werkzeug.security import safe_join

from .modules import VENDORED, State, combined, content_of, modules_of, state_of

#: How hard it is compressed; the next higher step of Brotli takes ten times as long for 5%.
_LEVEL = 9
_ENCODINGS: dict[str, Callable[[bytes], bytes]] = {
    "br": lambda content: brotli.compress(content, quality=_LEVEL),
    "gzip": lambda content: gzip.compress(content, _LEVEL, mtime=0),
}
#: What gets smaller by it.
_TEXTS = (".js", ".css", ".svg", ".txt")
_FOR_GOOD = "public, max-age=31536000, immutable"


class Content(NamedTuple):
    """What an address gives: these files, as one text."""

    states: tuple[State, ...]
    suffix: str
    is_combined: bool = False

    @property
    def tag(self) -> str:
        """What they contain, in few letters."""
        return _tag(self)

    def body(self) -> bytes:
        if self.is_combined:
            return combined(self.states).text.encode()
        return b"\n".join(map(content_of, self.states))


def attach(app: Flask) -> None:
    """Serve the folder ``static`` under ``/static``, as the endpoint ``static``.

    Templates get ``sheets("base", "stage")``, the address of these style sheets as one;
    ``module("page", "main")``, that of these modules; and ``import_map("page", "main")``, which
    tells a browser where to find each of them.
    """
    # Some systems map these to other types, and a browser then refuses a module.
    add_type("text/javascript", ".js")
    add_type("font/woff2", ".woff2")

    def static(filename: str) -> Response:
        content = content_at(filename)
        if module := request.args.get("of"):
            return _facade(content, module, url_for("static", filename=filename, v=content.tag))
        is_text = content.suffix in _TEXTS
        encoding = _accepted() if is_text else ""
        response = Response(_body(content, encoding), mimetype=guess_type(filename)[0])
        response.set_etag(f"{content.tag}-{encoding}" if encoding else content.tag)
        if encoding:
            response.headers["Content-Encoding"] = encoding
        if is_text:
            response.vary.add("Accept-Encoding")
        is_named = request.args.get("v") == content.tag
        response.headers["Cache-Control"] = _FOR_GOOD if is_named else "no-cache"
        return cast(Response, response.make_conditional(request))

    app.add_url_rule("/static/<path:filename>", endpoint="static", view_func=static)

    def address(filename: str) -> str:
        return url_for("static", filename=filename, v=content_at(filename).tag)

    def sheets(*names: str) -> str:
        return address(f"css/{'+'.join(names)}.css")

    def module(*names: str) -> str:
        return address(f"js/{'+'.join(names)}.js")

    def import_map(*names: str) -> dict[str, Any]:
        filename = f"js/{'+'.join(names)}.js"
        content = content_at(filename)
        places = {file: url_for("static", filename=file) for file in VENDORED.values()}
        own: dict[str, str] = {}
        if content.is_combined:
            for name in (whole := combined(content.states)).names:
                of = None if whole.is_plain(name) else name  # None is left out
                place = url_for("static", filename=filename, v=content.tag, of=of)
                if name in places:
                    places[name] = place
                else:
                    own[url_for("static", filename=name)] = place
        return {"imports": {name: places[file] for name, file in VENDORED.items()} | own}

    app.jinja_env.globals.update(sheets=sheets, module=module, import_map=import_map)


def content_at(filename: str) -> Content:
    """What lies there, below the folder. Raises ``NotFound``."""
    path = PurePosixPath(filename)
    names = [filename]
    if "+" in path.stem and path.suffix in (".css", ".js") and len(path.parts) == 2:
        names = [f"{path.parent}/{stem}{path.suffix}" for stem in path.stem.split("+")]
    try:
        if any(safe_join(".", name) is None for name in names):
            raise NotFound
        if path.suffix == ".js" and len(names) > 1:
            return Content(tuple(modules_of(names)), ".js", is_combined=True)
        return Content(tuple(map(state_of, names)), path.suffix)
    except FileNotFoundError:
        raise NotFound from None


def _facade(content: Content, module: str, address: str) -> Response:
    """The names of one of the combined modules, from the whole at this address."""
    if not content.is_combined or module not in (whole := combined(content.states)).names:
        raise NotFound
    response = Response(whole.facade(module, address), mimetype="text/javascript")
    response.headers["Cache-Control"] = "no-cache"
    return response


def _accepted() -> str:
    """The best of the encodings that the browser takes; "" is none."""
    return request.accept_encodings.best_match(_ENCODINGS, default="") or ""


@lru_cache(maxsize=256)
def _body(content: Content, encoding: str) -> bytes:
    body = content.body()
    return _ENCODINGS[encoding](body) if encoding else body


@lru_cache(maxsize=256)
def _tag(content: Content) -> str:
    return hashlib.sha256(content.body()).hexdigest()[:20]
