"""From events to a trace: the one function that puts the parts together.

Pure: the same events and the same ``About`` give the same trace, byte for byte. Any beginning of
a list of events gives a trace too, so a run that was cut can still be looked at. Time and memory
are linear in the number of events.
"""

from __future__ import annotations

from collections.abc import Sequence
from operator import attrgetter

from . import events as ev
from .arrows import arrows_of
from .facts import Facts
from .lines import lines_of, output_of, problems_of
from .metrics import metrics_of
from .queues import depths_of, redirected_of
from .real import unreproducible_of
from .records import FORMAT, VERSION, About, Listing, Model, Span, Trace, Truncated
from .returns import Returns
from .rows import rows_of
from .spans import longest_waits, spans_of
from .steps import Telling
from .times import seconds, tidy
from .tracker import program_variables, watched

_UNENDED = Truncated(limit="record", reason="The record stops before the end of the run.")


def derive(about: About, events: Sequence[ev.Event]) -> Trace:
    """The trace of a run.

    Events come in the order in which they happened; where threads of a wall-clock run were
    recorded slightly out of order they are put right by their times. Raises EventError for
    events that cannot be, such as a line on a lane that was never born.
    """
    events = sorted(events, key=attrgetter("t"))
    facts = Facts(events)
    spans = spans_of(events, facts)
    rows = rows_of(events, facts, Returns(about.listing))
    telling = Telling(about, facts, longest_waits(spans))
    telling.tell(rows)
    duration = _duration(events, facts, spans)
    return Trace(
        format=FORMAT,
        version=VERSION,
        scenario=about.scenario,
        variant=about.variant,
        parameters=about.parameters,
        seed=about.seed,
        clock=about.clock,
        python=about.python,
        model=Model(line_cost=about.line_cost, network=about.network, message=about.message),
        duration=duration,
        lanes=list(facts.lanes.values()),
        listing=_loaded(about, events),
        lines=lines_of(events),
        steps=telling.steps,
        spans=spans,
        arrows=arrows_of(facts),
        requests=[asked.record for asked in facts.requests.values()],
        tasks=[work.record for work in facts.tasks.values()],
        variables=watched(
            [*telling.variables, *program_variables(events, rows, facts)], about.watch
        ),
        output=output_of(events),
        problems=problems_of(events),
        depths=depths_of(events),
        redirected=redirected_of(events),
        pushes=facts.pushes,
        unreproducible=unreproducible_of(events, facts),
        metrics=metrics_of(facts, spans, duration),
        truncated=facts.cut or (None if facts.ended else _UNENDED),
    )


def _loaded(about: About, events: Sequence[ev.Event]) -> list[Listing]:
    """The listings that were imported, the first first, where that is known; else all."""
    loaded = {event.file for event in events if isinstance(event, ev.Loaded)}
    return [each for each in about.listing if each.file in loaded or not loaded]


def _duration(events: Sequence[ev.Event], facts: Facts, spans: Sequence[Span]) -> float:
    """Seconds from the first request sent to the end of the last work."""
    last = next((event for event in reversed(events) if not isinstance(event, ev.End)), None)
    times = [seconds(last.t)] if last else []
    times += [span.end for span in spans]
    first = min((asked.record.sent for asked in facts.requests.values()), default=0.0)
    return tidy(max(0.0, max(times, default=0.0) - first))
