"""The catalogue: order, broken lessons beside good ones, folders that stand in for others."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.lessons.folder import LESSON, write
from tests.support.shipped import SHIPPED
from visualizer.lessons import SCENARIOS, Catalogue, ParameterError


def test_the_shipped_lessons_come_in_the_order_of_the_curriculum() -> None:
    catalogue = SHIPPED
    assert catalogue.broken == {}
    chapters: dict[str, list[str]] = {}
    for lesson in catalogue.lessons.values():
        chapters.setdefault(lesson.chapter_title, []).append(lesson.id)
    assert {title: " ".join(lessons) for title, lessons in chapters.items()} == {
        "Why background processing matters": (
            "long_task send_email quick_task many_users process_image must_be_sync"
        ),
        "Calling tasks asynchronously": (
            "greet called_directly forgot_the_worker get_in_request status_feedback unserializable"
        ),
        "When things go wrong": (
            "flaky_service idempotency lost_on_crash overload race monitoring"
        ),
        "Making it fast": (
            "page_speed async_views worker_count priorities chains_and_groups cleanup"
        ),
    }


def test_a_broken_lesson_harms_no_other(tmp_path: Path) -> None:
    write(tmp_path, "good")
    write(tmp_path, "bad", lesson="title = 1\n")
    (tmp_path / ".git").mkdir()
    (tmp_path / "__pycache__").mkdir()
    (tmp_path / "notes.txt").write_text("nothing")
    catalogue = Catalogue([tmp_path])
    assert list(catalogue.lessons) == ["good"]
    assert list(catalogue.broken) == ["bad"]
    with pytest.raises(ParameterError, match=r"bad is broken: .*lesson\.toml:1: "):
        catalogue.lesson("bad")


def test_a_later_folder_stands_in_for_an_earlier_one(tmp_path: Path) -> None:
    own = LESSON.replace('"A lesson"', '"My own"')
    write(tmp_path, "long_task", lesson=own)
    catalogue = Catalogue([SCENARIOS, tmp_path])
    assert catalogue.lessons["long_task"].title == "My own"
    (tmp_path / "long_task" / "quiz.toml").unlink()
    catalogue = Catalogue([SCENARIOS, tmp_path])
    assert "long_task" not in catalogue.lessons
    assert "quiz.toml" in str(catalogue.broken["long_task"][0])


def test_own_chapters_come_last_and_by_position(tmp_path: Path) -> None:
    write(tmp_path, "b", lesson=LESSON.replace('"why"', '"my_own"'))
    write(tmp_path, "a", lesson=LESSON.replace("minutes", "position = 7\nminutes"))
    write(tmp_path, "c", lesson=LESSON.replace("minutes", "position = 3\nminutes"))
    catalogue = Catalogue([tmp_path])
    assert list(catalogue.lessons) == ["c", "a", "b"]
    assert catalogue.lessons["b"].chapter_title == "My own"


def test_a_single_lesson_is_a_folder_too(tmp_path: Path) -> None:
    assert list(Catalogue([write(tmp_path, "alone")]).lessons) == ["alone"]


def test_a_missing_folder_and_an_unknown_lesson_are_told(tmp_path: Path) -> None:
    catalogue = Catalogue([SCENARIOS, tmp_path / "nowhere"])
    assert "no such folder" in str(catalogue.broken["nowhere"][0])
    with pytest.raises(ParameterError, match="Did you mean 'long_task'"):
        catalogue.lesson("longtask")


def test_a_summary_says_the_usual_settings_and_leaves_nothing_open() -> None:
    lessons = SHIPPED.lessons
    assert "looks it up in 5 ms." in lessons["quick_task"].summary
    assert "`request`" in lessons["greet"].summary
    assert [id for id, each in lessons.items() if "…" in each.summary] == []
