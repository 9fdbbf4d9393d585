"""Holds a lesson against its own runs before a class sees it.

A rehearsal finds what no look at the files can: a query to which the run has no answer, an answer
that is not among the choices, a key moment that never comes, a box of the flow that never lights, a
step of the table without a caption, a lesson that is too long.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from visualizer.lessons import Facts, Lesson, LessonError, Question, show
from visualizer.lessons.places import Path
from visualizer.lessons.shape import Breach
from visualizer.trace.records import Trace

from .quiz import AnswerError, expected

#: Questions that a quiz has at least.
FEWEST_QUESTIONS = 5
#: A lesson is short, unless it says why not: virtual seconds, and steps of a version.
LONGEST = 15.0
STEPS = range(6, 26)


def rehearse(lesson: Lesson, traces: Mapping[str, Trace]) -> list[LessonError]:
    """What is wrong with a lesson, given the trace of every variant with its default settings."""
    if any(trace.truncated is not None for trace in traces.values()):
        # What such a run lacks would fill a page, and says nothing more.
        return lesson.lesson_file.errors_of(_cut(lesson, traces))
    runs = {variant: Facts(trace) for variant, trace in traces.items()}
    errors = lesson.lesson_file.errors_of(_watched(lesson, traces))
    errors += lesson.lesson_file.errors_of(_moments(lesson, runs))
    errors += lesson.lesson_file.errors_of(_flow(lesson, traces))
    errors += lesson.lesson_file.errors_of(_captions(lesson, traces))
    errors += lesson.lesson_file.errors_of(_length(lesson, traces))
    errors += lesson.quiz_file.errors_of(_enough(lesson))
    for index, question in enumerate(lesson.quiz):
        found = question_breaches(("questions", index), question, runs[question.variant])
        errors += lesson.quiz_file.errors_of(found)
    if lesson.predict_file is not None:
        errors += lesson.predict_file.errors_of(_predictions(lesson, runs))
    if lesson.break_file is not None:
        errors += lesson.break_file.errors_of(_myths(lesson, runs))
    return sorted(errors, key=lambda error: (error.file, error.line))


def _cut(lesson: Lesson, traces: Mapping[str, Trace]) -> Iterator[Breach]:
    for index, variant in enumerate(lesson.variants):
        cut = traces[variant.id].truncated
        if cut is not None:
            yield Breach(
                ("variants", index, "file"),
                f"The run of {variant.id!r} was cut: {cut.reason}.",
                f"Let {variant.file} come to its end by itself.",
            )


def _watched(lesson: Lesson, traces: Mapping[str, Trace]) -> Iterator[Breach]:
    for index, variant in enumerate(lesson.variants):
        trace = traces[variant.id]
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


def _captions(lesson: Lesson, traces: Mapping[str, Trace]) -> Iterator[Breach]:
    for index, variant in enumerate(lesson.variants):
        own = {**lesson.table.captions, **variant.table.captions}
        told = dict.fromkeys(step.moment for step in traces[variant.id].steps if step.file is None)
        for moment in told:
            if moment not in own:
                yield Breach(
                    ("variants", index),
                    f"The table of {variant.id!r} shows {moment!r} without a caption of yours.",
                    f'Add "{moment}" = "…" to [captions].',
                )


def _length(lesson: Lesson, traces: Mapping[str, Trace]) -> Iterator[Breach]:
    if lesson.table.unusual_length is not None:
        return
    remedy = 'Change the settings, or say why in unusual_length = "…".'
    for index, variant in enumerate(lesson.variants):
        trace = traces[variant.id]
        if trace.duration > LONGEST:
            message = f"The run of {variant.id!r} takes {show(trace.duration)} s, more than"
            yield Breach(("variants", index), f"{message} {LONGEST:g}.", remedy)
        if len(trace.steps) not in STEPS:
            message = f"The run of {variant.id!r} has {len(trace.steps)} steps, not"
            yield Breach(("variants", index), f"{message} {STEPS[0]} to {STEPS[-1]}.", remedy)


def _enough(lesson: Lesson) -> Iterator[Breach]:
    if len(lesson.quiz) < FEWEST_QUESTIONS:
        yield Breach(
            ("questions",),
            f"The quiz has {len(lesson.quiz)} questions.",
            f"Write {FEWEST_QUESTIONS} or more.",
        )


def _predictions(lesson: Lesson, runs: Mapping[str, Facts]) -> Iterator[Breach]:
    for index, question in enumerate(lesson.predictions):
        here: Path = ("questions", index)
        facts = runs[question.variant]
        yield from question_breaches(here, question, facts)
        stop = facts.step(question.stop.where, question.stop.query)
        proof = facts.step(question.proof.where, question.proof.query)
        if stop is None:
            yield Breach(
                (*here, "stop"),
                f"The run of {question.variant!r} has no step at which {question.id!r} stops.",
                _steps_of(facts),
            )
        elif proof is not None and stop >= proof:
            yield Breach(
                (*here, "stop"),
                f"It stops at step {stop}, and step {proof} has answered already.",
                "Stop at an earlier step, or name a later proof.",
            )


def _myths(lesson: Lesson, runs: Mapping[str, Facts]) -> Iterator[Breach]:
    for index, myth in enumerate(lesson.myths):
        here: Path = ("myths", index)
        facts = runs[myth.variant]
        decided = facts.ask(myth.query)
        if not isinstance(decided, bool):
            yield Breach(
                (*here, "query"),
                f"The run of {myth.variant!r} says {show(decided)!r} to {myth.id!r}.",
                "The query has to be true or false.",
            )
        if facts.step(myth.proof.where, myth.proof.query) is None:
            yield Breach(
                (*here, "proof"),
                f"The run of {myth.variant!r} has no step that proves {myth.id!r}.",
                _steps_of(facts),
            )
        yield from _unanswered((*here, "explanation"), myth.variant, myth.explanation, facts)


def question_breaches(here: Path, question: Question, facts: Facts) -> Iterator[Breach]:
    """What the run that a question is about denies of it."""
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
        yield from _unanswered((*here, *place), question.variant, text, facts)


def _unanswered(here: Path, variant: str, text: str, facts: Facts) -> Iterator[Breach]:
    for query in facts.unanswered(text):
        message = f"The run of {variant!r} has no answer to {{{query}}}."
        yield Breach(here, message, "Correct the query.")


def _steps_of(facts: Facts) -> str:
    moments = dict.fromkeys(step["moment"] for step in facts.data["steps"])
    return "It has " + ", ".join(moments) + "."
