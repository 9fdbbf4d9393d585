"""Judges a learner's answer against the run that the question is about.

The right answer is looked up in the trace, so it follows whatever has been set, and it can be in
nothing that was sent to a browser before. A ``Key`` holds all that one run says about a question:
with it answers are judged, and told why they are wrong, without the run.
"""

from __future__ import annotations

import math
from typing import Any, TypeAlias

import msgspec

from visualizer.lessons import Facts, Question, show
from visualizer.lessons.quiz import SIDES, Kind
from visualizer.trace.records import Trace

#: A choice or a number, a list of choices, or steps that are equally right.
Answer: TypeAlias = str | int | float | list[Any]

#: A number farther from zero is taken for this one: it can be stored, and is as wrong.
MOST = 1e15
INCOMPLETE = "That is right, but not all of it."


class AnswerError(ValueError):
    """An answer that this question does not take. ``field`` is ``answer``, or ``parameters`` where
    the run has no answer at all with these settings."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field
        self.message = message


class ProofStep(msgspec.Struct, frozen=True):
    """A step to jump to."""

    variant: str
    n: int


class Verdict(msgspec.Struct, frozen=True):
    """Whether the answer is right, why, and the step that proves it (None if the run lacks it)."""

    correct: bool
    explanation: str
    step: ProofStep | None


class Key(msgspec.Struct, frozen=True, kw_only=True):
    """The answer key of a question in one run.

    ``right`` is the right answer; for a step it may be a list of steps that are equally right;
    None for an opinion. ``steps`` are the actions of the run's steps where one is asked for.
    ``reasons`` say why an answer is wrong: by choice, by "too low" and "too high", by a step's
    number. All texts are filled in.
    """

    kind: Kind
    choices: list[str] = []
    right: Answer | None = None
    tolerance: float = 0.0
    steps: list[str] = []
    reasons: dict[str, str] = {}
    explanation: str = ""
    proof: ProofStep | None = None


def grade(question: Question, given: object, trace: Trace) -> Verdict:
    """Judge an answer by the trace of the question's variant. Raises ``AnswerError``."""
    facts = Facts(trace)
    accept(_bare(question, facts), given)
    key = key_of(question, facts)
    answer = accept(key, given)
    correct = bool(is_right(key, answer))
    reason = "" if correct else reason_for(key, answer)
    explanation = f"{reason} {key.explanation}" if reason else key.explanation
    return Verdict(correct, explanation, key.proof)


def expected(question: Question, facts: Facts) -> Answer:
    """The right answer in this run. Raises ``AnswerError`` where the run has none.

    For a step it may be a list of steps that are equally right (several users, say).
    """
    found: Any = question.answer if question.query is None else facts.ask(question.query)
    if question.kind == "choice" and found is not None:
        found = found if isinstance(found, str) else show(found)
    if question.kind in ("choices", "order") and isinstance(found, list):
        found = [item if isinstance(item, str) else show(item) for item in found]
    if not is_possible(_bare(question, facts), found):
        raise AnswerError(
            "parameters",
            "With these settings the run does not show the answer. Set them back and try again.",
        )
    answer: Answer = found
    return answer


def key_of(question: Question, facts: Facts) -> Key:
    """All that this run says about a question. Raises ``AnswerError`` where it has no answer."""
    right = expected(question, facts)
    n = facts.step(question.proof.where, question.proof.query)
    told = {key: facts.fill(text) for key, text in question.wrong.items()}
    if question.kind == "step":
        told = step_reasons(facts, told)
    return msgspec.structs.replace(
        _bare(question, facts),
        right=right,
        reasons=told,
        explanation=facts.fill(question.explanation),
        proof=None if n is None else ProofStep(question.variant, n),
    )


def step_reasons(facts: Facts, told: dict[str, str]) -> dict[str, str]:
    """A reason for each step by its number: what is told of its moment, or what it is."""
    return {
        str(step["n"]): told.get(step["moment"]) or f"Step {step['n']} is “{step['action']}”."
        for step in facts.data["steps"]
    }


