"""The execution table and the variable tracker as rows of text, and any table as CSV."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Sequence
from typing import TypeAlias

from .records import Trace, Variable
from .tracker import DERIVED

#: The names of the columns, and the rows.
Table: TypeAlias = tuple[list[str], list[list[str]]]


def execution_table(trace: Trace) -> Table:
    """The steps. What a row has no value for is empty."""
    columns = ["Step", "Action", "Thread", "Response to user", "Background task status"]
    rows = [
        [
            str(step.n),
            step.action,
            step.thread or "",
            step.response or "",
            step.task_status or "",
        ]
        for step in trace.steps
    ]
    return columns, rows


def variable_tracker(trace: Trace) -> Table:
    """The variables: their values at the start, after each step that changed one, and at the end.

    Where several variables have the same name, the scope tells them apart, and where that does
    not do, the request or lane.
    """
    changes = {n for variable in trace.variables for n, _ in variable.values if n > 0}
    between = sorted(changes - {trace.steps[-1].n} if trace.steps else changes)
    columns = ["Variable", "Start", *(f"After step {n}" for n in between), "Final"]
    names = _distinct(trace.variables)
    rows = [
        [name, *_values(variable, [0, *between])]
        for name, variable in zip(names, trace.variables, strict=True)
    ]
    return columns, rows


def to_csv(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table as CSV, one line a row, with the names of the columns first."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(rows)
    return text.getvalue()


def _distinct(variables: Sequence[Variable]) -> list[str]:
    """The name of each variable, as long as it takes to tell it from the others."""
    plain = [variable.name for variable in variables]
    scoped = [
        variable.name if variable.scope == DERIVED else f"{variable.scope}.{variable.name}"
        for variable in variables
    ]
    owned = [
        f"{name} ({variable.request or variable.lane or variable.scope})"
        for name, variable in zip(scoped, variables, strict=True)
    ]
    often, seldom = Counter(plain), Counter(scoped)
    return [
        short if often[short] == 1 else long if seldom[long] == 1 else longest
        for short, long, longest in zip(plain, scoped, owned, strict=True)
    ]


def _values(variable: Variable, steps: Sequence[int]) -> list[str]:
    """The value after each of these steps, and the last one."""
    cells: list[str] = []
    values = iter(variable.values)
    current: str | None = None
    following = next(values, None)
    for step in steps:
        while following is not None and following[0] <= step:
            current = following[1]
            following = next(values, None)
        cells.append(current or "")
    cells.append((variable.values[-1][1] if variable.values else None) or "")
    return cells
