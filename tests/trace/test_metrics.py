"""Figures about a whole run."""

from __future__ import annotations

from visualizer.trace import derive
from visualizer.trace import events as ev

from .runs import THREAD_APP, Run, about


def test_response_times_and_throughput_of_one_sync_worker() -> None:
    run = Run(users=20)
    for n in range(1, 21):
        run.send(f"r{n}", f"user-{n}").arrive(f"r{n}")
    for n in range(1, 21):
        run.receive(f"r{n}").sleep("server-1", 2.0, request=f"r{n}").respond(f"r{n}")
    metrics = derive(about(THREAD_APP), run.end()).metrics
    assert (metrics.response_p50, metrics.response_p95, metrics.response_max) == (20.0, 38.0, 40.0)
    assert metrics.throughput == 0.5
    assert (metrics.requests, metrics.answered) == (20, 20)
    assert metrics.busy == {"server-1": 0.0}


def test_percentiles_are_by_nearest_rank() -> None:
    run = Run(users=3)
    for n in (1, 2, 3):
        run.ask(f"r{n}", f"user-{n}").after(n).respond(f"r{n}")
    metrics = derive(about(THREAD_APP), run.end()).metrics
    assert (metrics.response_p50, metrics.response_p95) == (2.0, 3.0)


def test_the_busy_share_counts_only_running() -> None:
    run = Run(servers=2).ask("r1").after(1).sleep("server-1", 3.0, request="r1").respond("r1")
    assert derive(about(THREAD_APP), run.end()).metrics.busy == {"server-1": 0.25, "server-2": 0.0}


def test_a_run_without_an_answer_has_no_response_times() -> None:
    run = Run().ask("r1").after(1).add(ev.Cut, "until", "over")
    metrics = derive(about(THREAD_APP), run.events).metrics
    assert (metrics.response_p50, metrics.response_max, metrics.throughput) == (None, None, None)
    assert (metrics.requests, metrics.answered) == (1, 0)


def test_a_run_without_events() -> None:
    trace = derive(about(THREAD_APP), [])
    assert trace.duration == 0.0
    assert trace.steps == []
    assert trace.metrics.busy == {}
