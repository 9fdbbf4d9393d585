"""Figures about a whole run: how long users waited, what was lost, how busy the lanes were."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil

from .facts import Facts
from .records import STAY_OPEN, Metrics, Span
from .times import tidy


def metrics_of(facts: Facts, spans: Sequence[Span], duration: float) -> Metrics:
    """The metrics of a run of that duration (s)."""
    requests = [asked.record for asked in facts.requests.values()]
    tasks = [work.record for work in facts.tasks.values()]
    answers = [request.done for request in requests if request.done is not None]
    waits = sorted(
        tidy(request.done - request.sent)
        for request in requests
        if request.done is not None and request.method not in STAY_OPEN
    )
    elapsed = max(answers) - min(request.sent for request in requests) if answers else 0.0
    return Metrics(
        response_p50=_percentile(waits, 0.50),
        response_p95=_percentile(waits, 0.95),
        response_max=waits[-1] if waits else None,
        throughput=tidy(len(answers) / elapsed) if elapsed > 0 else None,
        requests=len(requests),
        answered=len(answers),
        tasks=len(tasks),
        tasks_lost=sum(task.state == "lost" for task in tasks),
        tasks_retried=sum(task.retries > 0 for task in tasks),
        busy=_busy(facts, spans, duration),
    )


def _percentile(ordered: Sequence[float], share: float) -> float | None:
    """By nearest rank: a value that was really measured, at or below which that share lies."""
    return ordered[ceil(share * len(ordered)) - 1] if ordered else None


def _busy(facts: Facts, spans: Sequence[Span], duration: float) -> dict[str, float]:
    ran = {lane.id: 0.0 for lane in facts.lanes.values() if lane.kind != "user"}
    for span in spans:
        if span.state == "running" and span.lane in ran:
            ran[span.lane] += span.end - span.start
    return {lane: tidy(time / duration) if duration else 0.0 for lane, time in ran.items()}
