"""What a browser may say about a class: bodies of requests, and socket events (docs/protocol.md).

What a class itself checks and names better (a student's name, an answer) has no bounds here but
that of the whole message.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from msgspec import Meta, field

from visualizer.classroom.asking import Adhoc
from visualizer.classroom.shapes import Cursor, Do, Scene

from .messages import MAX_INT, Message, Refusal

SeatNumber = Annotated[int, Meta(ge=0, le=MAX_INT)]
Seconds = Annotated[int, Meta(ge=5, le=3600)]
Points = Annotated[int, Meta(ge=0, le=1000)]
Id = Annotated[str, Meta(max_length=200)]

Manageable = Literal["lock", "unlock", "end", "rename", "remove", "forget", "cohost", "clear_lost"]


class Start(Message):
    """``POST /classes``."""

    lesson: Id
    title: str = ""
    password: str | None = None
    scene: Scene | None = None


class Join(Message):
    """``POST /classes/<code>/join``. ``key`` is the student's secret."""

    key: str
    name: str | None = None


class Enter(Message):
    """``enter``: take part over this connection. ``secret`` is the host's, or a student's key."""

    code: str
    secret: str
    role: Literal["student", "host", "present"] = field(name="as")


class Drive(Message):
    """``drive``: move everybody who follows."""

    token: int
    scene: Scene | None = None
    cursor: Cursor | None = None


class GiveWheel(Message):
    """``wheel``: let another drive; None is the host."""

    to: SeatNumber | None


class Following(Message):
    """``following``: whether this student's screen follows."""

    on: bool


class IsLost(Message):
    """``lost``: a student does not keep up, or does again."""

    on: bool


class Ask(Message):
    """``ask``: put a question of a lesson, or one made up now, to the class."""

    question: Id | None = None
    lesson: Id | None = None
    adhoc: Adhoc | None = None
    seconds: Seconds | None = None
    points: Points = 0


class Vote(Message):
    """``vote``: lead the vote on."""

    asked: int
    do: Do


class Answered(Message):
    """``answer``: a student's answer. ``id`` is made by the browser, one for each answer."""

    id: str
    asked: int
    round: int
    answer: Any


class AskVerdict(Message):
    """``verdict``: how did I do?"""

    asked: int


class Manage(Message):
    """``manage``: the host's orders. Which of the fields are needed depends on ``do``."""

    do: Manageable
    seat: SeatNumber | None = None
    name: str | None = None
    on: bool | None = None

    def of_seat(self) -> int:
        """The seat it is about. Raises ``Refusal``."""
        if self.seat is None:
            raise Refusal("invalid", "seat is missing.", "seat")
        return self.seat
