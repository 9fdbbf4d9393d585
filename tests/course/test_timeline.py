"""What stands beside the small picture of a run."""

from __future__ import annotations

from visualizer.course.timeline import wait_of
from visualizer.lab import Lab
from visualizer.lessons import SCENARIOS, Catalogue
from visualizer.lessons.figures import length_of_time
from visualizer.trace.records import STAY_OPEN


def test_nobody_is_said_to_wait_for_the_end_of_an_open_connection() -> None:
    lesson = Catalogue([SCENARIOS]).lessons["status_feedback"]
    with Lab(cache_dir=None) as lab:
        trace = lab.run(lesson.job("push"))
    connection, upload = trace.requests
    assert connection.method in STAY_OPEN
    assert connection.done is not None and upload.done is not None
    assert connection.done > upload.done
    assert wait_of(trace) == f"Ana waits {length_of_time(upload.done - upload.sent)}"
