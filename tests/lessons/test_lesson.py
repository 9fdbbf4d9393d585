"""A lesson makes jobs from settings, and its page gives no answer away."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.lessons.folder import LESSON, write
from tests.support.shipped import SHIPPED
from visualizer.lessons import Lesson, ParameterError, read_lesson


@pytest.fixture
def lesson(tmp_path: Path) -> Lesson:
    return read_lesson(write(tmp_path))


def test_the_defaults_make_a_job(lesson: Lesson) -> None:
    job = lesson.job("thread")
    assert job.constants == {"TASK_SECONDS": 5}
    assert job.parameters == {"task_seconds": 5, "users": 1}
    assert (job.scenario, job.variant, job.file) == ("lesson", "thread", "thread_app.py")
    assert job.sources == {"thread_app.py": lesson.variants[0].source}
    assert job.flow == {"arrive": ["request sent"], "work": ["task started", "in work"]}
    assert (job.tasks, job.users.count, job.requests[0].path) == (["work"], 1, "/")


def test_parameters_reach_constants_and_places(lesson: Lesson) -> None:
    job = lesson.job("thread", {"task_seconds": 0.75, "users": 50}, seed=7)
    assert job.constants == {"TASK_SECONDS": 0.75}
    assert job.users.count == 50
    assert job.seed == 7
    assert lesson.job("thread").users.count == 1


def test_equal_settings_make_equal_jobs(lesson: Lesson) -> None:
    plain = lesson.job("thread", {"task_seconds": 5, "users": 2})
    assert lesson.job("thread", {"users": 2.0, "task_seconds": 5.0}) == plain
    assert repr(lesson.job("thread", {"users": 2.0}).constants["TASK_SECONDS"]) == "5"


@pytest.mark.parametrize(
    ("parameters", "field", "words"),
    [
        ({"task_second": 5}, "task_second", "Did you mean 'task_seconds'?"),
        ({"task_seconds": "5"}, "task_seconds", "a number from 0.5 to 10 (s), not '5'"),
        ({"task_seconds": True}, "task_seconds", "a number from 0.5 to 10 (s), not True"),
        ({"task_seconds": None}, "task_seconds", "not None"),
        ({"task_seconds": [5]}, "task_seconds", "not [5]"),
        ({"task_seconds": float("nan")}, "task_seconds", "not nan"),
        ({"task_seconds": float("inf")}, "task_seconds", "not inf"),
        ({"task_seconds": 0.4999}, "task_seconds", "from 0.5 to 10"),
        ({"task_seconds": 10.01}, "task_seconds", "not 10.01"),
        ({"users": 2.5}, "users", "a whole number from 1 to 50, not 2.5"),
        ({"users": 0}, "users", "from 1 to 50"),
        ({"users": 10**400}, "users", "from 1 to 50"),
    ],
)
def test_a_wrong_parameter_names_field_and_bounds(
    lesson: Lesson, parameters: dict[str, Any], field: str, words: str
) -> None:
    with pytest.raises(ParameterError) as caught:
        lesson.job("thread", parameters)
    assert caught.value.field == field
    assert words in caught.value.message
    assert "\n" not in caught.value.message
    assert len(caught.value.message) < 200


def test_the_step_is_no_rule(lesson: Lesson) -> None:
    assert lesson.job("thread", {"task_seconds": 0.77}).constants == {"TASK_SECONDS": 0.77}


@pytest.mark.parametrize("seed", [-1, 2**53, 1.5, True, "1", None])
def test_a_wrong_seed_is_told(lesson: Lesson, seed: Any) -> None:
    with pytest.raises(ParameterError) as caught:
        lesson.job("thread", {}, seed)
    assert caught.value.field == "seed"


def test_a_wrong_variant_is_told(lesson: Lesson) -> None:
    with pytest.raises(ParameterError, match="Did you mean 'thread'"):
        lesson.job("tread")


def test_texts_and_switches_are_parameters_too(tmp_path: Path) -> None:
    more = """
[parameters.arrival]
path = "users.arrival"
label = "How they come"
choices = ["together", "every"]
default = "together"
"""
    lesson = read_lesson(write(tmp_path, lesson=LESSON.replace("[users]", more + "[users]")))
    assert lesson.job("thread", {"arrival": "every"}).users.arrival == "every"
    for wrong in ("sometimes", 1, True):
        with pytest.raises(ParameterError, match="one of together, every"):
            lesson.job("thread", {"arrival": wrong})


def test_a_variant_may_have_a_server_and_requests_of_its_own(tmp_path: Path) -> None:
    own = """file = "thread_app.py"
server = { workers = 3 }
requests = [{ path = "/own" }]
captions = { "request over" = "done" }
"""
    lesson = read_lesson(write(tmp_path, lesson=LESSON.replace('file = "thread_app.py"\n', own)))
    job = lesson.job("thread", {"users": 4})
    assert (job.server.workers, job.requests[0].path, job.users.count) == (3, "/own", 4)
    assert job.captions["request over"] == "done"
    assert job.captions["request sent"] == "{user} sends {method} {path}"


@pytest.mark.parametrize("id", SHIPPED.lessons)
def test_the_page_holds_nothing_from_which_an_answer_follows(id: str) -> None:
    lesson = SHIPPED.lessons[id]
    page = lesson.page()
    text = json.dumps(page, ensure_ascii=False)
    for question in lesson.quiz:
        assert question.explanation not in text
        assert question.query is None or question.query not in text
        for reason in question.wrong.values():
            assert reason not in text
    assert [sorted(question) for question in page["quiz"]] == [
        ["choices", "hint", "id", "kind", "one", "text", "unit", "variant"]
    ] * len(lesson.quiz)


def test_notes_are_on_the_host_s_page_alone(lesson: Lesson) -> None:
    page = lesson.host_page()
    assert page.pop("notes") == [
        {"variant": None, "where": None, "text": "Ask first."},
        {"variant": "thread", "where": "response sent", "text": "Wait here."},
    ]
    assert page == lesson.page()
    assert "Ask first." not in json.dumps(lesson.page())


def test_the_page_holds_what_the_stage_needs(lesson: Lesson) -> None:
    page = lesson.page()
    assert page["parameters"]["task_seconds"]["max"] == 10
    assert page["flow"][0]["next"] == "work"
    assert page["moments"] == [
        {"variant": "thread", "where": "task started", "text": "Here it starts."}
    ]
    assert page["variants"][0]["file"] == "thread_app.py"
