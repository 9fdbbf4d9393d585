"""The format of ``quiz.toml``, as classes. ``docs/quiz.schema.json`` is made from them.

A question about a run does not hold its answer but a query (JMESPath) whose result on the trace
is the answer; so the two cannot disagree, whatever the learner has set. What is asked and what
is answered are kept apart: ``Question.page()`` is all that a browser may know beforehand.
"""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal, TypeAlias

import msgspec
from msgspec import Meta

from .format import Identifier, Number, Table, Text

Kind: TypeAlias = Literal["choice", "choices", "step", "number", "order"]
#: Kinds that offer a list to choose from.
LISTED: tuple[Kind, ...] = ("choice", "choices", "order")
#: What ``wrong`` may hold for a number, besides a reason for each choice of the other kinds.
SIDES = ("too low", "too high")


def unit_of_one(unit: str) -> str:
    """The unit as it stands behind 1: "request" for "requests", "task long" for "tasks long"."""
    return re.sub(r"^([a-z]{2,})s\b", r"\1", unit)


class Proof(Table):
    """The step that proves the answer: by its moment, or by a query that gives its number."""

    where: Annotated[str | None, Meta(description="a moment, such as response sent")] = None
    query: Annotated[str | None, Meta(description="JMESPath; gives the number of a step")] = None


class Question(Table):
    """One question. ``explanation`` and ``wrong`` may hold ``{queries}`` filled in by the run."""

    id: Identifier
    kind: Annotated[
        Kind,
        Meta(
            description="choice: one of choices. choices: all that are right."
            " step: a step's number. number: a number. order: choices put in order."
        ),
    ]
    variant: Annotated[str, Meta(description="the version whose run answers the question")]
    text: Text
    hint: Text
    explanation: Annotated[Text, Meta(description="why the right answer is right")]
    proof: Proof
    choices: list[Text] = msgspec.field(default_factory=list)
    answer: Annotated[
        str | Number | list[str] | None, Meta(description="the answer, where no run decides it")
    ] = None
    query: Annotated[
        str | None, Meta(description="JMESPath; its result on the trace is the answer")
    ] = None
    tolerance: Annotated[
        float, Meta(ge=0, description="how far off a number may be and still be right")
    ] = 0.0
    unit: Annotated[str, Meta(description="the unit of a number, such as s")] = ""
    wrong: Annotated[
        dict[str, Text],
        Meta(
            description="why a wrong answer is wrong: for each choice; for a step by its moment;"
            " for a number by 'too low' and 'too high'"
        ),
    ] = msgspec.field(default_factory=dict)

    def page(self) -> dict[str, Any]:
        """What a browser may know before the question is answered."""
        return {
            "id": self.id,
            "kind": self.kind,
            "variant": self.variant,
            "text": self.text,
            "hint": self.hint,
            "choices": list(self.choices),
            "unit": self.unit,
            "one": unit_of_one(self.unit),
        }


class QuizTable(Table):
    """The whole of ``quiz.toml``."""

    questions: Annotated[list[Question], Meta(min_length=1)]
