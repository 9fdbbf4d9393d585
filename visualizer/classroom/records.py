"""A class out of the database, and back into it.

``save`` writes what differs between two states. Answers and moments are added one by one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

import msgspec
from sqlalchemy import Connection, Row, delete, func, insert, select, update

from .asking import Asked
from .quiz import Answer
from .refused import Refused
from .shapes import ClassLine, Cursor, Scene, Seat, Stored
from .state import Loaded, Moment, Put, State, Vote
from .tables import AnswerRow, ClassRow, MomentRow, QuestionRow, SeatRow, columns

T = TypeVar("T")

CLASSES, SEATS = columns(ClassRow), columns(SeatRow)
QUESTIONS, ANSWERS, MOMENTS = columns(QuestionRow), columns(AnswerRow), columns(MomentRow)

#: A scene with all its parameters and highlights is far shorter; so is a question about a run.
MOST_TEXT = 500_000

#: Fields of a state that stand in the class's row under the same name.
_PLAIN = ("title", "ended", "locked", "token", "present", "next_seat")


def to_text(value: object) -> str:
    return msgspec.json.encode(value).decode()


def _from_text(text: str, kind: type[T]) -> T:
    return msgspec.json.decode(text, type=kind)


def check_storable(value: Scene | Cursor | Asked, field: str) -> None:
    """Raises ``Refused`` invalid for what would not come back from the database as it went in:
    half characters, numbers that are none, too much of it."""
    try:
        text = to_text(value)
        if len(text) <= MOST_TEXT and _from_text(text, type(value)) == value:
            return
    except (ValueError, OverflowError, RecursionError):
        pass
    raise Refused("invalid", f"{field} holds something that cannot be stored.", field)


def create(connection: Connection, state: State, code: str) -> None:
    """Store a new class under this code."""
    row = {
        **{name: getattr(state, name) for name in _PLAIN},
        **{name: getattr(state, name) for name in ("secret", "started", "expires", "keep")},
        "code": code,
        "scene": to_text(state.scene),
        "driver": None,
        "seq": 0,
        "revision": 0,
    }
    connection.execute(insert(CLASSES), row)


def save(connection: Connection, before: State, after: State) -> None:
    """Write what is new in ``after`` (but for answers, see ``add_answer``)."""
    changed = _changed(before, after, _PLAIN)
    if before.scene is not after.scene:
        changed["scene"] = to_text(after.scene)
    if before.driver != after.driver:
        changed["driver"] = None if after.driver == "host" else after.driver
    if changed:
        connection.execute(update(CLASSES).where(CLASSES.c.id == after.id), changed)
    if before.seats is not after.seats:
        _save_seats(connection, after.id, before.seats, after.seats)
    for n, put in enumerate(after.questions):
        if n >= len(before.questions):
            connection.execute(insert(QUESTIONS), {"class_id": after.id, **_question(put)})
        elif put is not before.questions[n]:
            told = _changed(before.questions[n], put, ("stage", "round", "hint", "closes"))
            here = (QUESTIONS.c.class_id == after.id) & (QUESTIONS.c.n == put.n)
            if told:
                connection.execute(update(QUESTIONS).where(here), told)


def _changed(before: Any, after: Any, names: Iterable[str]) -> dict[str, Any]:
    return {
        name: getattr(after, name)
        for name in names
        if getattr(before, name) != getattr(after, name)
    }


def _save_seats(
    connection: Connection, id: int, before: Mapping[int, Seat], after: Mapping[int, Seat]
) -> None:
    for n, seat in after.items():
        old = before.get(n)
        if old is seat:
            continue
        row = msgspec.structs.asdict(seat)
        if old is None:
            connection.execute(insert(SEATS), {"class_id": id, **row})
        else:
            here = (SEATS.c.class_id == id) & (SEATS.c.seat == n)
            connection.execute(update(SEATS).where(here), row)
    for n in before.keys() - after.keys():
        delete_seat(connection, id, n)


def delete_seat(connection: Connection, id: int, seat: int) -> bool:
    """Delete a student with all answers and moments; whether there was one."""
    done = connection.execute(
        delete(SEATS).where((SEATS.c.class_id == id) & (SEATS.c.seat == seat))
    )
    return bool(done.rowcount)


def seat_with(connection: Connection, id: int, key: str) -> int | None:
    """The seat of the student with this key (a digest)."""
    found = connection.execute(
        select(SEATS.c.seat).where(SEATS.c.class_id == id, SEATS.c.key == key)
    ).scalar()
    return None if found is None else int(found)


def _question(put: Put) -> dict[str, Any]:
    return {
        "n": put.n,
        "asked": put.at,
        "stage": put.stage,
        "round": put.round,
        "hint": put.hint,
        "closes": put.closes,
        "body": to_text(put.asked),
    }


def add_answer(connection: Connection, id: int, seat: int, n: int, round: int, vote: Vote) -> None:
    row = {
        "class_id": id,
        "seat": seat,
        "n": n,
        "round": round,
        "client_id": vote.id,
        "answer": to_text(vote.answer),
        "correct": vote.correct,
        "at": vote.at,
    }
    connection.execute(insert(ANSWERS), row)


def stored_answer(connection: Connection, id: int, seat: int, client_id: str) -> Stored | None:
    """What became of an answer of this id, if it was stored before."""
    found = connection.execute(
        select(ANSWERS.c.n, ANSWERS.c.round).where(
            ANSWERS.c.class_id == id, ANSWERS.c.seat == seat, ANSWERS.c.client_id == client_id
        )
    ).first()
    return None if found is None else Stored(client_id, found.n, found.round, True)


def add_moment(connection: Connection, id: int, moment: Moment) -> None:
    connection.execute(insert(MOMENTS), {"class_id": id, **msgspec.structs.asdict(moment)})


def moments(connection: Connection, id: int) -> list[Moment]:
    found = connection.execute(
        select(MOMENTS).where(MOMENTS.c.class_id == id).order_by(MOMENTS.c.id)
    )
    return [Moment(r.seat, r.at, r.lost, r.lesson, r.variant, r.step) for r in found]


def save_motion(connection: Connection, id: int, cursor: Cursor | None, seq: int) -> None:
    """Store where the cursor is."""
    text = None if cursor is None else to_text(cursor)
    connection.execute(update(CLASSES).where(CLASSES.c.id == id), {"cursor": text, "seq": seq})


def revision(connection: Connection, id: int) -> int | None:
    """The count of changes from outside; None where the class was deleted."""
    found = connection.execute(select(CLASSES.c.revision).where(CLASSES.c.id == id)).scalar()
    return None if found is None else int(found)


def touch(connection: Connection, id: int, seat: int) -> None:
    """Tell the server that leads the class to read it anew, without this seat."""
    here = CLASSES.c.id == id
    connection.execute(update(CLASSES).where(here).values(revision=CLASSES.c.revision + 1))
    drives = here & (CLASSES.c.driver == seat)
    connection.execute(update(CLASSES).where(drives).values(driver=None, token=CLASSES.c.token + 1))


def find(connection: Connection, code: str) -> Row[Any] | None:
    """The row of the class with this code."""
    return connection.execute(select(CLASSES).where(CLASSES.c.code == code)).first()


def load(connection: Connection, code: str) -> Loaded | None:
    """The class of this code, over or not."""
    row = find(connection, code)
    if row is None:
        return None
    state = State(
        id=row.id,
        code=row.code,
        secret=row.secret,
        started=row.started,
        expires=row.expires,
        keep=row.keep,
        scene=_from_text(row.scene, Scene),
        driver="host" if row.driver is None else row.driver,
        revision=row.revision,
        seats=_seats(connection, row.id),
        questions=_questions(connection, row.id),
        **{name: getattr(row, name) for name in _PLAIN},
    )
    cursor = None if row.cursor is None else _from_text(row.cursor, Cursor)
    return Loaded(state, cursor, row.seq)


def _seats(connection: Connection, id: int) -> dict[int, Seat]:
    rows = connection.execute(select(SEATS).where(SEATS.c.class_id == id).order_by(SEATS.c.seat))
    return {r.seat: Seat(r.seat, r.name, r.key, r.joined, r.cohost, r.removed) for r in rows}


def _questions(connection: Connection, id: int) -> tuple[Put, ...]:
    votes: dict[tuple[int, int], dict[int, Vote]] = {}
    decode = msgspec.json.Decoder(Answer).decode
    # Ordered, so that the newest answer of a seat in a round is the one that stays.
    for r in connection.execute(
        select(ANSWERS).where(ANSWERS.c.class_id == id).order_by(ANSWERS.c.id)
    ):
        vote = Vote(r.client_id, decode(r.answer), r.correct, r.at)
        votes.setdefault((r.n, r.round), {})[r.seat] = vote
    rows = connection.execute(
        select(QUESTIONS).where(QUESTIONS.c.class_id == id).order_by(QUESTIONS.c.n)
    )
    return tuple(
        Put(
            n=row.n,
            asked=_from_text(row.body, Asked),
            at=row.asked,
            stage=row.stage,
            round=row.round,
            hint=row.hint,
            closes=row.closes,
            votes=tuple(votes.get((row.n, round + 1), {}) for round in range(row.round)),
        )
        for row in rows
    )


def overview(connection: Connection, now: int) -> list[ClassLine]:
    """All classes, the newest first."""

    def count(table: Any) -> Any:
        return (
            select(func.count())
            .select_from(table)
            .where(table.c.class_id == CLASSES.c.id)
            .scalar_subquery()
        )

    rows = connection.execute(
        select(
            CLASSES,
            count(SEATS).label("n_seats"),
            count(QUESTIONS).label("n_questions"),
            count(ANSWERS).label("n_answers"),
        ).order_by(CLASSES.c.started.desc(), CLASSES.c.id.desc())
    )
    return [
        ClassLine(
            code=row.code,
            title=row.title,
            lesson=_from_text(row.scene, Scene).lesson,
            state="ended" if row.ended else "expired" if now >= row.expires else "open",
            started=row.started,
            expires=row.expires,
            ended=row.ended,
            deleted_at=(row.ended or row.expires) + row.keep,
            seats=row.n_seats,
            questions=row.n_questions,
            answers=row.n_answers,
        )
        for row in rows
    ]


def delete_class(connection: Connection, id: int) -> None:
    connection.execute(delete(CLASSES).where(CLASSES.c.id == id))


def delete_old(connection: Connection, now: int) -> list[int]:
    """Delete the classes whose results are past their time; their ids."""
    over = func.coalesce(CLASSES.c.ended, CLASSES.c.expires) + CLASSES.c.keep <= now
    ids = list(connection.execute(select(CLASSES.c.id).where(over)).scalars())
    for id in ids:
        delete_class(connection, id)
    return ids
