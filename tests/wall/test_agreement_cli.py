"""What ``check --wall`` runs, and how often."""

from __future__ import annotations

import pytest
from rich.progress import Progress

from visualizer import agreement_cli
from visualizer.agreement_cli import MOST_TRIES, TRIES, Trial
from visualizer.lab import Lab
from visualizer.lessons import Catalogue
from visualizer.trace.agreement import Agreement


@pytest.mark.parametrize(("name", "by"), [("monitoring", 1), ("lost_on_crash", 10)])
def test_waits_are_divided_by_no_more_than_the_lesson_allows(
    lab: Lab, lessons: Catalogue, name: str, by: float
) -> None:
    lesson = lessons.lesson(name)
    variant = lesson.variants[0].id
    found = Trial(lab, lesson, variant, 10, None).job.faults[0].at
    assert found == lesson.job(variant).faults[0].at / by


@pytest.mark.parametrize(("busy", "tries"), [(0.0, TRIES), (1.0, MOST_TRIES)])
def test_what_differs_is_run_again_and_more_often_on_a_busy_machine(
    lab: Lab,
    lessons: Catalogue,
    monkeypatch: pytest.MonkeyPatch,
    busy: float,
    tries: int,
) -> None:
    class Watch(agreement_cli.Watch):
        def __exit__(self, *exc: object) -> None:
            super().__exit__(*exc)
            self.worst = busy

    def differs(*_: object) -> Agreement:
        return Agreement(differences=["it is not the same"])

    monkeypatch.setattr(Lab, "run", lambda *_: None)
    monkeypatch.setattr(agreement_cli, "Watch", Watch)
    monkeypatch.setattr(agreement_cli, "compare", differs)
    monkeypatch.setattr(agreement_cli, "PATIENCE", 0.0)
    trials = [Trial(lab, lessons.lesson("greet"), each, 10, None) for each in ("late", "captured")]
    agreement_cli.try_all(trials, 1, Progress(disable=True))
    assert not any(trial.verdict.agrees for trial in trials)
    assert [trial.verdict.tries for trial in trials] == [tries, tries]


@pytest.mark.parametrize(("worst", "looks"), [([0.0], 1), ([1.0, 1.0, 0.0], 3)])
def test_another_run_waits_until_the_machine_is_at_rest(
    monkeypatch: pytest.MonkeyPatch, worst: list[float], looks: int
) -> None:
    seen: list[float] = []

    class Watch(agreement_cli.Watch):
        def __exit__(self, *exc: object) -> None:
            super().__exit__(*exc)
            self.worst = worst[len(seen)]
            seen.append(self.worst)

    monkeypatch.setattr(agreement_cli, "Watch", Watch)
    monkeypatch.setattr(agreement_cli, "REST", 0.0)
    agreement_cli.wait_for_rest()
    assert len(seen) == looks
