"""The two tables as CSV, safe to open in a spreadsheet.

A spreadsheet takes a cell that begins with ``=``, ``+``, ``-``, ``@`` (also the wide ones of Asian
scripts), a tab or a line end for a formula, whatever quotes stand around it. Texts of the program
(names of threads, paths, values) may begin so. Such a cell gets an apostrophe in front, unless it
is a plain number. Cells that can hold only our own words and figures stay as they are.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from ..records import Trace
from ..tables import execution_table, to_csv, variable_tracker

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?", re.IGNORECASE | re.ASCII)

#: The columns of the execution table that hold texts of the program.
_FOREIGN = frozenset({"Variant", "Action", "Thread"})


def defuse(cell: str) -> str:
    """The cell, so that no spreadsheet takes it for a formula."""
    if cell.startswith(_FORMULA) and not _NUMBER.fullmatch(cell):
        return f"'{cell}"
    return cell


def steps_csv(traces: Sequence[Trace], *, named: bool = False) -> str:
    """The execution tables of runs below each other; ``named`` puts the variant before each row."""
    columns, _ = execution_table(traces[0])
    if named:
        columns = ["Variant", *columns]
    rows = [
        [trace.variant, *row] if named else row
        for trace in traces
        for row in execution_table(trace)[1]
    ]
    foreign = [name in _FOREIGN for name in columns]
    return to_csv(
        columns,
        [
            [defuse(cell) if theirs else cell for cell, theirs in zip(row, foreign, strict=True)]
            for row in rows
        ],
    )


def variables_csv(trace: Trace) -> str:
    """The variable tracker: a row for each variable, with its value after each step."""
    columns, rows = variable_tracker(trace)
    return to_csv(columns, [[defuse(cell) for cell in row] for row in rows])
