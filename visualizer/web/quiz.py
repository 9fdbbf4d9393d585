"""Answers to quiz questions: graded here, against the run that the learner has set.

``POST /s/<lesson>/quiz/<question>`` takes ``{answer, parameters, seed}`` and gives ``{correct,
explanation, step: {variant, n}}``. What is right leaves the server only so, after an answer.
"""

from __future__ import annotations

from typing import Any

import msgspec
from flask import Flask, request
from flask.typing import ResponseReturnValue

from visualizer.classroom.quiz import AnswerError, grade
from visualizer.lab.errors import LabError
from visualizer.lessons import Catalogue, Lesson, ParameterError, Question

from .chunks import Runs
from .desk import job_of, lesson_of
from .gate import same_origin
from .messages import Answer, Refusal, read


def attach(app: Flask, catalogue: Catalogue, runs: Runs) -> None:
    """The one address for answers, as the endpoint ``quiz``."""

    @app.post("/s/<lesson_id>/quiz/<question_id>")
    def quiz(lesson_id: str, question_id: str) -> ResponseReturnValue:
        if not same_origin(request.environ):
            raise Refusal("foreign", "Only pages of this server may answer.", status=403)
        lesson = lesson_of(catalogue, lesson_id)
        question = question_of(lesson, question_id)
        given = read(body_of("An answer"), Answer, "An answer")
        job = job_of(lesson, question.variant, given.parameters, given.seed)
        try:
            verdict = grade(question, given.answer, runs.run(job))
        except AnswerError as error:
            raise Refusal("answer", error.message, error.field) from error
        except LabError as error:
            raise Refusal(error.code, error.where(), status=422) from error
        told: dict[str, Any] = msgspec.to_builtins(verdict)
        return told


def question_of(lesson: Lesson, id: str) -> Question:
    """The question of this id. Raises ``Refusal`` ``unknown_question``."""
    try:
        return lesson.question(id)
    except ParameterError as error:
        raise Refusal("unknown_question", error.message, "question", status=404) from error


def body_of(what: str) -> Any:
    """The JSON of the request. Raises ``Refusal``."""
    if request.mimetype != "application/json":
        raise Refusal("invalid", f"{what} is sent as application/json.", status=415)
    try:
        return msgspec.json.decode(request.get_data())
    except (msgspec.DecodeError, RecursionError) as error:
        raise Refusal("invalid", f"{what} has to be JSON.") from error
