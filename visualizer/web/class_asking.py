"""Questions for a class: made from what the host asks and from the run that the class looks at."""

from __future__ import annotations

from typing import Any

from visualizer.classroom import Asked, from_adhoc, from_lesson
from visualizer.classroom.shapes import Scene
from visualizer.lab.errors import LabError
from visualizer.lessons import Catalogue, Lesson
from visualizer.trace import Trace

from .chunks import Runs
from .class_messages import Ask
from .desk import job_of, lesson_of
from .messages import Refusal
from .quiz import question_of


class Asking:
    """Looks up lessons, and runs what a question is about with the settings of the class."""

    def __init__(self, catalogue: Catalogue, runs: Runs) -> None:
        self._catalogue = catalogue
        self._runs = runs

    def check(self, scene: Scene) -> Scene:
        """The scene, if every screen can show it. Raises ``Refusal`` that names the field."""
        try:
            lesson = lesson_of(self._catalogue, scene.lesson)
        except Refusal as refusal:
            raise _within(refusal, "scene.lesson") from refusal
        for number, slot in enumerate(scene.slots):
            try:
                job_of(lesson, slot.variant, slot.parameters, slot.seed)
            except Refusal as refusal:
                field = f"scene.slots[{number}].{refusal.field or ''}".rstrip(".")
                raise _within(refusal, field) from refusal
        return scene

    def notes(self, lesson: str) -> list[dict[str, Any]]:
        """What the author tells the presenter; nothing where the lesson is gone."""
        found = self._catalogue.lessons.get(lesson)
        notes: list[dict[str, Any]] = found.host_page()["notes"] if found else []
        return notes

    def asked(self, scene: Scene, wish: Ask) -> Asked:
        """The question with its answer key. Raises ``Refusal``."""
        if (wish.question is None) == (wish.adhoc is None):
            message = "Ask either a question of the lesson or one of your own (adhoc)."
            raise Refusal("invalid", message, "question")
        given: dict[str, Any] = {"seconds": wish.seconds, "points": wish.points}
        lesson = lesson_of(self._catalogue, wish.lesson or scene.lesson)
        if wish.question is not None:
            question = question_of(lesson, wish.question)
            trace, settings = self._run(lesson, scene, question.variant)
            return from_lesson(lesson.id, question, trace, **settings, **given)
        adhoc = wish.adhoc
        assert adhoc is not None
        if adhoc.variant is None:
            return from_adhoc(lesson.id, adhoc, **given)
        trace, settings = self._run(lesson, scene, adhoc.variant)
        return from_adhoc(lesson.id, adhoc, trace, **settings, **given)

    def _run(self, lesson: Lesson, scene: Scene, variant: str) -> tuple[Trace, dict[str, Any]]:
        """The run of this version with the settings that the class sees, and these settings.

        Where the version is on no screen, those of the first one hold."""
        parameters: dict[str, Any] = {}
        seed = 0
        if scene.lesson == lesson.id:
            shown = [slot for slot in scene.slots if slot.variant == variant]
            slot = (shown or scene.slots)[0]
            parameters, seed = slot.parameters, slot.seed
        job = job_of(lesson, variant, parameters, seed)
        try:
            trace = self._runs.run(job)
        except LabError as error:
            raise Refusal(error.code, error.where(), status=422) from error
        return trace, {"parameters": job.parameters, "seed": seed}


def _within(refusal: Refusal, field: str) -> Refusal:
    return Refusal(refusal.code, refusal.message, field, refusal.status)
