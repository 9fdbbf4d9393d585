"""Names of runs: ``long_task/thread?users=10`` is one version of a lesson with its settings.

Texts, comparisons and experiments all name the runs that they speak of in this way. Inside a
lesson's own files its name may be left out: ``thread?users=10``. ``seed`` stands among the
settings, as it does in an address.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from visualizer.lab.job import Job, Value
from visualizer.trace.records import Trace

from .errors import ParameterError, brief
from .parameters import parse

if TYPE_CHECKING:
    from .lesson import Lesson

_RUN = re.compile(
    r"(?:(?P<lesson>[a-z][a-z0-9_]*)/)?(?P<variant>[a-z][a-z0-9_]*)(?:\?(?P<settings>[^\s?]+))?"
)


class RunName(NamedTuple):
    """A run as a text names it. ``settings`` are texts until a lesson says what they mean."""

    lesson: str
    variant: str
    settings: tuple[tuple[str, str], ...] = ()
    seed: int = 0

    def __str__(self) -> str:
        pairs = [*self.settings, *([("seed", str(self.seed))] if self.seed else [])]
        settings = "&".join(f"{name}={value}" for name, value in pairs)
        return f"{self.lesson}/{self.variant}" + (f"?{settings}" if settings else "")

    def parameters(self, lesson: Lesson) -> dict[str, Value]:
        """The settings as the lesson takes them. Raises ``ParameterError``."""
        values: dict[str, Value] = {}
        for name, text in self.settings:
            table = lesson.parameters.get(name)
            values[name] = text if table is None else parse(name, table, text)
        return values

    def job(self, lesson: Lesson) -> Job:
        """The job of this run. Raises ``ParameterError``."""
        return lesson.job(self.variant, self.parameters(lesson), self.seed)


#: What gives the trace of a run. Raises ``ParameterError`` (no such run) or ``LabError``.
TraceOf: TypeAlias = Callable[[RunName], Trace]


def run_name(text: str, lesson: str = "") -> RunName:
    """Read a name; ``lesson`` is the lesson in whose files it stands. Raises ``ParameterError``."""
    match = _RUN.fullmatch(text.strip())
    if match is None:
        message = f"{brief(text)} is not the name of a run."
        raise ParameterError("run", f"{message} Write it as lesson/variant?setting=value.")
    named = match["lesson"] or lesson
    if not named:
        raise ParameterError("run", f"{brief(text)} names no lesson. Write it as lesson/variant.")
    settings: list[tuple[str, str]] = []
    seed = 0
    for pair in (match["settings"] or "").split("&"):
        name, equals, value = pair.partition("=")
        if not pair:
            continue
        if not equals:
            raise ParameterError("run", f"{brief(text)} has a setting without a value.")
        if name == "seed" and value.isdigit():
            seed = int(value)
        else:
            settings.append((name, value))
    return RunName(named, match["variant"], tuple(settings), seed)


def settings_in_words(name: RunName, lesson: Lesson, always: Collection[str] = ()) -> str:
    """What differs from the usual settings, for a reader: ``Users: 10``; empty where nothing.

    The settings ``always`` are told even where they are the usual ones."""
    told = []
    usual = {key: lesson.parameters[key].default for key in always if key in lesson.parameters}
    values: Mapping[str, Value] = {**usual, **name.parameters(lesson)}
    for key, value in values.items():
        table = lesson.parameters.get(key)
        if table is not None and (key in usual or value != table.default):
            # A no-break space: a number and its unit stand on one line.
            shown = f"{value:g}\u00a0{table.unit}".strip() if _number(value) else str(value)
            told.append(f"{table.label}: {shown}")
    if name.seed:
        told.append(f"seed {name.seed}")
    return ", ".join(told)


def _number(value: Value) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)
