"""Classes, seats, questions, answers, moments."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _of_class() -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["class_id"], ["mw_classes.id"], ondelete="CASCADE")


def _of_seat() -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["class_id", "seat"], ["mw_seats.class_id", "mw_seats.seat"], ondelete="CASCADE"
    )


def upgrade() -> None:
    """Make the first tables."""
    op.create_table(
        "mw_classes",
        sa.Column("id", _ID, primary_key=True, autoincrement=True),
        sa.Column("code", sa.String(16), nullable=False, unique=True),
        sa.Column("secret", sa.String(64), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("started", sa.BigInteger(), nullable=False),
        sa.Column("expires", sa.BigInteger(), nullable=False),
        sa.Column("ended", sa.BigInteger()),
        sa.Column("keep", sa.BigInteger(), nullable=False),
        sa.Column("locked", sa.Boolean(), nullable=False),
        sa.Column("scene", sa.Text(), nullable=False),
        sa.Column("cursor", sa.Text()),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("driver", sa.Integer()),
        sa.Column("token", sa.BigInteger(), nullable=False),
        sa.Column("present", sa.Integer()),
        sa.Column("next_seat", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
    )
    op.create_table(
        "mw_seats",
        sa.Column("class_id", _ID, primary_key=True, autoincrement=False),
        sa.Column("seat", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("joined", sa.BigInteger(), nullable=False),
        sa.Column("cohost", sa.Boolean(), nullable=False),
        sa.Column("removed", sa.BigInteger()),
        _of_class(),
        sa.UniqueConstraint("class_id", "key"),
    )
    op.create_table(
        "mw_questions",
        sa.Column("class_id", _ID, primary_key=True, autoincrement=False),
        sa.Column("n", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("asked", sa.BigInteger(), nullable=False),
        sa.Column("stage", sa.String(16), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("hint", sa.Boolean(), nullable=False),
        sa.Column("closes", sa.BigInteger()),
        sa.Column("body", sa.Text(), nullable=False),
        _of_class(),
    )
    op.create_table(
        "mw_answers",
        sa.Column("id", _ID, primary_key=True, autoincrement=True),
        sa.Column("class_id", sa.BigInteger(), nullable=False),
        sa.Column("seat", sa.Integer(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("client_id", sa.String(64), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("correct", sa.Boolean()),
        sa.Column("at", sa.BigInteger(), nullable=False),
        _of_seat(),
        sa.ForeignKeyConstraint(
            ["class_id", "n"], ["mw_questions.class_id", "mw_questions.n"], ondelete="CASCADE"
        ),
        sa.UniqueConstraint("class_id", "seat", "client_id"),
    )
    op.create_index("ix_mw_answers_question", "mw_answers", ["class_id", "n"])
    op.create_table(
        "mw_moments",
        sa.Column("id", _ID, primary_key=True, autoincrement=True),
        sa.Column("class_id", sa.BigInteger(), nullable=False),
        sa.Column("seat", sa.Integer(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("lost", sa.Boolean(), nullable=False),
        sa.Column("lesson", sa.Text(), nullable=False),
        sa.Column("variant", sa.Text(), nullable=False),
        sa.Column("step", sa.BigInteger(), nullable=False),
        _of_seat(),
    )
    op.create_index("ix_mw_moments_class", "mw_moments", ["class_id", "seat"])
