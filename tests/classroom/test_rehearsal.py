"""A rehearsal finds what only a run can tell, and names the place in the file."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.lessons.folder import LESSON, QUIZ, write
from tests.trace.runs import THREAD_APP, about, thread_run
from visualizer.classroom import rehearse
from visualizer.lessons import LessonError, read_lesson
from visualizer.trace import Trace, derive
from visualizer.trace.records import Truncated


def trace() -> Trace:
    flow = {"arrive": ["request sent"], "work": ["task started"]}
    return derive(about(THREAD_APP, flow=flow), thread_run())


def breaches(tmp_path: Path, run: Trace, lesson: str = LESSON, quiz: str = QUIZ) -> list[str]:
    errors = rehearse(read_lesson(write(tmp_path, lesson=lesson, quiz=quiz)), {"thread": run})
    assert all(isinstance(error, LessonError) and error.remedy for error in errors)
    return [f"{Path(error.file).name}:{error.line}: {error.message}" for error in errors]


def test_the_example_passes_when_its_table_and_its_quiz_are_whole(tmp_path: Path) -> None:
    told = ("request received", "task finished", "response sent", "request over")
    captions = "".join(f'"{moment}" = "{moment}"\n' for moment in told)
    lesson = LESSON.replace("[captions]\n", f"[captions]\n{captions}")
    more = "\n".join(QUIZ.replace('id = "', f'id = "again_{time}_') for time in (1, 2))
    assert breaches(tmp_path, trace(), lesson=lesson, quiz=f"{QUIZ}\n{more}") == []


def test_a_table_without_captions_and_a_short_quiz_are_breaches(tmp_path: Path) -> None:
    found = breaches(tmp_path, trace())
    assert any("'request received' without a caption of yours" in text for text in found)
    assert any("The quiz has 2 questions" in text for text in found)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('lit = ["task started", "in work"]', 'lit = "task retried"', "lights the node 'work'"),
        (
            'where = "task started" }',
            'where = "task retried" }',
            "lesson.toml:49: The run of 'thread' has no step 'task retried'.",
        ),
        (
            'file = "thread_app.py"',
            'file = "thread_app.py"\nwatch = ["respons"]',
            "lesson.toml:11: The run of 'thread' has no variable 'respons'.",
        ),
    ],
)
def test_what_never_happens_is_a_breach(tmp_path: Path, old: str, new: str, message: str) -> None:
    run = trace()
    if "lit" in old:
        run.steps = [step for step in run.steps if step.node != "work"]
    found = breaches(tmp_path, run, lesson=LESSON.replace(old, new))
    assert [text for text in found if message in text], found


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            'query = "requests[0].status"',
            'query = "requests[9].status"',
            "quiz.toml:19: The run of 'thread' answers 'status' with '?'.",
        ),
        ('query = "requests[0].status"', 'query = "duration"', "answers 'status' with '5.004'"),
        ('["200", "404"]', '["404", "500", "200"]', "Nothing says why '500' is wrong"),
        ('["200", "404"]', '["300", "404"]', "answers 'status' with '200'"),
        (
            "[?moment=='response sent'].n | [0]\"\nexpl",
            "[?moment=='task failed'].n | [0]\"\nexpl",
            "quiz.toml:7: The run of 'thread' answers 'answered' with '?'.",
        ),
        (
            'where = "response sent" }\nwrong',
            'where = "task failed" }\nwrong',
            "quiz.toml:9: The run of 'thread' has no step that proves 'answered'.",
        ),
        (
            "It is {requests[0].status}",
            "It is {requests[0].state}",
            "quiz.toml:20: The run of 'thread' has no answer to {requests[0].state}.",
        ),
        ('"The page is there."', '"{nothing}"', "no answer to {nothing}"),
    ],
)
def test_a_question_that_the_run_does_not_answer_is_a_breach(
    tmp_path: Path, old: str, new: str, message: str
) -> None:
    quiz = QUIZ.replace(old, new, 1)
    assert quiz != QUIZ
    if "500" in new:
        # Two choices without a reason are found already when the file is read.
        quiz = quiz.replace('"404" = "The page is there."', '"404" = "No.", "200" = "Yes."')
    found = breaches(tmp_path, trace(), quiz=quiz)
    assert [text for text in found if message in text], found


def test_a_run_that_was_cut_is_a_breach(tmp_path: Path) -> None:
    run = trace()
    run.truncated = Truncated(limit="lines", reason="it recorded 100,000 lines")
    assert "was cut: it recorded 100,000 lines" in breaches(tmp_path, run)[0]
