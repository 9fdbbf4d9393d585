"""The blocks of a text as HTML: pictures, comparisons, programs, outputs, tables, questions."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from visualizer.lab.listing import prepare
from visualizer.lessons import Question
from visualizer.lessons.figures import amount, length_of_time, written
from visualizer.lessons.highlight import highlight
from visualizer.lessons.live import Compare, Printed, Program, Steps, Timeline
from visualizer.lessons.runs import RunName, run_name, settings_in_words
from visualizer.lessons.ways import Row
from visualizer.trace import execution_table

from .address import stage_address
from .library import Library
from .markup import code_in, tag, text, void
from .timeline import timeline

_VERDICTS = {"good": "a good way", "bad": "not a good way", "depends": "it depends"}


def timeline_figure(block: Timeline, library: Library, home: str) -> str:
    """Runs as a picture, with a link to the stage."""
    runs = [run_name(name, home) for name in block.runs]
    drawn = timeline([(library.title(run), library.trace(run)) for run in runs])
    return _figure(drawn, block.caption, runs, "is-picture")


def comparison(block: Compare, library: Library, home: str) -> str:
    """Figures of runs as a table with bars, with a link to the stage."""
    runs = [run_name(name, home) for name in block.runs]
    table = compare_table(runs, block.rows, library, verdict=block.verdict)
    return _figure(table, block.caption, runs, "is-table")


def compare_table(
    runs: Sequence[RunName], rows: Sequence[Row], library: Library, *, verdict: bool = False
) -> str:
    """A row for each query and a column for each run; bars compare within a row.

    On a phone a row's runs stand one below the other, each with its title: so cells repeat it, and
    roles are said, since a browser forgets those of a table that is laid out in another way."""
    shared, titles = _titles(runs, library)
    corner = tag("td", tag("span", "What", class_="visually-hidden"), role="cell")
    head = "".join(tag("th", text(title), scope="col", role="columnheader") for title in titles)
    body = [_row(row.label, _figures(row, runs, titles, library)) for row in rows]
    if verdict:
        body.append(_row("Verdict", _verdicts(runs, titles, library)))
    table = tag("thead", tag("tr", corner + head, role="row"), role="rowgroup")
    table += tag("tbody", "".join(body), role="rowgroup")
    caption = tag("caption", text(shared)) if shared else ""
    compare = tag("table", caption + table, class_="compare", role="table")
    return tag("div", compare, class_="table-scroll", tabindex="0")


def program(block: Program, library: Library, home: str) -> str:
    """The listing of a run with the values that it had, or one function of it."""
    run = run_name(block.run, home)
    job = run.job(library.lesson(run))
    source = prepare(job.file, job.sources[job.file], job.constants).source
    lines: Sequence[str] = highlight(source)
    if block.function:
        first, last = function_lines(source, block.function) or (1, len(lines))
        lines = lines[first - 1 : last]
    name = tag("figcaption", tag("code", text(job.file)) + _watch([run]))
    return tag("figure", code(lines) + name, class_="figure-block is-program")


def function_lines(source: str, name: str) -> tuple[int, int] | None:
    """The first and last line of a function with its decorators, or None."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and node.name == name:
            first = min([node.lineno, *(each.lineno for each in node.decorator_list)])
            return first, node.end_lineno or node.lineno
    return None


def code(lines: Sequence[str]) -> str:
    """Lines of highlighted Python, each in a row of its own, so that it can hang where it wraps."""
    rows = "".join(tag("span", f"{line}\n", class_="code-row") for line in lines)
    return tag("pre", tag("code", rows), class_="code-block", tabindex="0")


def printed(block: Printed, library: Library, home: str) -> str:
    """The answers that users got in a run, and what the program printed."""
    run = run_name(block.run, home)
    trace = library.trace(run)
    names = {lane.id: lane.name for lane in trace.lanes}
    said = []
    for request in trace.requests:
        asked = f"{names.get(request.user, request.user)}: {request.method} {request.path}"
        if request.done is None:
            said.append(f"{asked}\n  no answer")
            continue
        wait = length_of_time(request.done - request.sent)
        said.append(f"{asked}\n  {request.status} after {wait}: {(request.body or '').strip()}")
    said += [record.text.rstrip("\n") for record in trace.output]
    shown = tag("pre", tag("code", text("\n".join(said))), class_="code-block", tabindex="0")
    name = tag("figcaption", "What comes out" + _watch([run]))
    return tag("figure", shown + name, class_="figure-block is-output")


