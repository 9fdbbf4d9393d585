"""What the inline parts of a text come to: a figure's value, a step's number."""

from __future__ import annotations

from typing import Any

from visualizer.lessons.figures import joined
from visualizer.lessons.live import FigurePart, StepPart
from visualizer.trace.records import Trace

from .library import Library


class NoSuchStep(Exception):
    """The run has no such step; the message names those that it has."""


def figure_value(part: FigurePart, library: Library) -> Any:
    """The value, None where the run has none. Raises ``ParameterError`` or ``LabError``."""
    first = library.facts(part.first).ask(part.figure.query)
    if part.second is None:
        return None if first == [] else first
    return joined(part.figure.joint, first, library.facts(part.second).ask(part.figure.query))


def step_of(part: StepPart, trace: Trace) -> int:
    """The number of the step that a link means. Raises ``NoSuchStep``."""
    found = [step.n for step in trace.steps if step.moment == part.moment]
    if len(found) < part.nth:
        moments = ", ".join(dict.fromkeys(step.moment for step in trace.steps))
        raise NoSuchStep(f"The run has no step {part.moment!r} #{part.nth}. It has {moments}.")
    return found[part.nth - 1]
