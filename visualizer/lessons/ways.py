"""The formats of ``predict.toml``, ``break_it.toml`` and ``change_it.toml``, as classes.

Together with ``quiz.toml`` they are what a lesson asks of its learner. A myth is a question, too:
the run decides whether it is true, and the learner says so first.
"""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from msgspec import Meta

from .format import Identifier, Table, Text
from .quiz import Proof, Question

TRUE, MYTH = "It is true", "It is a myth"


class Prediction(Question, kw_only=True):
    """A question that is asked while the run plays: it stops at the step ``stop``, the learner
    commits, and the run goes on to the step ``proof``, which answers."""

    stop: Annotated[Proof, Meta(description="the step at which the run waits for the learner")]

    def page(self) -> dict[str, Any]:
        return {**super().page(), "stop": msgspec.to_builtins(self.stop)}


class PredictTable(Table):
    """The whole of ``predict.toml``."""

    questions: Annotated[list[Prediction], Meta(min_length=1)]


class Row(Table):
    """A row of a comparison: the same query on every run."""

    label: Text
    query: Annotated[Text, Meta(description="JMESPath on each run")]
    unit: Annotated[
        str,
        Meta(description="seconds, ms, percent, number or times, with decimals: seconds 2"),
    ] = ""


class Pitfall(Table):
    """A mistake beside its cure, both run."""

    id: Identifier
    title: Text
    text: Annotated[Text, Meta(description="Markdown: what goes wrong, and why")]
    wrong: Annotated[Text, Meta(description="the run that goes wrong: inline?users=10")]
    right: Annotated[Text, Meta(description="the run that goes right")]
    rows: Annotated[list[Row], Meta(min_length=1, description="what to compare")]
    remember: Annotated[Text, Meta(description="one sentence to keep")]


class Myth(Table):
    """A sentence that many believe. ``query`` says on the run whether it is true."""

    id: Identifier
    claim: Text
    variant: Annotated[str, Meta(description="the version whose run decides")]
    query: Annotated[Text, Meta(description="JMESPath; true or false")]
    explanation: Annotated[Text, Meta(description="what the run shows")]
    proof: Proof
    hint: Text = "Think of what the run has shown."

    def question(self) -> Question:
        """The myth as a question with two choices."""
        return Question(
            id=self.id,
            kind="choice",
            variant=self.variant,
            text=self.claim,
            hint=self.hint,
            explanation=self.explanation,
            proof=self.proof,
            choices=[TRUE, MYTH],
            query=f"({self.query}) && '{TRUE}' || '{MYTH}'",
        )


class BreakTable(Table):
    """The whole of ``break_it.toml``."""

    pitfalls: list[Pitfall] = msgspec.field(default_factory=list)
    myths: list[Myth] = msgspec.field(default_factory=list)


class Experiment(Table):
    """Something to try: settings side by side, and what to look for in them."""

    id: Identifier
    title: Text
    text: Annotated[Text, Meta(description="Markdown: what to look for")]
    runs: Annotated[list[Text], Meta(min_length=1, description="one to four runs: thread?users=10")]


class ChangeTable(Table):
    """The whole of ``change_it.toml``."""

    experiments: Annotated[list[Experiment], Meta(min_length=1)]
