"""``meanwhile check --wall``: runs every version of lessons on both clocks and compares.

All versions are run once, several at the same time. On a busy machine real runs wobble: those that
differ are run again by themselves, one after the other, each when the machine is at rest if that
comes soon, and then those that still differ once more. A version is run at most ``TRIES`` times in
all, and more often where the machine was seen to be busy; it agrees if one real run does, and the
table says how many it took. The bounds stay as they are.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import click
from msgspec.structs import replace
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn
from rich.table import Table
from rich.text import Text

from visualizer.lab import Lab, LabError
from visualizer.lab.client import REAL_AT_ONCE
from visualizer.lab.wall.able import unable
from visualizer.lab.wall.scale import scaled
from visualizer.lessons import Catalogue, Lesson
from visualizer.trace import Trace
from visualizer.trace.agreement import Agreement, compare

TRIES = 4
"""Real runs of a version, not counting those during which the machine was busy."""

MOST_TRIES = 8
"""Real runs of a version in all."""

BUSY = 0.015
"""Seconds by which a short sleep may last too long on a machine that is not busy."""

REST = 0.3
"""Seconds for which a machine at rest has not been busy,"""

PATIENCE = 5.0
"""and for which that is waited at most."""

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
    def name(self) -> str:
        return f"{self.lesson}: {self.variant}"

    @property
    def agrees(self) -> bool:
        return self.agreement is not None and not self.agreement.differences

    @property
    def over(self) -> bool:
        """Whether it agrees, or has been tried often enough."""
        often = self.tries - self.busy >= TRIES or self.tries >= MOST_TRIES
        return self.agrees or often

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
    for name in lessons:
        if name in catalogue.broken:
            raise click.ClickException(str(catalogue.broken[name][0]))
    if not Console().is_terminal:
        click.echo(_line(_COLUMNS))
    with Lab() as lab, _progress() as progress:
        trials = [
            Trial(lab, catalogue.lessons[name], variant.id, scale, broker)
            for name in lessons
            for variant in catalogue.lessons[name].variants
        ]
        # Runs would get in each other's way at a queue of a broker that is not their own.
        try_all(trials, 1 if broker else REAL_AT_ONCE, progress)
    verdicts = [trial.verdict for trial in trials]
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


class Trial:
    """One version, which is run on the virtual clock once, and for real until it agrees.

    ``job`` has its waits divided by ``scale``, or by as much as the lesson allows.
    """

    def __init__(
        self, lab: Lab, lesson: Lesson, variant: str, scale: float, broker: str | None
    ) -> None:
        table = lesson.wall(variant)
        by = scale if table.scale is None else min(scale, table.scale)
        free = ", ".join(table.free) + (f" ({table.why})" if table.free and table.why else "")
        self._lab = lab
        self._broker = broker
        self._free = table.free
        self.job = scaled(lesson.job(variant), by)
        self._model: Trace | None = None
        self.verdict = Verdict(lesson.id, variant, None, 0, note=free)
        reason = unable(self.job) if table.shown else table.why
        self.possible = reason is None
        self.verdict.note = reason or free

    def run(self) -> None:
        """Run it for real once more. Raises ClickException where it cannot be run."""
        verdict = self.verdict
        try:
            self._model = self._model or self._lab.run(self.job)
            with Watch() as watch:
                real = self._lab.run(replace(self.job, clock="wall", broker=self._broker))
        except LabError as error:
            text = f"{verdict.lesson}, {verdict.variant}: {error.message}"
            raise click.ClickException(text) from error
        verdict.tries += 1
        verdict.busy += watch.worst > BUSY
        verdict.agreement = compare(self._model, real, self._free)


def try_all(trials: Sequence[Trial], at_once: int, progress: Progress) -> None:
    """Run each once, several at the same time; then those that differ again, in rounds."""
    task = progress.add_task("", total=None)
    possible = [trial for trial in trials if trial.possible]

    def first(trial: Trial) -> None:
        progress.update(task, description=f"{trial.verdict.name}, for real")
        trial.run()
        if trial.verdict.agrees:
            _tell(trial.verdict)

    with ThreadPoolExecutor(at_once) as pool:
        try:
            list(pool.map(first, possible))
        finally:
            pool.shutdown(wait=False, cancel_futures=True)
    for trial in trials:
        if not trial.possible:
            _tell(trial.verdict)
    differ = [trial for trial in possible if not trial.verdict.agrees]
    while differ:
        for trial in differ:
            progress.update(task, description=f"{trial.verdict.name}, for real, again")
            wait_for_rest()
            trial.run()
            if trial.verdict.over:
                _tell(trial.verdict)
        differ = [trial for trial in differ if not trial.verdict.over]


def wait_for_rest() -> None:
    """Until the machine is at rest, or for ``PATIENCE`` seconds."""
    end = time.monotonic() + PATIENCE
    busy = True
    while busy and time.monotonic() < end:
        with Watch() as watch:
            time.sleep(REST)
        busy = watch.worst > BUSY


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
