"""Exports are read back by the programs that they are meant for: Perfetto and Mermaid."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.support.server import ROOT
from tests.support.shipped import SHIPPED
from tests.trace import runs
from visualizer.lab import Lab
from visualizer.trace import Trace, derive
from visualizer.trace.exports import chrome_trace, mermaid

from .perfetto import opened

HOSTILE = [
    "end",
    "Note over L1: x",
    "a;b#35;c",
    "%%{init: {}}%%",
    "</text><script>alert(1)</script>",
    "&lt;b&gt; <br/> \\n",
    "a->>b: c",
    "a-)b --x c",
    "$$x$$ wrap: `y`",
    "nowrap:hi",
    "participant L9 as u",
    "[x]{y}|z| @{}",
    "日本 🎉 \"q\" 'q'",
]

_DRAW = """async (text) => {
    const { svg } = await mermaid.render("drawn", text);
    document.body.innerHTML = svg;
    const texts = (name) => [...document.querySelectorAll(name)].map((each) => each.textContent);
    return {
        lanes: [...new Set(texts("text.actor"))], messages: texts(".messageText"),
        notes: texts(".noteText"), scripts: document.body.querySelectorAll("script").length,
    };
}"""


@pytest.fixture(scope="module")
def traces() -> list[Trace]:
    """A run of every version of every lesson."""
    with Lab() as lab:
        return [
            lab.run(lesson.job(variant.id))
            for lesson in SHIPPED.lessons.values()
            for variant in lesson.variants
        ]


@pytest.fixture(scope="module")
def drawing(browser: Browser) -> Iterator[Page]:
    """A blank page with Mermaid in it."""
    page = browser.new_page()
    page.add_script_tag(path=ROOT / "node_modules" / "mermaid" / "dist" / "mermaid.min.js")
    page.evaluate("mermaid.initialize({ startOnLoad: false })")
    yield page
    page.close()


def draw(page: Page, text: str) -> dict[str, Any]:
    drawn: dict[str, Any] = page.evaluate(_DRAW, text)
    return drawn


def test_perfetto_reads_every_lesson(browser: Browser, traces: list[Trace]):
    with opened(browser, chrome_trace(traces)) as perfetto:
        complaints = perfetto.rows(
            "SELECT name, value FROM stats WHERE value > 0 AND severity IN ('error', 'data_loss')"
        )
        processes = perfetto.rows("SELECT name FROM process WHERE name NOT NULL ORDER BY pid")
        lanes = perfetto.rows(
            "SELECT process.name, thread.name FROM thread JOIN process USING (upid)"
            " WHERE thread.name NOT NULL ORDER BY utid"
        )
        slices = perfetto.rows(
            "SELECT thread.name, slice.name, category, ts, dur FROM slice"
            " JOIN thread_track ON track_id = thread_track.id JOIN thread USING (utid)"
        )
        flows = perfetto.rows(
            "SELECT a.ts <= b.ts FROM flow JOIN slice a ON slice_out = a.id"
            " JOIN slice b ON slice_in = b.id"
        )
        others = perfetto.rows(
            "SELECT category, slice.name FROM slice JOIN process_track ON track_id ="
            " process_track.id WHERE category IN ('request', 'task')"
            " AND slice.name NOT IN ('first byte', 'received', 'started') ORDER BY ts"
        )
    assert complaints == []
    assert [name for (name,) in processes] == [f"{t.scenario} · {t.variant}" for t in traces]
    assert Counter(map(tuple, lanes)) == Counter(
        (f"{trace.scenario} · {trace.variant}", lane.name)
        for trace in traces
        for lane in trace.lanes
    )
    # An arrow that meets a lane between two spans gets a slice of a microsecond to hang on.
    assert {row[-1] for row in slices if row[2] == "arrow"} <= {1000}
    assert Counter(tuple(row) for row in slices if row[2] != "arrow") == Counter(
        [
            (name_of(trace, span.lane), span.label, span.state, begin, micro(span.end) - begin)
            for trace in traces
            for span in trace.spans
            for begin in [micro(span.start)]
        ]
        + [
            (name_of(trace, each.lane), each.error, "problem", micro(each.t), 0)
            for trace in traces
            for each in trace.problems
        ]
    )
    assert len(flows) == sum(len(trace.arrows) for trace in traces)
    assert Counter(map(tuple, others)) == Counter(
        [("request", f"{each.method} {each.path}") for trace in traces for each in trace.requests]
        + [("task", each.name) for trace in traces for each in trace.tasks]
    )


def name_of(trace: Trace, lane: str) -> str:
    return next(each.name for each in trace.lanes if each.id == lane)


def micro(seconds: float) -> int:
    """Nanoseconds, as Perfetto counts them, of a time that is exact to the microsecond."""
    return round(seconds * 1e6) * 1000


def test_mermaid_draws_every_lesson(drawing: Page, traces: list[Trace]):
    for trace in traces:
        drawn = draw(drawing, mermaid(trace))
        assert sorted(drawn["lanes"]) == sorted({lane.name for lane in trace.lanes})
        assert len(drawn["messages"]) == len(trace.arrows)
        assert set(drawn["messages"]) >= {f"{r.method} {r.path}" for r in trace.requests}
        asleep = {span.label for span in trace.spans if span.state == "sleeping"}
        assert asleep <= {note.partition(" (")[0] for note in drawn["notes"]}


@pytest.mark.parametrize("text", HOSTILE)
def test_mermaid_shows_any_text_and_does_nothing_else(drawing: Page, text: str):
    trace = derive(runs.about(runs.THREAD_APP), runs.thread_run())
    for lane in trace.lanes:
        lane.name = text
    trace.requests[0].path = text
    trace.spans[-1].label = text
    drawn = draw(drawing, mermaid(trace))
    assert drawn["lanes"] == [text]
    assert drawn["messages"][0] == f"GET {text}"
    assert any(note.startswith(text) for note in drawn["notes"])
    assert drawn["scripts"] == 0
