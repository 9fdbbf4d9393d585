"""Static files. A browser keeps them and asks each time whether they are still the same.

Their ETag is made of what they contain: the times of files in an installed wheel are all equal, so
a time would keep yesterday's module after an upgrade.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path

from flask import Flask, Response, send_file
from werkzeug.exceptions import NotFound
from werkzeug.utils import safe_join

from visualizer.resources import folder


def attach(app: Flask) -> None:
    """Serve the folder ``static`` under ``/static``, as the endpoint ``static``."""
    root = str(folder("static"))

    def static(filename: str) -> Response:
        joined = safe_join(root, filename)
        path = Path(joined) if joined is not None else None
        if path is None or not path.is_file():
            raise NotFound
        state = path.stat()
        etag = fingerprint(path, state.st_mtime_ns, state.st_size)
        response = send_file(path, etag=etag, last_modified=None, conditional=True)
        response.headers["Cache-Control"] = "no-cache"
        del response.headers["Last-Modified"]
        return response

    app.add_url_rule("/static/<path:filename>", endpoint="static", view_func=static)


@lru_cache(maxsize=1024)
def fingerprint(path: Path, _modified: int, _size: int) -> str:
    """What the file contains, in few letters; read again if its time or size has changed."""
    return hashlib.sha256(path.read_bytes()).hexdigest()[:20]
