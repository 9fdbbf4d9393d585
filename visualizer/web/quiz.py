"""Answers to questions: graded here, against the run that the learner has set.

``POST /s/<lesson>/quiz/<question>`` takes ``{answer, parameters, seed}`` and gives ``{correct,
explanation, step: {variant, n, href}}``: predictions and myths are asked for in the same way. A
myth is decided by the run with the lesson's usual settings, the one that its page tells of.
``POST /c/<chapter>/questions/<question>`` does so for the questions of a chapter's texts, which
name their run themselves. What is right leaves the server only so, after an answer, or for a
handout with answers, which somebody has to ask for: ``GET /s/<lesson>/answers``, with the stage's
query, gives ``{answers: [{id, right, explanation}]}``, ``right`` a list of texts.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
from flask import Flask, request
from flask.typing import ResponseReturnValue

from visualizer.classroom.asking import from_lesson
from visualizer.classroom.quiz import AnswerError, grade
from visualizer.classroom.state import Put
from visualizer.classroom.telling import right_answers
from visualizer.course import Library
from visualizer.course.address import step_address
from visualizer.lab.errors import LabError
from visualizer.lessons import Chapter, Lesson, ParameterError, Question
from visualizer.lessons.runs import RunName, run_name
from visualizer.trace import Trace

from .chunks import Runs
from .desk import chapter_of, job_of, lesson_of
from .gate import same_origin
from .messages import MAX_SLOTS, Answer, Refusal, read
from .wishes import Wishes, nearly


def attach(app: Flask, library: Library, runs: Runs) -> None:
    """The addresses for answers, as the endpoints ``quiz`` and ``chapter_question``."""
    catalogue = library.catalogue

    @app.post("/s/<lesson_id>/quiz/<question_id>")
    def quiz(lesson_id: str, question_id: str) -> ResponseReturnValue:
        if not same_origin(request.environ):
            raise Refusal("foreign", "Only pages of this server may answer.", status=403)
        lesson = lesson_of(catalogue, lesson_id)
        question = question_of(lesson, question_id)
        given = read(body_of("An answer"), Answer, "An answer")
        if any(myth.id == question.id for myth in lesson.myths):
            given = Answer(answer=given.answer)
        job = job_of(lesson, question.variant, given.parameters, given.seed)
        told = _graded(question, given.answer, lambda: runs.run(job))
        return _with_address(told, lesson, RunName(lesson.id, question.variant))

    @app.get("/s/<lesson_id>/answers")
    def answers(lesson_id: str) -> ResponseReturnValue:
        lesson = lesson_of(catalogue, lesson_id)
        asked = [id for id in request.args.get("v", "").split(",") if id][:MAX_SLOTS]
        shown = asked or [variant.id for variant in lesson.variants]
        wishes, _ = nearly(request.args, lesson, len(shown))
        settings = dict(reversed(list(zip(shown, wishes, strict=True))))
        usual = nearly({}, lesson, 1)[0][0]
        return {
            "answers": [
                _right(lesson, question, settings.get(question.variant, usual), runs)
                for question in lesson.quiz
            ]
        }

    @app.post("/c/<chapter_id>/questions/<question_id>")
    def chapter_question(chapter_id: str, question_id: str) -> ResponseReturnValue:
        if not same_origin(request.environ):
            raise Refusal("foreign", "Only pages of this server may answer.", status=403)
        question = question_of(chapter_of(catalogue, chapter_id), question_id)
        given = read(body_of("An answer"), Answer, "An answer")
        run = run_name(question.variant)
        told = _graded(question, given.answer, lambda: library.trace(run))
        return _with_address(told, library.lesson(run), run)


def _graded(question: Question, answer: Any, trace: Callable[[], Trace]) -> dict[str, Any]:
    """The verdict as plain data. Raises ``Refusal``."""
    try:
        told: dict[str, Any] = msgspec.to_builtins(grade(question, answer, trace()))
    except AnswerError as error:
        raise Refusal("answer", error.message, error.field) from error
    except LabError as error:
        raise Refusal(error.code, error.where(), status=422) from error
    return told


def _right(lesson: Lesson, question: Question, wishes: Wishes, runs: Runs) -> dict[str, Any]:
    """What is right in words, with these settings; nothing where their run does not show it."""
    told: dict[str, Any] = {"id": question.id, "right": [], "explanation": ""}
    try:
        trace = runs.run(job_of(lesson, question.variant, dict(wishes.parameters), wishes.seed))
        asked = from_lesson(lesson.id, question, trace, parameters=wishes.parameters)
    except (LabError, Refusal) as error:
        return {**told, "explanation": error.message}
    right = right_answers(Put(n=1, asked=asked, at=0))
    return {**told, "right": right, "explanation": asked.key.explanation}


def _with_address(told: dict[str, Any], lesson: Lesson, run: RunName) -> dict[str, Any]:
    """The verdict, with the address of the step that proves it."""
    step = told["step"]
    if step is None:
        return told
    address = step_address(lesson, run, step["n"])
    return {**told, "step": {**step, "variant": run.variant, "href": address}}


def question_of(asker: Lesson | Chapter, id: str) -> Question:
    """The question of this id. Raises ``Refusal`` ``unknown_question``."""
    try:
        return asker.question(id)
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
