"""A trace as a Mermaid sequence diagram.

Lanes are participants, arrows are messages, and what a lane does is a note over it. A sequence
diagram has order but no scale, so notes name lengths of time. What a person waits for is seen from
the two messages around it and has no note.

Mermaid has no quotes: a text ends at the end of its line, ``#`` and ``;`` and ``%%{`` mean
something inside it, and HTML in it is interpreted. So every character but letters, digits and the
few that mean nothing is written as an entity, ``#NUMBER;``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..records import Arrow, Span, Trace
from .lanes import in_order

#: Messages and notes, and characters of them; Mermaid refuses a diagram of 50,000 characters.
MOST = 250
_ROOM = 30_000
#: With more lanes than this, only those are shown that have a message or a note.
_MOST_LANES = 40
#: Characters of one text.
_LONGEST = 80
_PLAIN = re.compile(r"[^\w .,/()!?=+'’“”…·–-]")
_NOTED = frozenset({"running", "sleeping", "queued", "blocked", "holding", "retrying", "sending"})


def mermaid(trace: Trace) -> str:
    """The text of the diagram, with a line end at its end."""
    lanes = in_order(trace)
    names = {lane.id: f"L{n}" for n, lane in enumerate(lanes, 1)}
    told = [line for *_, line in sorted([*_messages(trace, names), *_notes(trace, names)])]
    kept = _fitting(told)
    if len(lanes) > _MOST_LANES:
        seen = set(re.findall(r"\bL\d+\b", " ".join(line.partition(":")[0] for line in kept)))
        lanes = [lane for lane in lanes if names[lane.id] in seen]
    lines = ["sequenceDiagram", f"title {_escaped(f'{trace.scenario}, {trace.variant}')}"]
    for lane in lanes:
        kind = "actor" if lane.kind == "user" else "participant"
        lines.append(f"{kind} {names[lane.id]} as {_escaped(lane.name)}")
    lines += kept
    if lanes and (len(kept) < len(told) or trace.truncated is not None):
        over = ",".join(dict.fromkeys((names[lanes[0].id], names[lanes[-1].id])))
        text = f"… and {len(told) - len(kept)} more, left out here"
        if len(kept) == len(told) and trace.truncated is not None:
            text = f"Cut: {trace.truncated.reason}"
        lines.append(f"Note over {over}: {_escaped(text)}")
    return "\n  ".join(lines) + "\n"


def _fitting(told: list[str]) -> list[str]:
    """As many of the lines, from the first, as a diagram has room for."""
    room = _ROOM
    for place, line in enumerate(told[:MOST]):
        room -= len(line)
        if room < 0:
            return told[:place]
    return told[:MOST]


#: Time, what comes first at one time, number among those, the line.
_Told = tuple[float, int, int, str]


def _messages(trace: Trace, names: dict[str, str]) -> Iterator[_Told]:
    """What ends something comes before what begins something, and both before what follows."""
    asked = {(each.user, each.sent): each for each in trace.requests}
    answered = {(each.user, each.done): each for each in trace.requests if each.done is not None}
    for number, arrow in enumerate(trace.arrows):
        if arrow.from_ not in names or arrow.to not in names:
            continue
        text = _LABELS.get(arrow.kind, arrow.kind)
        request = asked.get((arrow.from_, arrow.sent)) if arrow.kind == "request" else None
        if request is not None:
            text = f"{request.method} {request.path}"
        if arrow.kind == "response" and arrow.arrived is not None:
            request = answered.get((arrow.to, arrow.arrived))
            if request is not None and request.done is not None:
                waited = _length(request.done - request.sent)
                text = f"{request.status or 'answer'}, after {waited}"
        order = 0 if arrow.kind == "response" else 1
        yield arrow.sent, order, number, _message(arrow, names, text)


_LABELS = {"start": "starts", "publish": "queues", "deliver": "delivers", "push": "pushes"}


def _message(arrow: Arrow, names: dict[str, str], text: str) -> str:
    if arrow.arrived is None:
        sign, text = "-x", f"{text} (never arrives)"
    else:
        sign = "-->>" if arrow.kind == "response" else "->>"
    return f"{names[arrow.from_]}{sign}{names[arrow.to]}: {_escaped(text)}"


def _notes(trace: Trace, names: dict[str, str]) -> Iterator[_Told]:
    """One for each state. Work that goes on after a pause is not told a second time."""
    users = {lane.id for lane in trace.lanes if lane.kind == "user"}
    at_work: dict[str, str] = {}
    for number, span in enumerate(sorted(trace.spans, key=lambda span: (span.start, span.id))):
        if span.lane in users or span.lane not in names or span.state not in _NOTED:
            continue
        if span.state == "running":
            if at_work.get(span.lane) == span.label:
                continue
            at_work[span.lane] = span.label
        yield span.start, 2, number, f"Note over {names[span.lane]}: {_escaped(_said(span))}"


def _said(span: Span) -> str:
    text = span.label or span.state
    if span.state == "running":
        return text
    length = _length(span.end - span.start)
    return text if text.endswith(f" {length}") else f"{text} ({length})"


def _length(seconds: float) -> str:
    """A length of time in as few digits as tell it: "4.9 s", "5 s", "3 ms"."""
    if seconds >= 0.1:
        return f"{seconds:.3g} s" if seconds < 1000 else f"{seconds:.0f} s"
    return f"{seconds * 1000:.3g} ms"


def _escaped(text: str) -> str:
    """The text on one line, of bounded length, with nothing in it that Mermaid interprets."""
    words = " ".join(_without_control(text).split()) or "–"
    if len(words) > _LONGEST:
        words = f"{words[: _LONGEST - 1].rstrip()}…"
    return _PLAIN.sub(lambda found: f"#{ord(found[0])};", words)


def _without_control(text: str) -> str:
    return "".join(letter if letter.isprintable() else " " for letter in text)
