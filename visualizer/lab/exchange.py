"""One request on its way to the server and its response on the way back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

EVENT_STREAM = "text/event-stream"
"""The type of an answer that consists of server-sent events."""

BODY_SHOWN = 2048
"""Characters of a response's body that a trace keeps."""


@dataclass
class Response:
    """What the server answers. ``headers`` keeps order and repetitions."""

    status: int = 500
    headers: list[tuple[str, str]] = field(default_factory=list)
    body: bytes = b""

    def header(self, name: str) -> str | None:
        """The first value of a header, whatever its case."""
        wanted = name.lower()
        return next((value for key, value in self.headers if key.lower() == wanted), None)

    def text(self) -> str:
        """The body as a person would read it, shortened."""
        kind = (self.header("Content-Type") or "").split(";")[0]
        if kind and not kind.startswith("text/") and not kind.endswith(("json", "xml")):
            return f"{len(self.body)} bytes of {kind}" if self.body else ""
        text = self.body.decode("utf-8", errors="replace")
        return text if len(text) <= BODY_SHOWN else text[: BODY_SHOWN - 1] + "…"


@dataclass
class Exchange:
    """A request and, later, its response.

    The server calls ``started`` when the first byte leaves it and ``finished`` when the last one
    has left. If it never will, whoever notices calls ``failed`` with the reason in words.
    """

    id: str
    method: str
    path: str
    headers: dict[str, str]
    body: bytes
    started: Callable[[Exchange], None]
    finished: Callable[[Exchange], None]
    failed: Callable[[Exchange, str], None]
    response: Response = field(default_factory=Response)
