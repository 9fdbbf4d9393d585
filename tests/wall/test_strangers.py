"""Programs by other people on the wall clock, as ``meanwhile trace --clock wall`` runs them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.strangers.conftest import HERE
from tests.test_cli import call
from visualizer.trace import Trace, decode

CARRIER = "https://carrier.example.com=300ms,name=carrier"


def run(
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    clock: str,
    *options: str,
) -> Trace:
    """The program ``parcels`` from its own folder, by the command line."""
    monkeypatch.chdir(HERE / "parcels")
    status, out, err = call(
        capsys, "trace", "parcels", "--clock", clock, "--format", "json", *options
    )
    assert status == 0, err
    return decode(out.encode())


def answers(trace: Trace) -> list[Any]:
    return [(each.status, each.body) for each in trace.requests]


def test_requests_and_smtplib_reach_stand_ins_of_the_command_line(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    given = ["--stand-in", f'{CARRIER},text={{"tracking": 7}}', "--stand-in", "smtp=400ms"]
    real = run(capsys, monkeypatch, "wall", *given)
    model = run(capsys, monkeypatch, "virtual", *given)
    assert (real.clock, model.clock) == ("wall", "virtual")
    assert answers(real) == answers(model)
    assert real.requests[1].body is not None and '"written":true' in real.requests[1].body
    lanes = [(lane.kind, lane.name) for lane in real.lanes if lane.kind == "service"]
    assert lanes == [("service", "carrier"), ("service", "smtp")]
    told = [step.action for step in real.steps if step.moment == "service called"]
    assert told == [step.action for step in model.steps if step.moment == "service called"]
    assert (real.requests[0].done or 0.0) - real.requests[0].sent >= 0.3


def test_without_them_it_is_refused_with_the_remedy(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    real = run(capsys, monkeypatch, "wall")
    assert real.requests[0].status == 500
    assert "--stand-in https://carrier.example.com=300ms" in real.problems[0].error
    model = run(capsys, monkeypatch, "virtual")
    assert [each.error for each in real.problems] == [each.error for each in model.problems]
