"""A web server's side of one connection (RFC 9112): every request gets the same answer.

It keeps the connection open as HTTP/1.1 does, reads bodies with a length and in chunks, and knows
HEAD.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from .talk import Answer, Verdict, Work


@dataclass(frozen=True)
class Canned:
    """The answer to every request: ``text``, or else ``json``, with this status."""

    status: int = 200
    json: Any = None
    text: str | None = None

    def body(self) -> tuple[str, bytes]:
        """The type of the content, and the content."""
        if self.text is not None:
            return "text/plain; charset=utf-8", self.text.encode()
        value = {"status": "ok"} if self.json is None else self.json
        return "application/json", json.dumps(value).encode()


@dataclass(frozen=True)
class Request(Work):
    """A request that was read to its end."""

    method: str = "GET"
    keep_alive: bool = True


class Http:
    """See ``talk.Talk``."""

    def __init__(self, name: str, canned: Canned) -> None:
        self.over = False
        self._canned = canned
        self._heard = bytearray()
        self._went_on = False

    def greeting(self) -> bytes:
        return b""

    def hear(self, data: bytes) -> None:
        self._heard += data

    def next(self) -> bytes | Work | None:
        if self.over:
            return None
        try:
            return self._request()
        except ValueError:
            self.over = True
            return b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"

    def _request(self) -> bytes | Work | None:
        """As ``next``. Raises ValueError for what is no HTTP."""
        head, found, rest = self._heard.partition(b"\r\n\r\n")
        if not found:
            return None
        first, *lines = head.decode("latin-1").split("\r\n")
        method, _, target = first.partition(" ")
        path, _, version = target.rpartition(" ")
        if not version.startswith("HTTP/"):
            raise ValueError(f"{first!r} is no request")
        fields = (line.partition(":") for line in lines)
        headers = {name.strip().lower(): value.strip() for name, _, value in fields}
        length = _body_length(headers, bytes(rest))
        if length is None:
            if headers.get("expect", "").lower() == "100-continue" and not self._went_on:
                self._went_on = True
                return b"HTTP/1.1 100 Continue\r\n\r\n"
            return None
        self._heard, self._went_on = rest[length:], False
        wish = headers.get("connection", "").lower()
        keep = wish != "close" if version == "HTTP/1.1" else wish == "keep-alive"
        return Request(f"{method} {path}", method, keep)

    def answer(self, work: Work, verdict: Verdict, wait: float) -> Answer:
        assert isinstance(work, Request)
        canned, more = self._canned, []
        if verdict == "failed":
            canned = Canned(503, {"error": "the service failed"})
        elif verdict == "limited":
            canned = Canned(429, {"error": "too many requests"})
            more = [f"Retry-After: {max(1, math.ceil(wait))}"]
        kind, body = canned.body()
        status = f"{canned.status} {_phrase(canned.status)}".strip()
        head = [
            f"HTTP/1.1 {status}",
            f"Content-Type: {kind}",
            f"Content-Length: {len(body)}",
            *more,
            f"Connection: {'keep-alive' if work.keep_alive else 'close'}",
        ]
        self.over = not work.keep_alive
        data = "\r\n".join([*head, "", ""]).encode() + (b"" if work.method == "HEAD" else body)
        return Answer(data, status)


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""


def _body_length(headers: dict[str, str], rest: bytes) -> int | None:
    """How many bytes of ``rest`` are the request's body, None while it is not all there."""
    if "chunked" in headers.get("transfer-encoding", "").lower():
        return _chunked_length(rest)
    length = int(headers.get("content-length", "0"))
    return length if len(rest) >= length else None


def _chunked_length(rest: bytes) -> int | None:
    at = 0
    while True:
        end = rest.find(b"\r\n", at)
        if end < 0:
            return None
        digits = rest[at:end].partition(b";")[0].strip()
        size = int(digits or b"0", 16)
        at = end + 2 + size + 2
        if len(rest) < at:
            return None
        if not size:
            return at
