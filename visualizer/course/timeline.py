"""A small picture of runs: what each lane did, on one true axis of time, as SVG.

It is drawn from traces alone. States have the colours and patterns that they have on the stage.
The words beside it say the same, for those who do not see it.
"""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import wrap

from visualizer.lessons.figures import length_of_time
from visualizer.trace.records import STAY_OPEN, Lane, Span, Trace

from .markup import tag, text

_RANK = ("user", "server", "loop", "task", "broker", "worker", "process", "thread", "service")
#: The tile of each state's pattern: its size, and the path on it.
_TILES = {
    "running": (8, ""),
    "sleeping": (9, "M-2 2 2 -2M-1 10 10 -1M7 11 11 7"),
    "waiting": (7, "M3.5 3.5h.01"),
    "queued": (6, "M3 0v6"),
    "blocked": (8, "M0 0 8 8M8 0 0 8"),
    "holding": (7, "M0 3.5h7"),
    "retrying": (10, "M0 7 5 3 10 7"),
    "sending": (9, "M2 0 6 4.5 2 9"),
}
#: More lanes than this are counted, not drawn.
_MOST_LANES = 9
_LEAST = 1.5
#: Room on the right, for half of the axis's last word.
_RIGHT = 18.0
#: The names of lanes: the least room for them, the width of a letter, and how many letters fit.
_LEFT, _LETTER, _MOST_LETTERS = 116.0, 7.6, 26
#: Letters that fit into the line above a run's lanes, and how high a line is.
_ROOM = 84
_LINE = 18.0

#: Once on each page that has pictures.
PATTERNS = tag(
    "svg",
    tag(
        "defs",
        "".join(
            tag(
                "pattern",
                tag("rect", width=size, height=size) + tag("path", d=path),
                id=f"picture-{state}",
                class_=f"picture-tile state-{state}",
                width=size,
                height=size,
                patternUnits="userSpaceOnUse",
            )
            for state, (size, path) in _TILES.items()
        ),
    ),
    class_="picture-patterns",
    width=0,
    height=0,
    aria_hidden="true",
)


def timeline(runs: Sequence[tuple[str, Trace]]) -> str:
    """Runs one above the other, with names, waits and an axis; ``runs`` are titles and traces."""
    width, bar, row = 680.0, 14.0, 21.0
    left = _names_width(runs)
    longest = max((trace.duration for _, trace in runs), default=0.0) or 1.0
    scale = (width - left - _RIGHT) / longest
    parts: list[str] = []
    y = 0.0
    for title, trace in runs:
        wait = wait_of(trace)
        lines = wrap(title, _ROOM)
        # Below a title that leaves no room beside it.
        lower = _LINE * (len(lines) if len(lines[-1]) + len(wait) > _ROOM else len(lines) - 1)
        for n, line in enumerate(lines):
            parts.append(tag("text", text(line), x=0, y=y + 15 + n * _LINE, class_="picture-title"))
        parts.append(tag("text", text(wait), x=width - 4, y=y + 15 + lower, class_="picture-wait"))
        y += 24 + lower
        lanes, left_out = _lanes(trace)
        for lane in lanes:
            name = tag(
                "text", text(_fit(lane.name)), x=left - 10, y=y + 11.5, class_="picture-lane"
            )
            parts.append(name + _lane(trace, lane, left, y, bar, scale))
            y += row
        if left_out:
            more = f"and {left_out} more"
            parts.append(tag("text", more, x=left - 10, y=y + 11.5, class_="picture-lane"))
            y += row
        y += 10
    parts.append(_axis(left, y, width - _RIGHT, longest))
    return tag(
        "svg",
        "".join(parts),
        class_="picture",
        viewBox=f"0 0 {width:g} {y + 22:g}",
        role="img",
        aria_label=in_words(runs),
    )


def thumbnail(runs: Sequence[tuple[str, Trace]]) -> str:
    """The same without words, small."""
    width, bar, row = 200.0, 7.0, 10.0
    longest = max((trace.duration for _, trace in runs), default=0.0) or 1.0
    parts: list[str] = []
    y = 1.0
    for _, trace in runs:
        lanes, _ = _lanes(trace, most=4)
        for lane in lanes:
            parts.append(_lane(trace, lane, 0, y, bar, width / longest))
            y += row
        y += 8
    size = f"0 0 {width:g} {y - 8:g}"
    picture = "".join(parts)
    return tag("svg", picture, class_="picture is-small", viewBox=size, aria_hidden="true")


def in_words(runs: Sequence[tuple[str, Trace]]) -> str:
    """What the picture shows, as sentences."""
    return " ".join(f"{title}: {wait_of(trace)}. {_lanes_in_words(trace)}" for title, trace in runs)


