"""Small things that tests of classes are made of."""

from __future__ import annotations

import itertools

from visualizer.classroom import Adhoc, Asked, Session, from_adhoc
from visualizer.classroom.shapes import Scene, Slot

SCENE = Scene(
    lesson="long_task",
    slots=[Slot(variant="thread", parameters={"task_seconds": 5}, seed=3)],
    highlights=["time.sleep", "“quoted” 😀"],
)
_ids = itertools.count()


class Clock:
    """Seconds since 1970, which pass when a test says so."""

    def __init__(self) -> None:
        self.seconds = 1_800_000_000.0

    def __call__(self) -> float:
        return self.seconds

    def pass_by(self, seconds: float) -> None:
        self.seconds += seconds


def key(n: int) -> str:
    """The secret of the n-th student."""
    return f"{n:0>40}"


def new_id() -> str:
    """An id for an answer."""
    return f"{next(_ids):0>20}"


def capital(answer: object = "Rome", **more: object) -> Asked:
    """A question with three choices."""
    given = Adhoc(
        kind="choice", text="Capital of Italy?", choices=["Rome", "Milan", "Turin"], answer=answer
    )
    return from_adhoc("long_task", given, **more)


def join(session: Session, count: int) -> list[int]:
    """So many students; the numbers of their seats."""
    return [session.admit(key(n), f"Student {n}").seat for n in range(count)]


def answer(session: Session, seat: int, given: object, round: int = 1) -> None:
    question = session.public_question()
    assert question is not None
    session.answer(seat, new_id(), question["asked"], round, given)
