"""A run on the wall clock is told of while it goes on."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest

from tests.lab.jobs import job, view
from visualizer.lab import Lab, LabError
from visualizer.lab.job import Job
from visualizer.trace import Trace, records_of
from visualizer.trace.growing import Grown


class Ear:
    """Hears a run, and keeps what a picture of it would be made of."""

    def __init__(self) -> None:
        self.records: dict[str, dict[str, Any]] = {}
        self.seconds: list[float] = []
        self.lengths: list[float] = []

    def __call__(self, grown: Grown | None) -> bool:
        if grown is not None:
            if grown.anew:
                self.records = {}
            self.records.update((key, json.loads(text)) for key, text in grown.records)
            self.seconds.append(grown.seconds)
            spans = [each for each in self.records.values() if each["kind"] == "span"]
            self.lengths.append(max((span["end"] for span in spans), default=0.0))
        return True


def real(made: Job) -> Job:
    made.clock = "wall"
    return made


@pytest.fixture(scope="module")
def heard(lab: Lab) -> tuple[Ear, Trace]:
    ear = Ear()
    body = 'time.sleep(0.6)\nprint("half")\ntime.sleep(0.6)\nreturn {"status": "done"}'
    return ear, lab.follow(real(view(body)), ear)


def test_the_picture_grows_while_the_run_goes_on(heard: tuple[Ear, Trace]) -> None:
    ear, trace = heard
    assert len(ear.seconds) >= 3
    assert ear.seconds == sorted(ear.seconds) and ear.lengths == sorted(ear.lengths)
    assert 0 < ear.lengths[1] < ear.lengths[-1]
    assert all(one <= two + 1e-6 for one, two in zip(ear.lengths, ear.seconds, strict=True))
    assert ear.lengths[-1] > 0.6 and trace.duration > 1.2


def test_what_was_told_is_what_the_trace_says(heard: tuple[Ear, Trace]) -> None:
    """All that had ended by the last look is in the trace, word for word."""
    ear, trace = heard
    whole = {json.dumps(record, sort_keys=True) for record in json_of(trace)}
    kept = [record for record in ear.records.values() if record["kind"] in ("step", "line")]
    assert len(kept) >= 3
    assert all(json.dumps(record, sort_keys=True) in whole for record in kept)


def json_of(trace: Trace) -> list[dict[str, Any]]:
    return [json.loads(json.dumps(record)) for record in records_of(trace)]


def test_a_run_that_nobody_wants_any_more_is_ended_at_once(lab: Lab) -> None:
    began = time.monotonic()
    with pytest.raises(LabError) as caught:
        lab.follow(real(view('time.sleep(60)\nreturn ""')), lambda grown: grown is None)
    assert caught.value.code == "closed"
    assert time.monotonic() - began < 30


def test_a_failure_is_told_as_ever(lab: Lab) -> None:
    with pytest.raises(LabError) as caught:
        lab.follow(real(job("import nowhere_at_all")), lambda _: True)
    assert (caught.value.code, caught.value.line) == ("import", 5)
