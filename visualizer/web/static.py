"""Static files. A browser keeps them and asks each time whether they are still the same.

Their ETag is made of what they contain: the times of files in an installed wheel are all equal, so
a time would keep yesterday's module after an upgrade.

Our own modules and style sheets are sent without their comments, which are a quarter of what
travels. Every line stays where it is, so an error in the browser names the line of the source.
"""

from __future__ import annotations

import hashlib
import re
from functools import lru_cache
from mimetypes import add_type, guess_type
from pathlib import Path
from typing import cast

from flask import Flask, Response, request
from werkzeug.exceptions import NotFound
from werkzeug.security import safe_join

from visualizer.resources import folder

#: Comments that begin and end with a line. What stands behind code is left alone.
_BLOCK = re.compile(r"^[ \t]*/\*(?:(?!\*/).)*\*/[ \t]*$", re.DOTALL | re.MULTILINE)
_LINE = re.compile(r"^[ \t]*//.*$", re.MULTILINE)


def attach(app: Flask) -> None:
    """Serve the folder ``static`` under ``/static``, as the endpoint ``static``."""
    # Some systems map these to other types, and a browser then refuses a module.
    add_type("text/javascript", ".js")
    add_type("font/woff2", ".woff2")
    root = str(folder("static"))

    def static(filename: str) -> Response:
        joined = safe_join(root, filename)
        path = Path(joined) if joined is not None else None
        if path is None or not path.is_file():
            raise NotFound
        state = path.stat()
        content = _content(path, state.st_mtime_ns, state.st_size)
        response = Response(content, mimetype=guess_type(path.name)[0])
        response.set_etag(fingerprint(path, state.st_mtime_ns, state.st_size))
        response.headers["Cache-Control"] = "no-cache"
        return cast(Response, response.make_conditional(request))

    app.add_url_rule("/static/<path:filename>", endpoint="static", view_func=static)


@lru_cache(maxsize=1024)
def fingerprint(path: Path, _modified: int, _size: int) -> str:
    """What the file contains, in few letters; read again if its time or size has changed."""
    return hashlib.sha256(path.read_bytes()).hexdigest()[:20]


@lru_cache(maxsize=256)
def _content(path: Path, _modified: int, _size: int) -> bytes:
    """What is sent of the file."""
    if path.suffix not in (".js", ".css") or "vendor" in path.parts:
        return path.read_bytes()
    return without_comments(path.read_text("utf-8"), path.suffix).encode()


def without_comments(text: str, suffix: str) -> str:
    """A module (``.js``) or a style sheet without its comments, each line in its place."""
    text = _BLOCK.sub(lambda comment: "\n" * comment.group().count("\n"), text)
    return _LINE.sub("", text) if suffix == ".js" else text
