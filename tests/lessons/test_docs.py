"""The lesson that docs/authoring.md builds is a right one: its code blocks are read and run."""

from __future__ import annotations

import re
from pathlib import Path

from visualizer.classroom import rehearse
from visualizer.lab import Lab
from visualizer.lessons import read_lesson
from visualizer.lessons.queries import MOMENTS

TEXT = (Path(__file__).resolve().parents[2] / "docs" / "authoring.md").read_text(encoding="utf-8")
FILES = {
    "python": ["inline_app.py", "thread_app.py"],
    "toml": ["lesson.toml", "quiz.toml", "predict.toml", "break_it.toml", "change_it.toml"],
    "markdown": ["lesson.md"],
}


def test_the_lesson_of_the_guide_is_right(lab: Lab, tmp_path: Path) -> None:
    folder = tmp_path / "coffee"
    folder.mkdir()
    for language, names in FILES.items():
        blocks = re.findall(rf"^```{language}\n(.*?)^```", TEXT, re.DOTALL | re.MULTILINE)
        for name, block in zip(names, blocks, strict=True):
            (folder / name).write_text(block, encoding="utf-8")
    lesson = read_lesson(folder)
    traces = {variant.id: lab.run(lesson.job(variant.id)) for variant in lesson.variants}
    assert [str(error) for error in rehearse(lesson, traces)] == []
    for trace in traces.values():
        assert all(step.node for step in trace.steps)


def test_the_guide_names_every_moment() -> None:
    table = TEXT[TEXT.index("### What is called a moment") :]
    for moment in MOMENTS:
        assert f"`{moment}`" in table
