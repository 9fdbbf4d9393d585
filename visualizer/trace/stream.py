"""A trace as a stream of records, for whoever builds it up piece by piece.

A record is the JSON object of the trace with a ``kind`` that names its list. Lanes and arrows
have a kind of their own in a trace; in a record it is called ``type``:
``{"kind": "lane", "type": "server", "id": "server-1", …}``.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from .records import Trace


def records_of(trace: Trace) -> Iterator[dict[str, Any]]:
    """The records of a trace in the order of time, lanes first among those of one time.

    A record comes when what it tells of begins, and is complete: a span with its end, a variable
    with all its values.
    """
    begins = {0: 0.0} | {step.n: step.t for step in trace.steps}
    timed: list[tuple[float, str, msgspec.Struct]] = []
    timed += [(lane.born, "lane", lane) for lane in trace.lanes]
    timed += [(request.sent, "request", request) for request in trace.requests]
    timed += [(_first(task.queued, task.started), "task", task) for task in trace.tasks]
    timed += [(arrow.sent, "arrow", arrow) for arrow in trace.arrows]
    timed += [(push.sent, "push", push) for push in trace.pushes]
    timed += [(span.start, "span", span) for span in trace.spans]
    timed += [(line.t, "line", line) for line in trace.lines]
    timed += [(step.t, "step", step) for step in trace.steps]
    timed += [
        (begins[variable.values[0][0]] if variable.values else 0.0, "variable", variable)
        for variable in trace.variables
    ]
    timed += [(output.t, "output", output) for output in trace.output]
    timed += [(problem.t, "problem_at", problem) for problem in trace.problems]
    timed.sort(key=lambda item: item[0])
    for _, kind, record in timed:
        fields = msgspec.to_builtins(record)
        if "kind" in fields:
            fields["type"] = fields.pop("kind")
        yield {"kind": kind, **fields}


def _first(*times: float | None) -> float:
    return min((t for t in times if t is not None), default=0.0)
