"""Shows a trace as text: with colours and rules on a terminal, as plain columns in a pipe.

What is shown is what the stage shows: the execution table, the variable tracker, and what the
program printed. Nothing is cut off in a pipe, so that other programs can read it.
"""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from visualizer.lessons import show
from visualizer.trace import Trace, execution_table, variable_tracker

#: One colour for one state, as on the stage. States not named here keep the normal colour.
_STYLES = (
    ("waiting", "dim"),
    ("not started", "dim"),
    ("none", "dim"),
    ("no change", "dim"),
    ("sleeping", "yellow"),
    ("running", "blue"),
    ("started", "blue"),
    ("preparing", "blue"),
    ("sent", "green"),
    ("completed", "green"),
    ("idle", "dim"),
    ("failed", "bold red"),
    ("lost", "bold red"),
)


#: A tracker with more columns than this is told change by change instead.
_MOST_COLUMNS = 9


def show_trace(console: Console, trace: Trace, title: str) -> None:
    """Write a trace to a console, under a title."""
    console.print(Text(title, style="bold"), highlight=False, soft_wrap=True)
    _show_table(console, "Execution table", *execution_table(trace))
    if trace.variables:
        _show_table(console, "Variable tracker", *_tracker(trace))
    _show_output(console, trace)
    _plain(console, f"\n{summary(trace)}")
    if trace.unreproducible:
        _plain(console, unreproducible(trace))
    for text in refused(trace):
        _plain(console, text)


def refused(trace: Trace) -> list[str]:
    """What the program wanted of the world outside and did not get, each once, with the remedy."""
    errors = dict.fromkeys(problem.error for problem in trace.problems)
    texts = (error.removeprefix("Refused: ") for error in errors if error.startswith("Refused: "))
    return [f"{text[0].upper()}{text[1:]}." for text in texts]


def columns_of(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table as plain columns, two spaces apart, without spaces at the ends of lines."""
    lines = [columns, *rows]
    widths = [max(len(line[place]) for line in lines) for place in range(len(columns))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    )


def summary(trace: Trace) -> str:
    """How many answers, how late, and which figures are a model and not the program's."""
    metrics = trace.metrics
    answered = f"{metrics.answered} of {metrics.requests} requests answered"
    if metrics.requests == 1 and metrics.answered:
        answered = f"The request was answered after {show(metrics.response_max)} s"
    elif metrics.answered:
        answered += (
            f": half of them within {show(metrics.response_p50)} s,"
            f" the last after {show(metrics.response_max)} s"
        )
    model = trace.model
    if trace.clock == "wall":
        return (
            f"{answered}. The whole took {show(trace.duration)} s on the wall clock. All is"
            f" real but the network: a user waits {show(model.network)} s in its place, each way."
        )
    queue = f", and a queued task's message {show(model.message)} s at each end"
    return (
        f"{answered}. The whole took {show(trace.duration)} s on the {trace.clock} clock. By our"
        f" model a line takes {show(model.line_cost)} s, and the network {show(model.network)} s"
        f" each way{queue if model.message else ''}."
    )


def unreproducible(trace: Trace) -> str:
    """Why the next run may differ."""
    first, *more = trace.unreproducible
    others = f", and {len(more)} more" if more else ""
    return (
        f"This run cannot be repeated exactly: {first.reason}{others}, in real time, for which the"
        " clock was charged."
    )


def _tracker(trace: Trace) -> tuple[Sequence[str], Sequence[Sequence[str]]]:
    """The variable tracker, or its changes one by one where it would be too wide to read."""
    columns, rows = variable_tracker(trace)
    if len(columns) <= _MOST_COLUMNS:
        return columns, rows
    changes = sorted(
        (step, place, value)
        for place, variable in enumerate(trace.variables)
        for step, value in variable.values
        if step > 0
    )
    told = [[str(step), rows[place][0], value or ""] for step, place, value in changes]
    return ["Step", "Variable", "New value"], told


def _show_table(
    console: Console, title: str, columns: Sequence[str], rows: Sequence[Sequence[str]]
) -> None:
    if console.is_terminal:
        console.print(_table(title, columns, rows))
    else:
        _plain(console, f"\n{columns_of(columns, rows)}")


def _show_output(console: Console, trace: Trace) -> None:
    if not trace.output:
        return
    _plain(console, "\nOutput")
    for record in trace.output:
        for line in record.text.splitlines():
            text = Text(f"{show(record.t):>8} s  {line}")
            if record.stream == "stderr" and console.is_terminal:
                text.stylize("red")
            console.print(text, highlight=False, soft_wrap=True)


def _table(title: str, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> Table:
    table = Table(title=title, title_justify="left", title_style="", header_style="bold")
    for name in columns:
        table.add_column(name, justify="right" if name == "Step" else "left", overflow="fold")
    for row in rows:
        table.add_row(*(Text(cell, style=_style(cell)) for cell in row))
    return table


def _style(cell: str) -> str:
    return next((style for word, style in _STYLES if cell.startswith(word)), "")


def _plain(console: Console, text: str) -> None:
    console.print(text, highlight=False, markup=False, soft_wrap=True)
