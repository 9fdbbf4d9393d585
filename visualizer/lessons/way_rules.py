"""The rules of ``predict.toml``, ``break_it.toml`` and ``change_it.toml`` that no field can say;
what only a run can tell is in ``rehearsal.py``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from .errors import ParameterError, did_you_mean
from .figures import flaw_of_unit
from .places import Path
from .queries import flaw_of_query, flaw_of_text
from .quiz_rules import place_rules, quiz_rules
from .runs import run_name
from .shape import Breach
from .ways import BreakTable, ChangeTable, PredictTable, Row

MOST_SLOTS = 4
"""Runs that the stage has room for."""


def predict_rules(
    table: PredictTable, variants: Sequence[str], functions: set[str]
) -> Iterator[Breach]:
    """Every breach of predictions whose shape is right."""
    yield from quiz_rules(table.questions, variants, functions)
    for index, question in enumerate(table.questions):
        here: Path = ("questions", index, "stop")
        yield from place_rules(here, question.stop, functions, "A stop")
        if question.stop.query is not None:
            yield Breach(
                here, "A stop is named by its moment.", 'Write { where = "task started" }.'
            )


def break_rules(
    table: BreakTable, lesson: str, variants: Sequence[str], functions: set[str]
) -> Iterator[Breach]:
    """Every breach of pitfalls and myths whose shape is right."""
    for index, pitfall in enumerate(table.pitfalls):
        here: Path = ("pitfalls", index)
        yield from _name(here, "wrong", pitfall.wrong, lesson)
        yield from _name(here, "right", pitfall.right, lesson)
        if pitfall.wrong == pitfall.right:
            yield Breach((*here, "right"), "Wrong and right are the same run.", "Change one.")
        yield from _rows((*here, "rows"), pitfall.rows)
    for index, myth in enumerate(table.myths):
        here = ("myths", index)
        if myth.variant not in variants:
            message = f"There is no variant {myth.variant!r}."
            yield Breach((*here, "variant"), message, did_you_mean(myth.variant, variants))
        flaw = flaw_of_query(myth.query)
        if flaw is not None:
            yield Breach((*here, "query"), f"The query is no JMESPath: {flaw}.", "Correct it.")
        flaw = flaw_of_text(myth.explanation)
        if flaw is not None:
            yield Breach((*here, "explanation"), f"A query in it: {flaw}.", "Correct it.")
        yield from place_rules((*here, "proof"), myth.proof, functions)


def change_rules(table: ChangeTable, lesson: str) -> Iterator[Breach]:
    """Every breach of experiments whose shape is right."""
    for index, experiment in enumerate(table.experiments):
        here: Path = ("experiments", index)
        if len(experiment.runs) > MOST_SLOTS:
            message = f"{len(experiment.runs)} runs do not fit on the stage."
            yield Breach((*here, "runs"), message, f"Keep {MOST_SLOTS} of them.")
        for place, name in enumerate(experiment.runs):
            yield from _name((*here, "runs"), place, name, lesson)


def same_ids(ids: Sequence[tuple[str, str]]) -> str | None:
    """The first id that two questions, pitfalls, myths or experiments have, and where, or None.
    ``ids`` are (id, file)."""
    seen: dict[str, str] = {}
    for id, file in ids:
        if id in seen:
            return f"{id!r} is in {seen[id]} and in {file}"
        seen[id] = file
    return None


def _name(path: Path, key: str | int, name: str, lesson: str) -> Iterator[Breach]:
    try:
        run = run_name(name, lesson)
    except ParameterError as error:
        yield Breach((*path, key), error.message, "Correct it.")
        return
    if run.lesson != lesson:
        yield Breach((*path, key), f"{name!r} is of another lesson.", "Name a run of this one.")


def _rows(path: Path, rows: Sequence[Row]) -> Iterator[Breach]:
    for index, row in enumerate(rows):
        flaw = flaw_of_query(row.query) or flaw_of_unit(row.unit.partition(" ")[0])
        if flaw is not None:
            yield Breach((*path, index), f"In the row {row.label!r}: {flaw}.", "Correct it.")
