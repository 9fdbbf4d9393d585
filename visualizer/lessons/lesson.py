"""A lesson as the rest of the program sees it: what to show, and which job a setting makes.

Everything here has passed the checks. ``Lesson.page()`` holds what a browser may know from the
start: nothing in it gives away the right answer of a question.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec

from visualizer.lab.job import Fault, Job, Queue, Server, Service, UserRequest, Users, Value

from .errors import ParameterError, brief, did_you_mean
from .format import (
    KeyMoment,
    LessonTable,
    Level,
    NodeTable,
    ParameterTable,
    VariantTable,
    Verdict,
    WallTable,
)
from .markup import Text
from .parameters import check_seed, check_values, place
from .quiz import Question, QuizTable
from .rules import settings_of
from .runs import run_name
from .toml import Document
from .ways import BreakTable, ChangeTable, Experiment, Myth, Pitfall, Prediction, PredictTable

#: The chapters that come with Meanwhile, in their order. A teacher may add others.
CHAPTERS = {
    "why": "Why background processing matters",
    "calling": "Calling tasks asynchronously",
    "failing": "When things go wrong",
    "faster": "Making it fast",
}


@dataclass(frozen=True)
class Variant:
    """One version of the program, with its listing."""

    table: VariantTable
    source: str
    constants: frozenset[str]

    @property
    def id(self) -> str:
        return self.table.id

    @property
    def title(self) -> str:
        return self.table.title

    @property
    def file(self) -> str:
        return self.table.file

    @property
    def verdict(self) -> Verdict | None:
        return self.table.verdict

    @property
    def watch(self) -> list[str]:
        return list(self.table.watch)


@dataclass(frozen=True)
class Lesson:
    """One lesson. ``folder`` is where it was read; ``text`` is its introduction. The files
    are kept because they know in which line each thing stands; ``texts`` are the smaller texts in
    them, by the id of what they belong to. ``predict``, ``breaks`` and ``change`` are None where
    the lesson has no such way."""

    id: str
    folder: Path
    table: LessonTable
    variants: Sequence[Variant]
    text: Text
    quiz: Sequence[Question]
    lesson_file: Document[LessonTable]
    quiz_file: Document[QuizTable]
    predict_file: Document[PredictTable] | None = None
    break_file: Document[BreakTable] | None = None
    change_file: Document[ChangeTable] | None = None
    texts: Mapping[str, Text] = field(default_factory=dict)
    chapter_name: str = ""

    @property
    def title(self) -> str:
        return self.table.title

    @property
    def summary(self) -> str:
        """The first paragraph of its text, with the usual settings."""
        usual = check_values(self.parameters, {})
        return self.text.summary({f"parameters.{name}": value for name, value in usual.items()})

    @property
    def chapter(self) -> str:
        return self.table.chapter

    @property
    def chapter_title(self) -> str:
        usual = CHAPTERS.get(self.chapter, self.chapter.replace("_", " ").capitalize())
        return self.chapter_name or usual

    @property
    def level(self) -> Level:
        return self.table.level

    @property
    def minutes(self) -> int:
        return self.table.minutes

    @property
    def parameters(self) -> Mapping[str, ParameterTable]:
        return self.table.parameters

    @property
    def predictions(self) -> Sequence[Prediction]:
        table = self.predict_file.value if self.predict_file else None
        return table.questions if table else []

    @property
    def pitfalls(self) -> Sequence[Pitfall]:
        table = self.break_file.value if self.break_file else None
        return table.pitfalls if table else []

    @property
    def myths(self) -> Sequence[Myth]:
        table = self.break_file.value if self.break_file else None
        return table.myths if table else []

    @property
    def experiments(self) -> Sequence[Experiment]:
        table = self.change_file.value if self.change_file else None
        return table.experiments if table else []

    @property
    def ways(self) -> list[str]:
        """The ways in which this lesson can be met, in the order of the navigation."""
        there = {
            "watch": True,
            "predict": bool(self.predictions),
            "break-it": bool(self.pitfalls or self.myths),
            "change-it": bool(self.parameters),
            "recall": bool(self.quiz),
        }
        return [way for way, is_there in there.items() if is_there]

    @property
    def flow(self) -> Sequence[NodeTable]:
        return self.table.flow

    @property
    def moments(self) -> Sequence[KeyMoment]:
        return self.table.moments

    def variant(self, id: str) -> Variant:
        """The variant of this id. Raises ``ParameterError``."""
        for variant in self.variants:
            if variant.id == id:
                return variant
        known = did_you_mean(str(id), [variant.id for variant in self.variants])
        raise ParameterError("variant", f"{self.id} has no variant {brief(id)}. {known}")

    def question(self, id: str) -> Question:
        """The question of this id. Raises ``ParameterError``."""
        questions = [*self.quiz, *self.predictions, *(myth.question() for myth in self.myths)]
        for question in questions:
            if question.id == id:
                return question
        known = did_you_mean(str(id), [question.id for question in questions])
        raise ParameterError("question", f"{self.id} has no question {brief(id)}. {known}")

    def job(
        self, variant_id: str, parameters: Mapping[str, Value] | None = None, seed: int = 0
    ) -> Job:
        """The job that these settings make. Raises ``ParameterError`` naming field and bounds."""
        variant = self.variant(variant_id)
        values = check_values(self.parameters, parameters or {})
        settings = settings_of(self._with_overrides(variant.table))
        constants: dict[str, Value] = {}
        for name, parameter in self.parameters.items():
            if parameter.path is not None:
                place(settings, parameter.path, values[name])
            elif parameter.constant in variant.constants:
                constants[parameter.constant] = values[name]
        visit = msgspec.convert(settings, _Visit)
        return Job(
            scenario=self.id,
            variant=variant.id,
            file=variant.file,
            sources={variant.file: variant.source},
            constants=constants,
            parameters=values,
            seed=check_seed(seed),
            server=visit.server,
            queue=visit.queue,
            faults=visit.faults,
            services=visit.services,
            users=visit.users,
            requests=visit.requests,
            line_cost=visit.line_cost,
            network=visit.network,
            until=self.table.until,
            tasks=list(self.table.tasks),
            captions={**self.table.captions, **variant.table.captions},
            flow=self._flow_of(variant.id),
            watch=variant.watch,
        )

    def wall(self, variant_id: str) -> WallTable:
        """What a run of this variant on the wall clock need not have in common with the other."""
        return self.variant(variant_id).table.wall or self.table.wall

    def host_page(self) -> dict[str, Any]:
        """Plain data for the presenter view: the page, and the notes that learners never see."""
        notes = [
            {
                "variant": None if note.step is None else note.step.variant,
                "where": None if note.step is None else note.step.where,
                "text": note.text,
            }
            for note in self.table.notes
        ]
        return {**self.page(), "notes": notes}

    def page(self) -> dict[str, Any]:
        """Plain data for the stage page. Holds no answer, explanation, reason, proof or note, and
        not the introduction, whose live parts need runs."""
        data: dict[str, Any] = msgspec.to_builtins(
            {
                "id": self.id,
                "title": self.title,
                "chapter": self.chapter,
                "chapter_title": self.chapter_title,
                "level": self.level,
                "minutes": self.minutes,
                "variants": [
                    {
                        "id": variant.id,
                        "title": variant.title,
                        "file": variant.file,
                        "verdict": variant.verdict,
                        "watch": variant.watch,
                    }
                    for variant in self.variants
                ],
                "parameters": self.parameters,
                "views": self.table.views,
                "flow": self.flow,
                "moments": [
                    {
                        "variant": moment.step.variant,
                        "where": moment.step.where,
                        "text": moment.text,
                    }
                    for moment in self.moments
                ],
                "quiz": [question.page() for question in self.quiz],
                "predictions": [question.page() for question in self.predictions],
                "experiments": [
                    {"id": each.id, "title": each.title, "runs": self._slots(each.runs)}
                    for each in self.experiments
                ],
                "ways": self.ways,
            }
        )
        return data

    def _slots(self, names: Sequence[str]) -> list[dict[str, Any]]:
        runs = [run_name(name, self.id) for name in names]
        return [
            {"variant": run.variant, "parameters": run.parameters(self), "seed": run.seed}
            for run in runs
        ]

    def _with_overrides(self, variant: VariantTable) -> LessonTable:
        changes = {
            name: value
            for name in ("server", "queue", "faults", "services", "users", "requests")
            if (value := getattr(variant, name)) is not None
        }
        return msgspec.structs.replace(self.table, **changes)

    def _flow_of(self, variant: str) -> dict[str, list[str]]:
        return {
            node.id: node.lit_by()
            for node in self.flow
            if not node.variants or variant in node.variants
        }


class _Visit(msgspec.Struct):
    """What a parameter's path can reach, typed again after it was changed as plain data."""

    server: Server
    queue: Queue | None
    faults: list[Fault]
    services: list[Service]
    users: Users
    requests: list[UserRequest]
    network: float
    line_cost: float
