"""Questions as they are put to a class: with all that is needed to judge and to reveal them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from visualizer.lab.job import Value
from visualizer.lessons import Facts, Question
from visualizer.trace.records import Trace

from .names import clean
from .quiz import AnswerError, Key, actions, is_possible, key_of, step_reasons
from .refused import Refused
from .shapes import Shape

SECONDS = (5, 3600)
MAX_POINTS = 1000


class Adhoc(Shape, frozen=True, kw_only=True):
    """A question that the host makes up. ``answer`` None: an opinion, nothing is right."""

    kind: Literal["choice", "choices", "number", "step"]
    text: Annotated[str, Meta(max_length=500)]
    choices: Annotated[list[Annotated[str, Meta(max_length=200)]], Meta(max_length=8)] = (
        msgspec.field(default_factory=list)
    )
    unit: Annotated[str, Meta(max_length=20)] = ""
    variant: Annotated[str, Meta(max_length=200)] | None = None
    answer: Any = None
    tolerance: Annotated[float, Meta(ge=0, le=1e12)] = 0.0


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """A question with its answer key. Stored as it is; needs no lab later.

    ``lesson``, ``variant``, ``parameters`` and ``seed`` are those of the run it is about;
    ``question`` is its id in the lesson, None for one that the host made up.
    """

    lesson: str
    question: str | None
    text: str
    key: Key
    variant: str | None = None
    parameters: dict[str, Any] = {}
    seed: int = 0
    unit: str = ""
    hint: str = ""
    seconds: int | None = None
    points: int = 0

    @property
    def kind(self) -> str:
        return self.key.kind


def from_lesson(
    lesson: str,
    question: Question,
    trace: Trace,
    *,
    parameters: Mapping[str, Value],
    seed: int = 0,
    seconds: int | None = None,
    points: int = 0,
) -> Asked:
    """A lesson's question, judged by the run of its variant with the class's settings.

    ``seconds``: how long each vote lasts (5 to 3,600; None: until the host closes it).
    ``points``: what a right last answer is worth (0 to 1,000).
    Raises ``Refused`` parameters where this run has no answer, seconds, points."""
    _check(seconds, points)
    try:
        key = key_of(question, Facts(trace))
    except AnswerError as error:
        message = (
            "With the settings on the stage the run does not show the answer."
            " Set them back and ask again."
        )
        raise Refused("parameters", message, "question") from error
    return Asked(
        lesson=lesson,
        question=question.id,
        text=question.text,
        key=key,
        variant=question.variant,
        parameters=dict(parameters),
        seed=seed,
        unit=question.unit,
        hint=question.hint,
        seconds=seconds,
        points=points,
    )


def from_adhoc(
    lesson: str,
    given: Adhoc,
    trace: Trace | None = None,
    *,
    parameters: Mapping[str, Value] | None = None,
    seed: int = 0,
    seconds: int | None = None,
    points: int = 0,
) -> Asked:
    """A question the host makes up. A step needs the trace of ``given.variant``.

    Raises ``Refused`` adhoc that names the field (``adhoc.text``, …), seconds, points."""
    _check(seconds, points)
    text = _text(given.text, "text")
    choices = [_text(choice, f"choices[{n}]") for n, choice in enumerate(given.choices)]
    if given.kind in ("choice", "choices"):
        if not 2 <= len(choices) <= 8:
            raise _mistake("Give two to eight answers to choose from.", "choices")
        if len(set(choices)) < len(choices):
            raise _mistake("Two of the answers are the same; change or remove one.", "choices")
    elif choices:
        raise _mistake("This kind of question has no answers to choose from.", "choices")
    if given.kind == "step" and (trace is None or given.variant is None):
        raise _mistake("Say which version of the program the step is in.", "variant")
    facts = Facts(trace) if trace is not None and given.kind == "step" else None
    key = Key(
        kind=given.kind,
        choices=choices,
        tolerance=given.tolerance,
        steps=actions(facts) if facts else [],
    )
    if given.answer is not None:
        right = _right(given)
        if not is_possible(key, right) or right == []:
            raise _mistake("The right answer is none that can be given; correct it.", "answer")
        reasons = step_reasons(facts, {}) if facts else {}
        key = msgspec.structs.replace(key, right=right, reasons=reasons)
    return Asked(
        lesson=lesson,
        question=None,
        text=text,
        key=key,
        variant=given.variant if given.kind == "step" else None,
        parameters=dict(parameters or {}),
        seed=seed,
        unit=clean(given.unit) if given.kind == "number" else "",
        seconds=seconds,
        points=0 if given.answer is None else points,
    )


def _right(given: Adhoc) -> Any:
    """The right answer, its texts cleaned as the choices are."""
    if isinstance(given.answer, str):
        return clean(given.answer)
    if isinstance(given.answer, list) and given.kind == "choices":
        return [clean(item) if isinstance(item, str) else item for item in given.answer]
    return given.answer


def _text(text: str, field: str) -> str:
    cleaned = clean(text)
    if not cleaned:
        raise _mistake("Write something here.", field)
    return cleaned


def _mistake(message: str, field: str) -> Refused:
    return Refused("adhoc", message, f"adhoc.{field}")


def _check(seconds: int | None, points: int) -> None:
    least, most = SECONDS
    if seconds is not None and not least <= seconds <= most:
        raise Refused("seconds", f"A vote lasts {least} to {most} seconds.", "seconds")
    if not 0 <= points <= MAX_POINTS:
        raise Refused("points", f"Give 0 to {MAX_POINTS} points.", "points")
