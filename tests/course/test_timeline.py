"""What stands beside the small picture of a run."""

from __future__ import annotations

import re

from tests.support.shipped import SHIPPED
from visualizer.course.timeline import timeline, wait_of
from visualizer.lab import Lab
from visualizer.lessons.figures import length_of_time
from visualizer.trace.records import STAY_OPEN


def test_nobody_is_said_to_wait_for_the_end_of_an_open_connection(lab: Lab) -> None:
    lesson = SHIPPED.lessons["status_feedback"]
    trace = lab.run(lesson.job("push"))
    connection, upload = trace.requests
    assert connection.method in STAY_OPEN
    assert connection.done is not None and upload.done is not None
    assert connection.done > upload.done
    assert wait_of(trace) == f"Ana waits {length_of_time(upload.done - upload.sent)}"


def test_what_is_written_fits_into_the_picture(lab: Lab) -> None:
    lesson = SHIPPED.lessons["race"]
    trace = lab.run(lesson.job("plain"))
    title = "Read, add one, write (" + ", ".join(["How many people buy a ticket: 2"] * 4) + ")"
    drawn = timeline([(title, trace)])
    width = float(re.findall(r'viewBox="0 0 (\d+)', drawn)[0])
    lines = re.findall(r'class="picture-title">([^<]+)<', drawn)
    assert " ".join(lines) == title and max(map(len, lines)) * 7.5 < width
    names = {lane.name for lane in trace.lanes if any(s.lane == lane.id for s in trace.spans)}
    assert set(re.findall(r'class="picture-lane">([^<]+)<', drawn)) == names
    last = float(re.findall(r'<text x="([\d.]+)"[^>]*class="picture-tick"', drawn)[-1])
    assert last + 12 < width


def test_the_words_of_the_axis_tell_its_marks_apart(lab: Lab) -> None:
    lesson = SHIPPED.lessons["race"]
    trace = lab.run(lesson.job("plain", {"users": 8}))
    ticks = re.findall(r'class="picture-tick">([^<]+)<', timeline([("Plain", trace)]))
    assert ticks[:3] == ["0", "50 ms", "100 ms"] and len(set(ticks)) == len(ticks)