def actions(facts: Facts) -> list[str]:
    """What each step of the run is, in order."""
    return [step["action"] for step in facts.data["steps"]]


def is_possible(key: Key, found: Any) -> bool:
    """Whether this can be the right answer."""
    if key.kind == "step" and isinstance(found, list):
        return bool(found) and all(is_possible(key, step) for step in found)
    try:
        accept(key, found)
    except AnswerError:
        return False
    return True


def accept(key: Key, given: object) -> Answer:
    """The answer, if it is one that can be given to this question. Raises ``AnswerError``."""
    offered = ", ".join(f"“{choice}”" for choice in key.choices)
    if key.kind == "choice":
        if not isinstance(given, str) or given not in key.choices:
            raise AnswerError("answer", f"answer has to be one of {offered}.")
        return given
    if key.kind in ("choices", "order"):
        if not isinstance(given, list) or not all(isinstance(item, str) for item in given):
            raise AnswerError("answer", f"answer has to be a list taken from {offered}.")
        if len(set(given)) < len(given) or not set(given) <= set(key.choices):
            raise AnswerError("answer", f"answer may hold each of {offered} once, nothing else.")
        if key.kind == "order" and len(given) < len(key.choices):
            raise AnswerError("answer", f"answer has to hold all of {offered}, in order.")
        return given
    if isinstance(given, bool) or not isinstance(given, (int, float)):
        raise AnswerError("answer", "answer has to be a number.")
    if isinstance(given, float) and not math.isfinite(given):
        raise AnswerError("answer", "answer has to be an ordinary number.")
    if key.kind == "step":
        last = len(key.steps)
        if given != int(given) or not 1 <= given <= last:
            raise AnswerError("answer", f"answer has to be the number of a step, from 1 to {last}.")
        return int(given)
    return max(-MOST, min(MOST, given))


def is_right(key: Key, answer: Answer) -> bool | None:
    """Whether an accepted answer is right; None where nothing is."""
    right = key.right
    if right is None:
        return None
    if key.kind == "step" and isinstance(right, list):
        return answer in right
    if isinstance(answer, list) and isinstance(right, list):
        same_order = answer == right
        return same_order if key.kind == "order" else sorted(answer) == sorted(right)
    if isinstance(answer, (int, float)) and isinstance(right, (int, float)):
        # Half a microsecond more, because times in a trace are rounded to one.
        return abs(answer - right) <= key.tolerance + 5e-7
    return answer == right


def mistakes(key: Key, answer: Answer) -> list[str]:
    """What is wrong in a wrong answer, as keys of ``reasons``: a choice, a side, a step."""
    right = key.right
    if isinstance(answer, list) and isinstance(right, list):
        if key.kind == "order":
            return [str(a) for a, b in zip(answer, right, strict=True) if a != b][:1]
        return [str(choice) for choice in answer if choice not in right]
    if key.kind == "number" and isinstance(answer, (int, float)):
        too_low = isinstance(right, (int, float)) and answer < right
        return [SIDES[0] if too_low else SIDES[1]]
    return [str(answer)]


def reason_for(key: Key, answer: Answer) -> str:
    """Why this wrong answer is wrong; empty where the author has no word about it."""
    wrong = mistakes(key, answer)
    if not wrong:
        return INCOMPLETE
    told = [key.reasons[mistake] for mistake in wrong if mistake in key.reasons]
    return " ".join(dict.fromkeys(told))  # two mistakes may have the same reason


def _bare(question: Question, facts: Facts) -> Key:
    """The key before the run has said what is right: enough to accept answers."""
    return Key(
        kind=question.kind,
        choices=list(question.choices),
        tolerance=question.tolerance,
        steps=actions(facts) if question.kind == "step" else [],
    )
