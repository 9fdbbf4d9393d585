"""What a user's request carries and what an answer holds: forms, JSON, files, hidden fields."""

from __future__ import annotations

import json
from collections.abc import Callable
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlencode

from .exchange import Response
from .job import Upload, UserRequest

_BOUNDARY = "----meanwhile-boundary"


def body_of(wish: UserRequest, fill: Callable[[str], str]) -> tuple[bytes, str | None]:
    """The body of a request, and its type. ``fill`` puts what was saved into a text."""
    if wish.json is not None:
        return fill(json.dumps(wish.json)).encode(), "application/json"
    form = {key: fill(value) for key, value in (wish.form or {}).items()}
    if wish.files:
        return _multipart(form, wish.files), f"multipart/form-data; boundary={_BOUNDARY}"
    if wish.form is not None:
        return urlencode(form).encode(), "application/x-www-form-urlencoded"
    return b"", None


def _multipart(form: dict[str, str], files: dict[str, Upload]) -> bytes:
    parts = [(f'name="{_quoted(key)}"', value.encode()) for key, value in form.items()]
    for key, file in files.items():
        head = f'name="{_quoted(key)}"; filename="{_quoted(file.name)}"'
        content = file.text.encode() if file.size is None else b"\0" * file.size
        parts.append((f"{head}\r\nContent-Type: application/octet-stream", content))
    lines = [
        f"--{_BOUNDARY}\r\nContent-Disposition: form-data; {head}\r\n\r\n".encode() + content
        for head, content in parts
    ]
    return b"\r\n".join([*lines, f"--{_BOUNDARY}--\r\n".encode()])


def _quoted(text: str) -> str:
    """As browsers write it into a header."""
    return text.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")


def values_of(response: Response) -> dict[str, Any]:
    """What can be saved from an answer: the keys of its JSON, or its form's hidden fields."""
    kind = response.header("Content-Type") or ""
    if "html" in kind:
        reader = _HiddenFields()
        reader.feed(response.body.decode("utf-8", "replace"))
        return reader.found
    if "json" not in kind:
        return {}
    try:
        answer = json.loads(response.body)
    except ValueError:
        return {}
    return answer if isinstance(answer, dict) else {}


class _HiddenFields(HTMLParser):
    """Collects ``<input type="hidden" name=… value=…>``."""

    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, Any] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        of = dict(attrs)
        if tag == "input" and of.get("type") == "hidden" and of.get("name"):
            self.found[str(of["name"])] = of.get("value") or ""
