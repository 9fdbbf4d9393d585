"""The live parts of a text: what a reader sees there comes from a run, a lesson or the glossary.

Inline parts stand in braces or double brackets; blocks are fenced, with their kind behind the
fence and TOML between the fences. What is what is in ``docs/authoring.md``.
"""

from __future__ import annotations

from typing import Annotated, NamedTuple, TypeAlias

import msgspec
from msgspec import Meta

from .figures import Figure
from .format import Identifier, Table, Text
from .runs import RunName
from .ways import Row

# Inside a line.


class FigurePart(NamedTuple):
    """``{thread: requests[0].done as seconds}``; ``second`` where two runs are compared."""

    figure: Figure
    first: RunName
    second: RunName | None


class StepPart(NamedTuple):
    """``{step thread: response sent}``: a link to that step; the ``nth`` of its moment."""

    run: RunName
    moment: str
    nth: int
    text: str


class TermPart(NamedTuple):
    """``[[worker]]`` or ``[[worker|workers]]``: a word of the glossary."""

    term: str
    text: str


class LinkPart(NamedTuple):
    """A link to a lesson or a chapter: ``lesson:long_task/predict``, ``chapter:why/measure``."""

    kind: str
    name: str
    way: str


# Blocks.


class Timeline(Table):
    """What happened in one run or more, as a small picture."""

    runs: Annotated[list[Text], Meta(min_length=1)]
    caption: str = ""


class Compare(Table):
    """Figures of two runs or more, side by side, as a table with bars."""

    runs: Annotated[list[Text], Meta(min_length=2)]
    rows: Annotated[list[Row], Meta(min_length=1)]
    caption: str = ""
    verdict: Annotated[bool, Meta(description="add a row that says which is the good way")] = False


class Box(Table):
    """A box of a diagram, ``at`` its column and row."""

    id: Identifier
    text: Text
    at: Annotated[list[int], Meta(min_length=2, max_length=2)]
    note: Annotated[str, Meta(description="a second, smaller line")] = ""


class Way(Table):
    """An arrow of a diagram."""

    from_: Annotated[str, Meta(description="the id of a box")] = msgspec.field(name="from")
    to: Annotated[str, Meta(description="the id of a box")]
    text: str = ""


class Diagram(Table):
    """Boxes and arrows."""

    title: Text
    boxes: Annotated[list[Box], Meta(min_length=2)]
    arrows: list[Way] = msgspec.field(default_factory=list)


class Ask(Table):
    """A question to commit to: what stands below unfolds behind the answer."""

    question: Annotated[Text, Meta(description="the id of a question in questions.toml")]


class Program(Table):
    """A listing, or one function of it, as it ran."""

    run: Text
    function: Annotated[str, Meta(description="only this function")] = ""


class Printed(Table):
    """What came out of a run: the answers that users got, and what the program printed."""

    run: Text


class Steps(Table):
    """The execution table of a run."""

    run: Text


Block: TypeAlias = Timeline | Compare | Diagram | Ask | Program | Printed | Steps
Inline: TypeAlias = FigurePart | StepPart | TermPart | LinkPart
Live: TypeAlias = Block | Inline

#: What may stand behind a fence.
BLOCKS: dict[str, type[Block]] = {
    "timeline": Timeline,
    "compare": Compare,
    "diagram": Diagram,
    "ask": Ask,
    "program": Program,
    "output": Printed,
    "steps": Steps,
}


def runs_of(block: Block) -> list[str]:
    """The names of the runs that a block shows."""
    if isinstance(block, (Timeline, Compare)):
        return list(block.runs)
    if isinstance(block, (Program, Printed, Steps)):
        return [block.run]
    return []
