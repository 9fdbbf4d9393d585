"""Static files. A browser keeps them and asks each time whether they are still the same.

Their ETag is made of what they contain: the times of files in an installed wheel are all equal, so
a time would keep yesterday's module after an upgrade.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache
from mimetypes import add_type, guess_type
from pathlib import Path
from typing import cast

from flask import Flask, Response, request
from werkzeug.exceptions import NotFound
from werkzeug.security import safe_join

from visualizer.resources import folder


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
        response = Response(path.read_bytes(), mimetype=guess_type(path.name)[0])
        response.set_etag(fingerprint(path, state.st_mtime_ns, state.st_size))
        response.headers["Cache-Control"] = "no-cache"
        return cast(Response, response.make_conditional(request))

    app.add_url_rule("/static/<path:filename>", endpoint="static", view_func=static)


@lru_cache(maxsize=1024)
def fingerprint(path: Path, _modified: int, _size: int) -> str:
    """What the file contains, in few letters; read again if its time or size has changed."""
    return hashlib.sha256(path.read_bytes()).hexdigest()[:20]
