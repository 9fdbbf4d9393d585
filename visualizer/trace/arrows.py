"""Arrows: what travels between lanes. Requests and responses, of users and of services outside, the
start of work elsewhere, and tasks on their way into a queue and out of it."""

from __future__ import annotations

from .facts import Facts
from .records import Arrow, ArrowKind


def arrows_of(facts: Facts) -> list[Arrow]:
    """The arrows of a run by the time they were sent.

    A request that nobody took up points to the first server lane. A start arrives when it is
    sent: the new lane is there, though its thread may have to wait before it runs. What is put
    into a pool arrives when one of its threads takes it.
    """
    arrows: list[Arrow] = []

    def add(kind: ArrowKind, start: str, to: str, sent: float, arrived: float | None) -> None:
        arrows.append(Arrow(id="", kind=kind, from_=start, to=to, sent=sent, arrived=arrived))

    server = next((lane.id for lane in facts.lanes.values() if lane.kind == "server"), None)
    broker = next((lane.id for lane in facts.lanes.values() if lane.kind == "broker"), None)
    for asked in facts.requests.values():
        record = asked.record
        to = record.lane or server
        if to is not None:
            arrived = asked.arrived if asked.arrived is not None else record.received
            add("request", record.user, to, record.sent, arrived)
        if record.lane is not None and asked.answered_at is not None:
            add("response", record.lane, record.user, asked.answered_at, record.done)
    for work in facts.tasks.values():
        for t, start, to in work.starts:
            add("start", start, to, t, t)
        if broker is not None:
            for t, start in work.published:
                add("publish", start, broker, t, t)
            for t, to in work.delivered:
                add("deliver", broker, to, t, t)
        elif work.record.lane is not None:
            for t, start in work.published:  # into a pool, from which a thread took it
                add("start", start, work.record.lane, t, work.record.started)
    for push in facts.pushes:
        add("push", push.lane, push.user, push.sent, push.arrived)
    for kind, t, start, to in facts.calls:
        add(kind, start, to, t, t)
    arrows.sort(key=lambda arrow: arrow.sent)
    for number, arrow in enumerate(arrows, 1):
        arrow.id = f"a{number}"
    return arrows
