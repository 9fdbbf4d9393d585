"""What a server's side of a connection promises, whatever protocol it speaks.

It knows neither sockets nor time: bytes come in, bytes and pieces of work come out, and whoever
holds the time answers the work when it is done. So the same class serves on the virtual clock and
behind a real socket.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol, TypeAlias

#: ``done``: as asked. ``failed``: tried in vain. ``limited``: it has had too much already.
Verdict: TypeAlias = Literal["done", "failed", "limited"]


@dataclass(frozen=True)
class Work:
    """Something that a client wants done, in words: ``a mail to ana@example.org``."""

    label: str


@dataclass(frozen=True)
class Answer:
    """What the client hears, and the same in words: ``250 accepted``."""

    data: bytes
    label: str


class Talk(Protocol):
    """The server's side of one connection."""

    #: The server hangs up once everything that it has said is delivered.
    over: bool

    def greeting(self) -> bytes:
        """What the server says first, perhaps nothing."""

    def hear(self, data: bytes) -> None:
        """The client has sent ``data``."""

    def next(self) -> bytes | Work | None:
        """What the server says to what it has heard, or what it has to do for that first.

        None: it waits for more. After a Work ask again only when ``answer`` was called.
        """

    def answer(self, work: Work, verdict: Verdict, wait: float) -> Answer:
        """The work is over. ``wait`` is how many seconds the client had better wait, if limited."""