def wait_of(trace: Trace) -> str:
    """How long the user waits; of several, the one who waits longest.

    Nobody waits for the end of a connection that stays open.
    """
    done = [r for r in trace.requests if r.done is not None and r.method not in STAY_OPEN]
    if not done:
        return "nobody gets an answer"
    longest = max(done, key=lambda request: (request.done or 0.0) - request.sent)
    names = {lane.id: lane.name for lane in trace.lanes}
    who = names.get(longest.user, longest.user)
    wait = length_of_time((longest.done or 0.0) - longest.sent)
    if len({request.user for request in trace.requests}) > 1:
        return f"{who} waits longest, {wait}"
    if len(done) == 1:
        return f"{who} waits {wait}"
    first, last = (length_of_time(of(r.done or 0.0 for r in done)) for of in (min, max))
    return f"{who} has the first answer after {first}, the last after {last}"


def _lanes(trace: Trace, most: int = _MOST_LANES) -> tuple[list[Lane], int]:
    busy = {span.lane for span in trace.spans}
    shown = [lane for lane in trace.lanes if lane.id in busy]
    shown.sort(key=lambda lane: (_RANK.index(lane.kind) if lane.kind in _RANK else 9, lane.born))
    if len(shown) <= most:
        return shown, 0
    users = [lane for lane in shown if lane.kind == "user"]
    others = [lane for lane in shown if lane.kind != "user"]
    room = max(1, most - len(others))
    kept = [*users[:room], *others][:most]
    return kept, len(shown) - len(kept)


def _spans(trace: Trace, lane: Lane) -> list[Span]:
    return [span for span in trace.spans if span.lane == lane.id]


def _lane(trace: Trace, lane: Lane, left: float, y: float, bar: float, scale: float) -> str:
    end = trace.duration if lane.died is None else lane.died
    life = tag(
        "line",
        x1=left + lane.born * scale,
        x2=left + end * scale,
        y1=y + bar / 2,
        y2=y + bar / 2,
        class_="picture-life",
    )
    return life + "".join(
        tag(
            "rect",
            x=left + span.start * scale,
            y=y,
            width=max((span.end - span.start) * scale, _LEAST),
            height=bar,
            rx=min(3.0, bar / 4, max((span.end - span.start) * scale, _LEAST) / 2),
            fill=f"url(#picture-{span.state})",
            class_=f"picture-span state-{span.state}",
        )
        for span in _spans(trace, lane)
    )


def _axis(left: float, y: float, right: float, longest: float) -> str:
    step = next((s for s in _TICKS if longest / s <= 6), _TICKS[-1])
    marks = [tag("line", x1=left, x2=right, y1=y, y2=y, class_="picture-axis")]
    count = int(longest / step + 1e-9)
    for n in range(count + 1):
        x = left + (right - left) * n * step / longest
        marks.append(tag("line", x1=x, x2=x, y1=y, y2=y + 4, class_="picture-axis"))
        label = _tick(n * step, longest)
        marks.append(tag("text", label, x=x, y=y + 18, class_="picture-tick"))
    return "".join(marks)


def _tick(t: float, longest: float) -> str:
    """A time on the axis, exactly, in the unit that suits all of it."""
    if t == 0:
        return "0"
    if longest >= 100:
        return length_of_time(t)
    return f"{t:.4g} s" if longest >= 1 else f"{t * 1000:.4g} ms"


_TICKS = tuple(base * 10.0**power for power in range(-3, 4) for base in (1, 2, 5))


def _lanes_in_words(trace: Trace) -> str:
    lanes, left_out = _lanes(trace)
    told = []
    for lane in lanes:
        sums: dict[str, float] = {}
        for span in _spans(trace, lane):
            sums[span.state] = sums.get(span.state, 0.0) + span.end - span.start
        states = ", ".join(f"{state} {length_of_time(t)}" for state, t in sums.items())
        told.append(f"{lane.name}: {states}")
    more = f"; and {left_out} more" if left_out else ""
    return "; ".join(told) + more + "."


def _names_width(runs: Sequence[tuple[str, Trace]]) -> float:
    """How much room the names of the lanes take: as much as the longest needs, if it may."""
    names = (lane.name for _, trace in runs for lane in _lanes(trace)[0])
    return max(_LEFT, 16 + _LETTER * max((len(_fit(name)) for name in names), default=0))


def _fit(name: str) -> str:
    return name if len(name) <= _MOST_LETTERS else f"{name[: _MOST_LETTERS - 1]}…"
