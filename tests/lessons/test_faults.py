"""Faults in words, and the rules that they keep in a lesson."""

from __future__ import annotations

import pytest

from visualizer.lab import Fault, Queue, Server
from visualizer.lab.job import Service
from visualizer.lessons import ParameterError
from visualizer.lessons.faults import fault_rules, parse_fault


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("kill worker-1 at 1s", Fault(kill="worker-1", at=1.0)),
        ("kill web at 1.5s back 500ms", Fault(kill="web", at=1.5, back=0.5)),
        ("restart web at 2 grace 10s", Fault(restart="web", at=2.0, grace=10.0)),
        ("drop 2", Fault(drop=2)),
        ("down smtp at 1s lasts 500ms", Fault(down="smtp", at=1.0, lasts=0.5)),
        ("slow smtp latency 2s lasts 5s", Fault(slow="smtp", latency=2.0, lasts=5.0)),
    ],
)
def test_a_fault_in_words(text: str, fault: Fault) -> None:
    assert parse_fault(text) == fault


@pytest.mark.parametrize(
    "text",
    ["", "kill", "kill web at noon", "explode web", "kill web restart web", "drop x", "at 1s"],
)
def test_other_words_are_refused_with_the_remedy(text: str) -> None:
    with pytest.raises(ParameterError, match="write 'kill NAME at 1s'"):
        parse_fault(text)


def test_a_fault_speaks_of_what_the_lesson_has() -> None:
    def flaws(fault: Fault, queue: Queue | None = None, workers: int = 1) -> list[str]:
        own = (Server(workers=workers), queue, [Service(name="smtp")])
        return [".".join(map(str, each.path)) for each in fault_rules((), [fault], own)]

    assert flaws(Fault(kill="web")) == []
    assert flaws(Fault(kill="web-2"), workers=2) == []
    assert flaws(Fault(kill="web-2")) == ["faults.0.kill"]
    assert flaws(Fault(kill="worker-1")) == ["faults.0.kill"]
    assert flaws(Fault(kill="worker-2"), Queue(workers=2)) == []
    assert flaws(Fault(down="smtp", lasts=1.0)) == []
    assert flaws(Fault(slow="bank", lasts=1.0)) == ["faults.0.slow"]
    assert flaws(Fault(drop=1)) == ["faults.0.drop"]
    assert flaws(Fault(drop=0), Queue()) == ["faults.0.drop"]
    assert flaws(Fault(restart="worker-1"), Queue()) == ["faults.0.restart"]
    assert flaws(Fault(kill="web", at=-1.0, back=-1.0)) == ["faults.0.at", "faults.0.back"]
