"""The shapes that go in and out of a class. All are immutable; times are milliseconds since 1970.

``By`` says who drives: ``"host"``, or the number of a student's seat.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, TypeAlias

import msgspec
from msgspec import Meta

By: TypeAlias = Literal["host"] | int
Stage: TypeAlias = Literal["voting", "closed", "shown", "revealed"]
#: What a host may do with the present question.
Do: TypeAlias = Literal["close", "show", "hint", "again", "reveal", "dismiss"]

MAX_SEATS = 2_000
MAX_QUESTIONS = 200
MAX_ROUNDS = 5

Name: TypeAlias = Annotated[str, Meta(max_length=200)]
Whole: TypeAlias = Annotated[int, Meta(ge=-(2**53 - 1), le=2**53 - 1)]
Count: TypeAlias = Annotated[int, Meta(ge=0, le=2**53 - 1)]
Real: TypeAlias = Annotated[float, Meta(ge=-1e12, le=1e12)]


class Shape(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Base of what clients send: an unknown field is a mistake that is named."""


class Slot(Shape, frozen=True, kw_only=True):
    """One run on the stage."""

    variant: Name
    parameters: dict[str, Any] = {}
    seed: Whole = 0


class Scene(Shape, frozen=True, kw_only=True):
    """What the stage shows: set by the driver, the same for everyone who follows."""

    lesson: Name
    slots: Annotated[list[Slot], Meta(min_length=1, max_length=4)]
    trueTime: bool = False
    #: Whether the same time or the same step of several runs stands at one place.
    align: Literal["time", "step"] = "time"
    #: Which views are open, as the stage's address says it; empty: as the lesson has them.
    views: Annotated[str, Meta(max_length=400)] = ""
    #: Whether the settings are open.
    change: bool = False
    speed: Real = 1.0
    highlights: Annotated[list[Annotated[str, Meta(max_length=120)]], Meta(max_length=40)] = (
        msgspec.field(default_factory=list)
    )


class Pointer(Shape, frozen=True, kw_only=True):
    """The driver's pointer: inside the anchor ``at``, as shares of its box."""

    at: Annotated[str, Meta(max_length=120)]
    x: Real
    y: Real


class Cursor(Shape, frozen=True, kw_only=True):
    """Where in the run the driver is."""

    slot: Annotated[int, Meta(ge=0, le=3)] = 0
    step: Count = 0
    s: Real = 0.0
    t: Real = 0.0
    playing: bool = False
    pointer: Pointer | None = None


class Seat(msgspec.Struct, frozen=True):
    """A student of a class. ``key`` is the SHA-256 of the student's secret; ``removed`` is when
    the host removed the student, or None."""

    seat: int
    name: str
    key: str
    joined: int
    cohost: bool = False
    removed: int | None = None


class Started(msgspec.Struct, frozen=True):
    """A new class. ``secret`` is told once; only its digest is stored."""

    code: str
    secret: str


class Moved(msgspec.Struct, frozen=True):
    """A movement that was granted, to be passed on in the order of ``seq``."""

    seq: int
    by: By
    scene: Scene | None
    cursor: Cursor | None


class Wheel(msgspec.Struct, frozen=True):
    """Who drives now. ``token`` is for the driver's own connections only."""

    driver: By
    name: str
    token: int
    seq: int


class Stored(msgspec.Struct, frozen=True):
    """An answer that is on disk. ``repeated`` where this id was stored before (nothing changed)."""

    id: str
    asked: int
    round: int
    repeated: bool


class Place(Shape, frozen=True, kw_only=True):
    """Where a student was when pressing "lost"."""

    lesson: Name
    variant: Name = ""
    step: Count = 0


class ClassLine(msgspec.Struct, frozen=True):
    """A class in a list. ``state`` is ``open``, ``ended`` or ``expired``."""

    code: str
    title: str
    lesson: str
    state: str
    started: int
    expires: int
    ended: int | None
    deleted_at: int
    seats: int
    questions: int
    answers: int
