"""What is stored of a class, as tables. ``migrations/`` makes them, and has to agree.

Times are milliseconds since 1970. Secrets and keys are kept as SHA-256 digests only. Everything
of a class goes when its row goes, everything of a student when the seat's row goes.
"""

from __future__ import annotations

from typing import Any, ClassVar

from sqlalchemy import (
    BigInteger,
    Boolean,
    ForeignKeyConstraint,
    Index,
    Integer,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

_Ms = BigInteger
#: SQLite counts only a plain integer up by itself.
_Id = BigInteger().with_variant(Integer, "sqlite")


class Base(DeclarativeBase):
    """Base of all tables; their names begin alike, so that a database can be shared."""

    type_annotation_map: ClassVar[dict[Any, Any]] = {str: Text}


def _of_class() -> ForeignKeyConstraint:
    return ForeignKeyConstraint(["class_id"], ["mw_classes.id"], ondelete="CASCADE")


def _of_seat() -> ForeignKeyConstraint:
    return ForeignKeyConstraint(
        ["class_id", "seat"], ["mw_seats.class_id", "mw_seats.seat"], ondelete="CASCADE"
    )


class ClassRow(Base):
    """A class. Its results are kept for ``keep`` ms after its end. ``revision`` counts changes made
    from outside the server that leads it."""

    __tablename__ = "mw_classes"

    id: Mapped[int] = mapped_column(_Id, primary_key=True, autoincrement=True)
    code: Mapped[str] = mapped_column(String(16), unique=True)
    secret: Mapped[str] = mapped_column(String(64))
    title: Mapped[str]
    started: Mapped[int] = mapped_column(_Ms)
    expires: Mapped[int] = mapped_column(_Ms)
    ended: Mapped[int | None] = mapped_column(_Ms)
    keep: Mapped[int] = mapped_column(_Ms)
    locked: Mapped[bool] = mapped_column(Boolean)
    scene: Mapped[str]
    cursor: Mapped[str | None]
    seq: Mapped[int] = mapped_column(BigInteger)
    driver: Mapped[int | None] = mapped_column(Integer)
    token: Mapped[int] = mapped_column(BigInteger)
    present: Mapped[int | None] = mapped_column(Integer)
    next_seat: Mapped[int] = mapped_column(Integer)
    revision: Mapped[int] = mapped_column(Integer)


class SeatRow(Base):
    """A student of a class."""

    __tablename__ = "mw_seats"
    __table_args__ = (_of_class(), UniqueConstraint("class_id", "key"))

    class_id: Mapped[int] = mapped_column(_Id, primary_key=True, autoincrement=False)
    seat: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    key: Mapped[str] = mapped_column(String(64))
    name: Mapped[str]
    joined: Mapped[int] = mapped_column(_Ms)
    cohost: Mapped[bool] = mapped_column(Boolean)
    removed: Mapped[int | None] = mapped_column(_Ms)


class QuestionRow(Base):
    """A question put to a class. ``body`` holds it with its answer key, as JSON."""

    __tablename__ = "mw_questions"
    __table_args__ = (_of_class(),)

    class_id: Mapped[int] = mapped_column(_Id, primary_key=True, autoincrement=False)
    n: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    asked: Mapped[int] = mapped_column(_Ms)
    stage: Mapped[str] = mapped_column(String(16))
    round: Mapped[int] = mapped_column(Integer)
    hint: Mapped[bool] = mapped_column(Boolean)
    closes: Mapped[int | None] = mapped_column(_Ms)
    body: Mapped[str]


class AnswerRow(Base):
    """An answer. Rows are added, never changed; of a student's answers in one round the newest
    counts. ``client_id`` is made by the browser, so that one sent twice is stored once."""

    __tablename__ = "mw_answers"
    __table_args__ = (
        _of_seat(),
        ForeignKeyConstraint(
            ["class_id", "n"], ["mw_questions.class_id", "mw_questions.n"], ondelete="CASCADE"
        ),
        UniqueConstraint("class_id", "seat", "client_id"),
        Index("ix_mw_answers_question", "class_id", "n"),
    )

    id: Mapped[int] = mapped_column(_Id, primary_key=True, autoincrement=True)
    class_id: Mapped[int] = mapped_column(BigInteger)
    seat: Mapped[int] = mapped_column(Integer)
    n: Mapped[int] = mapped_column(Integer)
    round: Mapped[int] = mapped_column(Integer)
    client_id: Mapped[str] = mapped_column(String(64))
    answer: Mapped[str]
    correct: Mapped[bool | None] = mapped_column(Boolean)
    at: Mapped[int] = mapped_column(_Ms)


class MomentRow(Base):
    """A student pressed "lost" (``lost``), or was not lost any more, and where that was."""

    __tablename__ = "mw_moments"
    __table_args__ = (_of_seat(), Index("ix_mw_moments_class", "class_id", "seat"))

    id: Mapped[int] = mapped_column(_Id, primary_key=True, autoincrement=True)
    class_id: Mapped[int] = mapped_column(BigInteger)
    seat: Mapped[int] = mapped_column(Integer)
    at: Mapped[int] = mapped_column(_Ms)
    lost: Mapped[bool] = mapped_column(Boolean)
    lesson: Mapped[str]
    variant: Mapped[str]
    step: Mapped[int] = mapped_column(BigInteger)


def columns(row: type[Base]) -> Any:
    """The table behind a class, for statements without objects."""
    return row.__table__
