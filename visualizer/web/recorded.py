"""Runs that a page brings along, instead of asking for them through a socket.

An embedded page may not open one (its origin is nobody's), and a saved trace needs no lab. The
page holds them as JSON: ``{slots: [{variant, title, clock, listing, records, end} or {variant,
title, clock, error}], notices, sealed}``, with ``parameters`` and ``seed`` in a slot of a lesson.
``static/js/recorded.js`` tells them to the stage.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
from markupsafe import Markup

from visualizer.lessons.highlight import highlight
from visualizer.trace import Trace, records_of

from .chunks import END


def slot(trace: Trace, title: str) -> dict[str, Any]:
    """One run with everything that a stream would have told of it."""
    return {
        "variant": trace.variant,
        "title": title,
        "clock": trace.clock,
        "listing": [
            {"file": each.file, "source": each.source, "html": highlight(each.source)}
            for each in trace.listing
        ],
        "records": list(records_of(trace)),
        "end": {name: getattr(trace, name) for name in END},
    }


def data(slots: Sequence[dict[str, Any]], notices: Sequence[str] = (), *, sealed: bool) -> Markup:
    """What goes into the page. ``sealed``: the page's address is not to be changed."""
    text = msgspec.json.encode({"slots": slots, "notices": notices, "sealed": sealed}).decode()
    # Nothing but "<" can end a script element, or begin anything else inside one.
    return Markup(text.replace("<", "\\u003c"))
