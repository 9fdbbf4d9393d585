"""The published schemas are current, and judge as the reader does."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import jsonschema
import pytest

from tests.lessons.folder import LESSON, QUIZ
from visualizer.lessons import SCENARIOS
from visualizer.lessons.format import LessonTable
from visualizer.lessons.quiz import QuizTable
from visualizer.lessons.schemas import schemas, write_schemas
from visualizer.lessons.shape import breaches

DOCS = Path(__file__).resolve().parents[2] / "docs"


@pytest.mark.parametrize("name", list(schemas()))
def test_the_published_schema_is_current(name: str) -> None:
    published = (DOCS / name).read_text(encoding="utf-8")
    assert published == schemas()[name], "run: python -m visualizer.lessons"


def test_schemas_are_written_where_asked(tmp_path: Path) -> None:
    assert [path.name for path in write_schemas(tmp_path)] == list(schemas())
    assert (tmp_path / "quiz.schema.json").read_text("utf-8") == schemas()["quiz.schema.json"]


@pytest.mark.parametrize("file", ["lesson", "quiz"])
def test_the_shipped_files_fit_their_schema(file: str) -> None:
    schema = json.loads(schemas()[f"{file}.schema.json"])
    jsonschema.Draft202012Validator.check_schema(schema)
    judge = jsonschema.Draft202012Validator(schema)
    found = sorted(SCENARIOS.glob(f"*/{file}.toml"))
    assert len(found) >= 3
    for path in found:
        judge.validate(tomllib.loads(path.read_text("utf-8")))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("", ""),
        ("minutes = 5", "minutes = 5.5"),
        ("minutes = 5", "minutes = 241"),
        ("minutes = 5", ""),
        ("minutes = 5", "minuten = 5"),
        ('level = "foundation"', 'level = "low"'),
        ("min = 0.5", "min = []"),
        ("default = 5", "default = true"),
        ("default = 5", "default = []"),
        ('lit = "request sent"', "lit = 1"),
        ('lit = "request sent"', "lit = [1]"),
        ('constant = "TASK_SECONDS"', 'constant = "seconds"'),
        ("count = 1", 'arrival = "late"'),
        ("[parameters.users]", '[parameters."the users"]'),
    ],
)
def test_reader_and_schema_agree(old: str, new: str) -> None:
    data = tomllib.loads(LESSON.replace(old, new, 1) if old else LESSON)
    valid = jsonschema.Draft202012Validator(json.loads(schemas()["lesson.schema.json"])).is_valid
    assert valid(data) == (not breaches(data, LessonTable)) == (not old or new == "default = true")


def test_the_quiz_of_the_example_fits() -> None:
    assert breaches(tomllib.loads(QUIZ), QuizTable) == []
