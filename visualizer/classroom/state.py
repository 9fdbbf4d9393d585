"""All that is known of a class, as data that never changes: a change makes a new ``State``.

So whoever reads it, in whatever thread, reads one moment; and a change that could not be stored is
undone by forgetting it.
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from .asking import Asked
from .quiz import Answer
from .shapes import By, Cursor, Scene, Seat, Stage


class Vote(msgspec.Struct, frozen=True):
    """A student's answer that counts. ``correct`` is None for an opinion."""

    id: str
    answer: Answer
    correct: bool | None
    at: int


class Put(msgspec.Struct, frozen=True, kw_only=True):
    """A question that was put to the class. ``votes`` holds, for each round from the first, the
    newest answer of each seat. ``closes`` is when a timed vote ends, in ms."""

    n: int
    asked: Asked
    at: int
    stage: Stage = "voting"
    round: int = 1
    hint: bool = False
    closes: int | None = None
    votes: tuple[Mapping[int, Vote], ...] = ({},)

    def first(self, seat: int) -> Vote | None:
        """The seat's answer in the first round."""
        return self.votes[0].get(seat)

    def last(self, seat: int) -> tuple[int, Vote] | None:
        """The seat's answer in the last round that it answered, and that round."""
        for round in range(len(self.votes), 0, -1):
            vote = self.votes[round - 1].get(seat)
            if vote is not None:
                return round, vote
        return None


class State(msgspec.Struct, frozen=True, kw_only=True):
    """A class. ``present`` is the number of the question that is on the screens, or None.

    ``cursor`` and ``seq`` are not here: they move too often (``motion.py``).
    """

    id: int
    code: str
    secret: str
    title: str
    started: int
    expires: int
    ended: int | None
    keep: int
    locked: bool
    scene: Scene
    driver: By
    token: int
    present: int | None
    next_seat: int
    revision: int
    seats: Mapping[int, Seat]
    questions: tuple[Put, ...]

    @property
    def question(self) -> Put | None:
        """The present question."""
        return None if self.present is None else self.questions[self.present - 1]

    def active(self) -> list[Seat]:
        """The students that were not removed, in the order of joining."""
        return [seat for seat in self.seats.values() if seat.removed is None]


class Loaded(msgspec.Struct, frozen=True):
    """A class as it was stored, with what moves."""

    state: State
    cursor: Cursor | None
    seq: int


class Moment(msgspec.Struct, frozen=True):
    """A student was lost (or no longer), and where."""

    seat: int
    at: int
    lost: bool
    lesson: str
    variant: str
    step: int
