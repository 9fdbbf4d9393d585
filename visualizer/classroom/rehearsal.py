"""Holds a lesson against its own runs before a class sees it.

A rehearsal finds what no look at the files can: a query to which the run has no answer, an answer
that is not among the choices, a key moment that never comes, a box of the flow that never lights.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from visualizer.lessons import Facts, Lesson, LessonError, Question, show
from visualizer.lessons.shape import Breach
from visualizer.trace.records import Trace

from .quiz import AnswerError, expected


def rehearse(lesson: Lesson, traces: Mapping[str, Trace]) -> list[LessonError]:
    """What is wrong with a lesson, given the trace of every variant with its default settings."""
    runs = {variant: Facts(trace) for variant, trace in traces.items()}
    errors = lesson.lesson_file.errors_of(_runs(lesson, traces))
    errors += lesson.lesson_file.errors_of(_moments(lesson, runs))
    errors += lesson.lesson_file.errors_of(_flow(lesson, traces))
    for index, question in enumerate(lesson.quiz):
        found = _question(("questions", index), question, runs[question.variant])
        errors += lesson.quiz_file.errors_of(found)
    return sorted(errors, key=lambda error: (error.file, error.line))


def _runs(lesson: Lesson, traces: Mapping[str, Trace]) -> Iterator[Breach]:
    for index, variant in enumerate(lesson.variants):
        trace = traces[variant.id]
        if trace.truncated is not None:
            yield Breach(
                ("variants", index),
                f"The run of {variant.id!r} was cut: {trace.truncated.reason}.",
                "Let the program come to its end by itself.",
            )
        names = {variable.name for variable in trace.variables}
        names |= {f"{variable.scope}.{variable.name}" for variable in trace.variables}
        for place, name in enumerate(variant.watch):
            if name not in names:
                yield Breach(
                    ("variants", index, "watch", place),
                    f"The run of {variant.id!r} has no variable {name!r}.",
                    "Correct its name, or take it out of watch.",
                )


def _moments(lesson: Lesson, runs: Mapping[str, Facts]) -> Iterator[Breach]:
    for index, moment in enumerate(lesson.moments):
        facts = runs[moment.step.variant]
        if facts.step(moment.step.where) is None:
            yield Breach(
                ("moments", index, "step", "where"),
                f"The run of {moment.step.variant!r} has no step {moment.step.where!r}.",
                _steps_of(facts),
            )


def _flow(lesson: Lesson, traces: Mapping[str, Trace]) -> Iterator[Breach]:
    lit = {step.node for trace in traces.values() for step in trace.steps}
    for index, node in enumerate(lesson.flow):
        if node.id not in lit:
            yield Breach(
                ("flow", index, "lit"),
                f"No step of any run lights the node {node.id!r}.",
                "Name a moment that happens, or remove the node.",
            )


def _question(here: tuple[str | int, ...], question: Question, facts: Facts) -> Iterator[Breach]:
    right: object = None
    try:
        right = expected(question, facts)
    except AnswerError:
        result = "nothing" if question.query is None else show(facts.ask(question.query))
        yield Breach(
            (*here, "query" if question.query is not None else "answer"),
            f"The run of {question.variant!r} answers {question.id!r} with {result!r}.",
            "That has to be one of the choices, a step or a number, as its kind says.",
        )
    else:
        if question.kind == "choice":
            for choice in question.choices:
                if choice != right and choice not in question.wrong:
                    yield Breach(
                        (*here, "wrong"),
                        f"Nothing says why {choice!r} is wrong.",
                        f'Add "{choice}" = "…" to wrong.',
                    )
    if facts.step(question.proof.where, question.proof.query) is None:
        yield Breach(
            (*here, "proof"),
            f"The run of {question.variant!r} has no step that proves {question.id!r}.",
            _steps_of(facts),
        )
    texts: dict[tuple[str | int, ...], str] = {("explanation",): question.explanation}
    texts |= {("wrong", key): text for key, text in question.wrong.items()}
    for place, text in texts.items():
        for query in facts.unanswered(text):
            yield Breach(
                (*here, *place),
                f"The run of {question.variant!r} has no answer to {{{query}}}.",
                "Correct the query.",
            )


def _steps_of(facts: Facts) -> str:
    moments = dict.fromkeys(step["moment"] for step in facts.data["steps"])
    return "It has " + ", ".join(moments) + "."
