"""Static files. A browser keeps them and asks each time whether they are still the same.

Their ETag is made of what they contain: the times of files in an installed wheel are all equal, so
a time would keep yesterday's module after an upgrade.

Our own modules and style sheets are sent without their comments, which are a quarter of what
travels. Every line stays where it is, so an error in the browser names the line of the source.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache
from mimetypes import add_type, guess_type
from pathlib import Path
from typing import cast

from flask import Flask, Response, request, url_for
from werkzeug.exceptions import NotFound
from werkzeug.security import safe_join

from visualizer.resources import folder

from .lean import KINDS, lean
from .modules import VENDORED, modules_of


def attach(app: Flask) -> None:
    """Serve the folder ``static`` under ``/static``, as the endpoint ``static``.

    Templates get ``sheets("base", "stage")``, the address of these style sheets as one, and
    ``modules("js/main.js")``, the addresses of all modules that this one needs."""
    # Some systems map these to other types, and a browser then refuses a module.
    add_type("text/javascript", ".js")
    add_type("font/woff2", ".woff2")
    root = str(folder("static"))

    def static(filename: str) -> Response:
        paths = [_path(root, name) for name in parts(filename)]
        states = [(path, path.stat().st_mtime_ns, path.stat().st_size) for path in paths]
        contents = [_content(*state) for state in states]
        response = Response(b"\n".join(contents), mimetype=guess_type(paths[0].name)[0])
        tags = [fingerprint(*state) for state in states]
        tag = tags[0] if len(tags) == 1 else hashlib.sha256("".join(tags).encode()).hexdigest()[:20]
        response.set_etag(tag)
        response.headers["Cache-Control"] = "no-cache"
        return cast(Response, response.make_conditional(request))

    app.add_url_rule("/static/<path:filename>", endpoint="static", view_func=static)

    def sheets(*names: str) -> str:
        return url_for("static", filename=f"css/{'+'.join(names)}.css")

    def modules(entry: str) -> list[str]:
        return [url_for("static", filename=name) for name in modules_of(entry, VENDORED)]

    app.jinja_env.globals.update(sheets=sheets, modules=modules, vendored=VENDORED)


def parts(filename: str) -> list[str]:
    """``css/base+stage.css`` are two files; any other name is one."""
    if not filename.startswith("css/") or "+" not in filename:
        return [filename]
    stems = filename.removeprefix("css/").removesuffix(".css").split("+")
    return [f"css/{stem}.css" for stem in stems]


def _path(root: str, name: str) -> Path:
    """The file below the folder. Raises ``NotFound``."""
    joined = safe_join(root, name)
    path = Path(joined) if joined is not None else None
    if path is None or not path.is_file():
        raise NotFound
    return path


@lru_cache(maxsize=1024)
def fingerprint(path: Path, _modified: int, _size: int) -> str:
    """What the file contains, in few letters; read again if its time or size has changed."""
    return hashlib.sha256(path.read_bytes()).hexdigest()[:20]


@lru_cache(maxsize=256)
def _content(path: Path, _modified: int, _size: int) -> bytes:
    """What is sent of the file."""
    content = path.read_bytes()
    return (
        lean(content, path.suffix)
        if path.suffix in KINDS and "vendor" not in path.parts
        else content
    )
