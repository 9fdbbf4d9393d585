"""The rules of ``quiz.toml`` that no single field can say; what only a run can tell is in
``rehearsal.py``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from .errors import did_you_mean
from .places import Path
from .queries import flaw_of_moment, flaw_of_query, flaw_of_text
from .quiz import LISTED, SIDES, Proof, Question
from .shape import Breach


def quiz_rules(
    questions: Sequence[Question], variants: Sequence[str], functions: set[str] | None
) -> Iterator[Breach]:
    """Every breach of a quiz whose shape is right. ``functions`` are those of the listings; None:
    not known here, so that any ``in FUNCTION`` is taken for a moment."""
    ids = [question.id for question in questions]
    for index, question in enumerate(questions):
        here: Path = ("questions", index)
        if question.id in ids[:index]:
            yield Breach((*here, "id"), f"There are two questions {question.id!r}.", "Rename one.")
        if question.variant not in variants:
            yield Breach(
                (*here, "variant"),
                f"There is no variant {question.variant!r}.",
                did_you_mean(question.variant, variants),
            )
        yield from _answer(here, question)
        yield from _choices(here, question)
        yield from _wrong(here, question, functions)
        yield from place_rules((*here, "proof"), question.proof, functions)
        yield from _texts(here, question)


def _answer(here: Path, question: Question) -> Iterator[Breach]:
    if (question.answer is None) == (question.query is None):
        yield Breach(
            here,
            f"The question {question.id!r} has to have one answer.",
            "Give it a query (if a run decides it) or an answer, not both.",
        )
        return
    if question.query is not None:
        flaw = flaw_of_query(question.query)
        if flaw is not None:
            yield Breach((*here, "query"), f"The query is no JMESPath: {flaw}.", "Correct it.")
        return
    answer = question.answer
    path = (*here, "answer")
    if question.kind == "choice" and answer not in question.choices:
        yield Breach(path, "The answer is not among the choices.", "Copy it from choices.")
    elif question.kind == "choices" and not (
        isinstance(answer, list) and answer and set(answer) <= set(question.choices)
    ):
        yield Breach(path, "The answer has to be a list of choices.", "Copy them from choices.")
    elif question.kind == "order" and not (
        isinstance(answer, list) and sorted(answer) == sorted(question.choices)
    ):
        yield Breach(path, "The answer has to hold every choice once.", "Copy them from choices.")
    elif question.kind in ("step", "number") and not isinstance(answer, (int, float)):
        yield Breach(path, "The answer has to be a number.", "Better still, give a query.")


def _choices(here: Path, question: Question) -> Iterator[Breach]:
    path = (*here, "choices")
    if question.kind not in LISTED:
        if question.choices:
            yield Breach(path, f"A {question.kind} has no choices.", "Remove them.")
    elif len(question.choices) < 2:
        yield Breach(
            path if question.choices else here,
            f"The question {question.id!r} offers no choice.",
            "Give it two choices or more.",
        )
    elif len(set(question.choices)) < len(question.choices):
        yield Breach(path, "Two choices are the same.", "Change or remove one.")


def _wrong(here: Path, question: Question, functions: set[str] | None) -> Iterator[Breach]:
    path = (*here, "wrong")
    for key in question.wrong:
        advice: str | None = None
        if question.kind in LISTED and key not in question.choices:
            advice = did_you_mean(key, question.choices)
        elif question.kind == "number" and key not in SIDES:
            advice = did_you_mean(key, SIDES)
        elif question.kind == "step":
            advice = _flaw_of_moment(key, functions)
        if advice is not None:
            yield Breach((*path, key), f"Nobody can answer {key!r}.", advice)
    if question.kind in ("choice", "choices"):
        right = question.answer if isinstance(question.answer, list) else [question.answer]
        silent = [c for c in question.choices if c not in question.wrong and c not in right]
        # Where a run decides, the one choice that is right at the moment may go without.
        if len(silent) > (1 if question.query is not None else 0):
            yield Breach(
                path,
                f"Nothing says why {silent[0]!r} is wrong.",
                f'Add "{silent[0]}" = "…" to wrong.',
            )
    elif not question.wrong and question.kind != "order":
        yield Breach(here, "Nothing says why a wrong answer is wrong.", "Add a table wrong.")


def place_rules(
    path: Path, proof: Proof, functions: set[str] | None, what: str = "A proof"
) -> Iterator[Breach]:
    """What is wrong with the place of a step."""
    if (proof.where is None) == (proof.query is None):
        yield Breach(path, f"{what} names one step.", 'Write { where = "response sent" }.')
    elif proof.where is not None:
        advice = _flaw_of_moment(proof.where, functions)
        if advice is not None:
            yield Breach((*path, "where"), f"There is no moment {proof.where!r}.", advice)
    elif proof.query is not None:
        flaw = flaw_of_query(proof.query)
        if flaw is not None:
            yield Breach((*path, "query"), f"The query is no JMESPath: {flaw}.", "Correct it.")


def _flaw_of_moment(moment: str, functions: set[str] | None) -> str | None:
    if functions is None:
        return flaw_of_moment(moment, {moment.removeprefix("in ")})
    return flaw_of_moment(moment, functions)


def _texts(here: Path, question: Question) -> Iterator[Breach]:
    texts: dict[Path, str] = {("explanation",): question.explanation}
    texts |= {("wrong", key): text for key, text in question.wrong.items()}
    for path, text in texts.items():
        flaw = flaw_of_text(text)
        if flaw is not None:
            yield Breach((*here, *path), f"A query in this text: {flaw}.", "Correct it.")
    for key, plain in (("text", question.text), ("hint", question.hint)):
        if "{" in plain or "}" in plain:
            yield Breach(
                (*here, key),
                f"The {key} is shown before any run, so it cannot hold a query.",
                "Say it without a figure.",
            )
