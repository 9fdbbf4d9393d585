"""``meanwhile check --wall``: runs every version of lessons on both clocks and compares.

On a busy machine real runs wobble. A version whose runs differ is run again, at most ``TRIES``
times, and more often where the machine was seen to be busy; it agrees if one real run does, and the
table says how many it took. The bounds stay as they are.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass

import click
from msgspec.structs import replace
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn
from rich.table import Table
from rich.text import Text

from visualizer.lab import Job, Lab, LabError
from visualizer.lab.wall.able import unable
from visualizer.lab.wall.scale import scaled
from visualizer.lessons import Catalogue, Lesson
from visualizer.trace.agreement import Agreement, compare

TRIES = 4
"""Real runs of a version, not counting those during which the machine was busy."""

MOST_TRIES = 8
"""Real runs of a version in all."""

BUSY = 0.015
"""Seconds by which a short sleep may last too long on a machine that is not busy."""

_COLUMNS = ("Lesson", "Version", "Requests", "Tasks", "Steps", "Largest difference", "Tries", "")
WIDTHS = (18, 12, 8, 5, 5, 18, 24)
"""Of the columns but the last, in a pipe."""


@dataclass
class Verdict:
    """What came of one version. ``agreement`` is that of the last try, None where none was run."""

    lesson: str
    variant: str
    agreement: Agreement | None
    tries: int
    busy: int = 0
    note: str = ""

    @property
    def agrees(self) -> bool:
        return self.agreement is not None and not self.agreement.differences

    def row(self) -> list[str]:
        """As a row of the table."""
        found = self.agreement
        if found is None:
            return [self.lesson, self.variant, "", "", "", "", "", f"not compared: {self.note}"]
        counts = [str(found.requests), str(found.tasks), str(found.steps)]
        worst = f"{found.worst * 1000:.0f} of {found.allowed * 1000:.0f} ms"
        verdict = "agrees" if self.agrees else "differs"
        but = f", but for {self.note}" if self.note else ""
        busy = f" ({self.busy} on a busy machine)" if self.busy else ""
        tries = f"{self.tries}{busy}"
        return [self.lesson, self.variant, *counts, worst, tries, verdict + but]


def check_wall(
    catalogue: Catalogue, lessons: Sequence[str], scale: float, broker: str | None
) -> None:
    """Compare all versions of these lessons, and print a table; in a pipe each row as it is known.

    Raises ClickException if one differs, or cannot be run.
    """
    verdicts = []
    if not Console().is_terminal:
        click.echo(_line(_COLUMNS))
    with Lab() as lab, _progress() as progress:
        task = progress.add_task("", total=None)
        for name in lessons:
            if name in catalogue.broken:
                raise click.ClickException(str(catalogue.broken[name][0]))
            lesson = catalogue.lessons[name]
            for variant in lesson.variants:
                progress.update(task, description=f"{name}: {variant.id}, for real")
                verdicts.append(judge(lab, lesson, variant.id, scale, broker))
                _tell(verdicts[-1])
    _show(verdicts)
    for verdict in verdicts:
        for difference in verdict.agreement.differences if verdict.agreement else ():
            click.echo(f"{verdict.lesson}, {verdict.variant}: {difference}")
    different = [verdict for verdict in verdicts if verdict.agreement and not verdict.agrees]
    left_out = sum(verdict.agreement is None for verdict in verdicts)
    compared = len(verdicts) - len(different) - left_out
    click.echo(f"{compared} agree, {len(different)} differ, {left_out} not compared")
    if different:
        raise click.ClickException(f"{len(different)} of {len(verdicts)} versions differ.")


def judge(lab: Lab, lesson: Lesson, variant: str, scale: float, broker: str | None) -> Verdict:
    """Run one version on both clocks and compare. Raises ClickException where it cannot be run."""
    table = lesson.wall(variant)
    job = scaled(lesson.job(variant), scale)
    reason = unable(job) if table.shown else table.why
    if reason is not None:
        return Verdict(lesson.id, variant, None, 0, note=reason)
    try:
        model = lab.run(job)
        tries = busy = 0
        while tries - busy < TRIES and tries < MOST_TRIES:
            with Watch() as watch:
                real = lab.run(_for_real(job, broker))
            tries, busy = tries + 1, busy + (watch.worst > BUSY)
            found = compare(model, real, table.free)
            if not found.differences:
                break
    except LabError as error:
        raise click.ClickException(f"{lesson.id}, {variant}: {error.message}") from error
    note = ", ".join(table.free) + (f" ({table.why})" if table.free and table.why else "")
    return Verdict(lesson.id, variant, found, tries, busy, note)


class Watch:
    """Sees how busy the machine is: ``worst`` is how much too long a short sleep lasted (s)."""

    def __init__(self) -> None:
        self.worst = 0.0
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> Watch:
        self._thread.start()
        return self

    def __exit__(self, *exc: object) -> None:
        self._over.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._over.is_set():
            before = time.monotonic()
            time.sleep(0.005)
            self.worst = max(self.worst, time.monotonic() - before - 0.005)


def _for_real(job: Job, broker: str | None) -> Job:
    return replace(job, clock="wall", broker=broker)


def _progress() -> Progress:
    console = Console(stderr=True)
    columns = SpinnerColumn(), TextColumn("{task.description}")
    return Progress(*columns, console=console, disable=not console.is_terminal, transient=True)


def _line(row: Sequence[str]) -> str:
    cells = [f"{cell:<{width}}" for cell, width in zip(row, WIDTHS, strict=False)]
    return "  ".join([*cells, row[-1]]).rstrip()


def _tell(verdict: Verdict) -> None:
    """A row as soon as it is known, where no table can be drawn."""
    if not Console().is_terminal:
        click.echo(_line(verdict.row()))


def _show(verdicts: Sequence[Verdict]) -> None:
    console = Console()
    if not console.is_terminal:
        return
    table = Table(*_COLUMNS, header_style="bold")
    for verdict in verdicts:
        style = "green" if verdict.agrees else "yellow" if not verdict.agreement else "bold red"
        *cells, last = verdict.row()
        table.add_row(*cells, Text(last, style=style))
    console.print(table)
