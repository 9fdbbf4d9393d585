"""What the transcript says of a run, in sentences."""

from __future__ import annotations

from tests.support.shipped import SHIPPED
from visualizer.course.transcript import story_of
from visualizer.lab import Lab


def test_a_task_in_the_queue_and_its_retry_are_told_as_people_say_it(lab: Lab) -> None:
    trace = lab.run(SHIPPED.lessons["idempotency"].job("key"))
    assert [task.retries for task in trace.tasks] == [1]
    story = story_of(trace)
    assert any(line.endswith(", tried again once.") for line in story.end)
    (pause,) = (line.what for line in story.lines if line.n == 0)
    assert "broker keeps messages (1 task of celery is with a worker)" in pause
    assert all("response preparing response" not in line.then for line in story.lines)
