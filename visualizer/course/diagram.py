"""A diagram of boxes and arrows on a grid, as SVG in the colours of the page."""

from __future__ import annotations

from collections.abc import Sequence

from visualizer.lessons.live import Box, Diagram, Way

from .markup import tag, text

_WIDTH, _HEIGHT = 168.0, 62.0
_ACROSS, _DOWN = 272.0, 118.0
_EDGE = 4.0
#: How far two arrows between the same boxes stand apart.
_APART = 13.0
#: Letters of a line that fit between two boxes, and beside an upright arrow at the picture's edge.
_BETWEEN, _BESIDE = 15, 10


def diagram(drawn: Diagram) -> str:
    """The diagram. Its words are in its label too, in order."""
    columns = max(box.at[0] for box in drawn.boxes)
    rows = max(box.at[1] for box in drawn.boxes)
    width = (columns - 1) * _ACROSS + _WIDTH + 2 * _EDGE
    height = (rows - 1) * _DOWN + _HEIGHT + 2 * _EDGE
    boxes = {box.id: box for box in drawn.boxes}
    arrows = "".join(_arrow(way, boxes, drawn.arrows) for way in drawn.arrows)
    return tag(
        "svg",
        "".join(map(_box, drawn.boxes)) + arrows,
        class_="diagram",
        viewBox=f"0 0 {width:g} {height:g}",
        role="img",
        aria_label=in_words(drawn),
    )


def in_words(drawn: Diagram) -> str:
    """The diagram as sentences."""
    names = {box.id: box.text for box in drawn.boxes}
    told = [f"{box.text}: {box.note}." for box in drawn.boxes if box.note]
    told += [
        f"{names[way.from_]} to {names[way.to]}" + (f": {way.text}." if way.text else ".")
        for way in drawn.arrows
    ]
    return f"{drawn.title}. {' '.join(told)}"


def _middle(box: Box) -> tuple[float, float]:
    return (
        _EDGE + (box.at[0] - 1) * _ACROSS + _WIDTH / 2,
        _EDGE + (box.at[1] - 1) * _DOWN + _HEIGHT / 2,
    )


def _box(box: Box) -> str:
    x, y = _middle(box)
    frame = tag(
        "rect",
        x=x - _WIDTH / 2,
        y=y - _HEIGHT / 2,
        width=_WIDTH,
        height=_HEIGHT,
        rx=10,
        class_="diagram-box",
    )
    lift = -3.0 if box.note else 5.0
    words = tag("text", text(box.text), x=x, y=y + lift, class_="diagram-text")
    if box.note:
        words += tag("text", text(box.note), x=x, y=y + 17, class_="diagram-note")
    return frame + words


def _arrow(way: Way, boxes: dict[str, Box], ways: Sequence[Way]) -> str:
    ax, ay = _middle(boxes[way.from_])
    bx, by = _middle(boxes[way.to])
    length = ((bx - ax) ** 2 + (by - ay) ** 2) ** 0.5 or 1.0
    ux, uy = (bx - ax) / length, (by - ay) / length
    both = any(other.from_ == way.to and other.to == way.from_ for other in ways)
    # Beside the straight line, on the left of the arrow's own way, where there are two.
    shift = _APART if both else 0.0
    ox, oy = uy * shift, -ux * shift
    start, end = _edge(ux, uy), _edge(ux, uy) + 4
    x1, y1 = ax + ux * start + ox, ay + uy * start + oy
    x2, y2 = bx - ux * end + ox, by - uy * end + oy
    line = tag("path", d=f"M{x1:.1f} {y1:.1f}L{x2:.1f} {y2:.1f}", class_="diagram-arrow")
    head = tag("path", d=_head(x2, y2, ux, uy), class_="diagram-head")
    if not way.text:
        return line + head
    steep = abs(uy) > abs(ux)
    words = _lines(way.text, _BESIDE if steep else _BETWEEN)
    x = (x1 + x2) / 2 + (10 if ox >= 0 else -10) * steep
    y = (y1 + y2) / 2 + (5 if steep else (-8 if oy <= 0 else 17))
    anchor = ("start" if ox >= 0 else "end") if steep else "middle"
    if steep:
        y -= 7.5 * (len(words) - 1)
    elif oy <= 0:
        y -= 15 * (len(words) - 1)
    label = "".join(
        tag("text", text(part), x=x, y=y + 15 * n, class_=f"diagram-label is-{anchor}")
        for n, part in enumerate(words)
    )
    return line + head + label


def _edge(ux: float, uy: float) -> float:
    """From the middle of a box to its edge, along a direction."""
    reach = [half / abs(u) for half, u in ((_WIDTH / 2, ux), (_HEIGHT / 2, uy)) if abs(u) > 1e-9]
    return min(reach, default=0.0)


def _head(x: float, y: float, ux: float, uy: float) -> str:
    back, side = 9.0, 4.5
    left = (x - ux * back - uy * side, y - uy * back + ux * side)
    right = (x - ux * back + uy * side, y - uy * back - ux * side)
    return f"M{left[0]:.1f} {left[1]:.1f}L{x:.1f} {y:.1f}L{right[0]:.1f} {right[1]:.1f}Z"


def _lines(words: str, most: int) -> list[str]:
    """Words in lines of so many letters at most, or of one word."""
    lines = [""]
    for word in words.split():
        if lines[-1] and len(lines[-1]) + len(word) >= most:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return lines
