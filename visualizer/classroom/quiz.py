"""Judges a learner's answer against the run that the question is about.

The right answer is looked up in the trace at the moment of judging, so it follows whatever the
learner has set, and it can be in nothing that was sent to a browser before. A wrong answer is
told why it is wrong, then what is right, and which step proves it.
"""

from __future__ import annotations

import math
from typing import Any, TypeAlias

import msgspec

from visualizer.lessons import Facts, Question, show
from visualizer.trace.records import Trace

Answer: TypeAlias = str | int | float | list[str] | list[int]


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


def grade(question: Question, given: object, trace: Trace) -> Verdict:
    """Judge an answer by the trace of the question's variant. Raises ``AnswerError``."""
    facts = Facts(trace)
    answer = _accept(question, given, facts)
    right = expected(question, facts)
    correct = _equal(question, answer, right)
    explanation = facts.fill(question.explanation)
    if not correct:
        reason = _reason(question, answer, right, facts)
        explanation = f"{reason} {explanation}" if reason else explanation
    n = facts.step(question.proof.where, question.proof.query)
    step = None if n is None else ProofStep(question.variant, n)
    return Verdict(correct, explanation, step)


def expected(question: Question, facts: Facts) -> Answer:
    """The right answer in this run. Raises ``AnswerError`` where the run has none.

    For a step it may be a list of steps that are equally right (several users, say).
    """
    found: Any = question.answer if question.query is None else facts.ask(question.query)
    if question.kind == "choice" and found is not None:
        found = found if isinstance(found, str) else show(found)
    if question.kind in ("choices", "order") and isinstance(found, list):
        found = [item if isinstance(item, str) else show(item) for item in found]
    if not _is_possible(question, found, facts):
        raise AnswerError(
            "parameters",
            "With these settings the run does not show the answer. Set them back and try again.",
        )
    answer: Answer = found
    return answer


def _is_possible(question: Question, found: Any, facts: Facts) -> bool:
    if question.kind == "step" and isinstance(found, list):
        return bool(found) and all(_is_possible(question, step, facts) for step in found)
    try:
        _accept(question, found, facts)
    except AnswerError:
        return False
    return True


def _accept(question: Question, given: Any, facts: Facts) -> Answer:
    """The answer, if it is one that can be given to this question. Raises ``AnswerError``."""
    offered = ", ".join(f"“{choice}”" for choice in question.choices)
    if question.kind == "choice":
        if not isinstance(given, str) or given not in question.choices:
            raise AnswerError("answer", f"answer has to be one of {offered}.")
        return given
    if question.kind in ("choices", "order"):
        if not isinstance(given, list) or not all(isinstance(item, str) for item in given):
            raise AnswerError("answer", f"answer has to be a list taken from {offered}.")
        if len(set(given)) < len(given) or not set(given) <= set(question.choices):
            raise AnswerError("answer", f"answer may hold each of {offered} once, nothing else.")
        if question.kind == "order" and len(given) < len(question.choices):
            raise AnswerError("answer", f"answer has to hold all of {offered}, in order.")
        return given
    if isinstance(given, bool) or not isinstance(given, (int, float)):
        raise AnswerError("answer", "answer has to be a number.")
    if isinstance(given, float) and not math.isfinite(given):
        raise AnswerError("answer", "answer has to be an ordinary number.")
    if question.kind == "step":
        last = len(facts.data["steps"])
        if given != int(given) or not 1 <= given <= last:
            raise AnswerError("answer", f"answer has to be the number of a step, from 1 to {last}.")
        return int(given)
    return given


def _equal(question: Question, answer: Answer, right: Answer) -> bool:
    if question.kind == "step" and isinstance(right, list):
        return answer in right
    if isinstance(answer, list) and isinstance(right, list):
        same_order = answer == right
        return same_order if question.kind == "order" else sorted(answer) == sorted(right)
    if isinstance(answer, (int, float)) and isinstance(right, (int, float)):
        # Half a microsecond more, because times in a trace are rounded to one.
        return abs(answer - right) <= question.tolerance + 5e-7
    return answer == right


def _reason(question: Question, answer: Answer, right: Answer, facts: Facts) -> str:
    """Why this answer is wrong; empty where the author has no word about it."""
    if question.kind == "step":
        step = facts.data["steps"][int(str(answer)) - 1]
        told = question.wrong.get(step["moment"])
        return facts.fill(told) if told else f"Step {step['n']} is “{step['action']}”."
    if isinstance(answer, list) and isinstance(right, list):
        if question.kind == "order":
            keys = [a for a, b in zip(answer, right, strict=True) if a != b][:1]
        else:
            keys = [choice for choice in answer if choice not in right]
            if not keys:
                return "That is right, but not all of it."
    elif isinstance(answer, (int, float)) and isinstance(right, (int, float)):
        keys = ["too low" if answer < right else "too high"]
    else:
        keys = [str(answer)]
    return " ".join(facts.fill(question.wrong[key]) for key in keys if key in question.wrong)