def steps(block: Steps, library: Library, home: str) -> str:
    """The execution table of a run."""
    run = run_name(block.run, home)
    columns, rows = execution_table(library.trace(run))
    head = tag("tr", "".join(tag("th", text(column), scope="col") for column in columns))
    body = "".join(tag("tr", "".join(tag("td", code_in(cell)) for cell in row)) for row in rows)
    table = tag("table", tag("thead", head) + tag("tbody", body), class_="steps")
    scroll = tag("div", table, class_="table-scroll", tabindex="0")
    return _figure(scroll, library.title(run), [run], "is-table")


def question(asked: Question, head: str = "Commit yourself before you read on") -> str:
    """A question to commit to, as a form; ``static/js/ask.js`` sends what is answered."""
    kind = "checkbox" if asked.kind == "choices" else "radio"
    choices = "".join(
        tag(
            "label",
            void("input", type=kind, name=asked.id, value=choice) + tag("span", code_in(choice)),
            class_="quiz-choice",
        )
        for choice in asked.choices
    )
    if asked.kind == "number":
        field = void("input", type="number", step="any", inputmode="decimal", name=asked.id)
        choices = tag("label", field + tag("span", text(asked.unit or "")), class_="quiz-figure")
    legend = tag("legend", code_in(asked.text), class_="quiz-text")
    return tag(
        "form",
        tag("p", text(head), class_="ask-head")
        + tag("fieldset", legend + choices, class_="quiz-field")
        + tag("div", "", class_="ask-said", role="status"),
        class_="ask",
        data_question=asked.id,
        data_kind=asked.kind,
        data_hint=asked.hint,
    )


def _titles(runs: Sequence[RunName], library: Library) -> tuple[str, list[str]]:
    """What all runs share, and what each is called beside the others."""
    of = {run: library.lesson(run) for run in runs}
    settings = {settings_in_words(run, of[run]) for run in runs}
    if len(settings) == 1 and len({run.lesson for run in runs}) == 1:
        return settings.pop(), [of[run].variant(run.variant).title for run in runs]
    if len({(run.lesson, run.variant) for run in runs}) == 1:
        told = [name for run in runs for name, _ in run.settings]
        version = of[runs[0]].variant(runs[0].variant).title
        return version, [settings_in_words(run, of[run], told) for run in runs]
    return "", [library.title(run) for run in runs]


def _row(label: str, cells: str) -> str:
    return tag("tr", tag("th", code_in(label), scope="row", role="rowheader") + cells, role="row")


def _figures(row: Row, runs: Sequence[RunName], titles: Sequence[str], library: Library) -> str:
    unit, _, digits = row.unit.partition(" ")
    values = [library.facts(run).ask(row.query) for run in runs]
    most = max((amount(value) or 0.0 for value in values), default=0.0)
    cells = []
    for value, title in zip(values, titles, strict=True):
        shown = tag("span", text(written(value, unit, int(digits) if digits else None)))
        size = amount(value)
        bar = _bar(size / most) if size is not None and most > 0 else ""
        cells.append(tag("td", shown + bar, role="cell", data_label=title))
    return "".join(cells)


def _verdicts(runs: Sequence[RunName], titles: Sequence[str], library: Library) -> str:
    cells = []
    for run, title in zip(runs, titles, strict=True):
        found = library.lesson(run).variant(run.variant).verdict or "depends"
        kind = f"verdict is-{found}"
        cells.append(tag("td", _VERDICTS[found], class_=kind, role="cell", data_label=title))
    return "".join(cells)


def _bar(share: float) -> str:
    bar = tag("rect", width=max(100 * share, 1.0), height=6, rx=1)
    return tag(
        "svg",
        bar,
        class_="compare-bar",
        viewBox="0 0 100 6",
        preserveAspectRatio="none",
        aria_hidden="true",
    )


def _figure(inside: str, caption: str, runs: Sequence[RunName], kind: str) -> str:
    words = tag("figcaption", tag("span", code_in(caption)) + _watch(runs))
    return tag("figure", inside + words, class_=f"figure-block {kind}")


def _watch(runs: Sequence[RunName]) -> str:
    """A link to the stage, where all runs are of one lesson."""
    if len({run.lesson for run in runs}) > 1:
        return ""
    return " " + tag("a", "Watch it", class_="watch-link", href=stage_address(runs))
