"""Traces in other formats: what is in them, that nothing breaks out of them.

That other programs read them is tested in tests/browser/test_exports.py.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections import Counter
from typing import Any

import pytest

from tests.trace import runs
from tests.trace.runs import Run, about
from visualizer.trace import Trace, decode, derive, execution_table, variable_tracker
from visualizer.trace.exports import (
    FORMATS,
    chrome_trace,
    defuse,
    mermaid,
    steps_csv,
    variables_csv,
)


def thread_run() -> Trace:
    return derive(about(runs.THREAD_APP), runs.thread_run())


def inline_run() -> Trace:
    return derive(about(runs.INLINE_APP, variant="inline"), runs.inline_run())


PAYLOAD = '=HYPERLINK("http://x")'


@pytest.fixture
def thread() -> Trace:
    return thread_run()


def events_of(data: bytes, phase: str) -> list[dict[str, Any]]:
    return [event for event in json.loads(data)["traceEvents"] if event["ph"] == phase]


def read(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text)))


# All formats


@pytest.mark.parametrize("name", FORMATS)
def test_equal_traces_give_equal_bytes(name: str):
    write = FORMATS[name].write
    assert write(thread_run()) == write(thread_run())
    assert write(thread_run()) != write(inline_run())


@pytest.mark.parametrize("name", FORMATS)
def test_a_run_in_which_nothing_happened_is_written_too(name: str):
    empty = derive(about(""), [])
    assert FORMATS[name].write(empty)


def test_each_format_has_an_ending_of_its_own():
    endings = [each.extension for each in FORMATS.values()]
    assert len(set(endings)) == len(endings)


def test_the_record_is_the_trace_itself(thread: Trace):
    assert decode(FORMATS["json"].write(thread)) == thread


# Chrome


def test_lanes_are_threads_from_top_to_bottom(thread: Trace):
    named = events_of(chrome_trace([thread]), "M")
    names = {e["tid"]: e["args"]["name"] for e in named if e["name"] == "thread_name"}
    order = {e["tid"]: e["args"]["sort_index"] for e in named if e["name"] == "thread_sort_index"}
    assert [names[tid] for tid in sorted(order, key=lambda tid: order[tid])] == [
        lane.name for lane in thread.lanes if lane.kind == "user"
    ] + [lane.name for lane in thread.lanes if lane.kind != "user"]


def test_spans_keep_their_times_and_states(thread: Trace):
    told = Counter(
        (event["ts"], event["dur"], event["cat"], event["name"])
        for event in events_of(chrome_trace([thread]), "X")
    )
    assert told == Counter(
        (
            round(span.start * 1e6),
            round(span.end * 1e6) - round(span.start * 1e6),
            span.state,
            span.label,
        )
        for span in thread.spans
    )


@pytest.mark.parametrize("trace", [thread_run(), inline_run()], ids=["thread", "inline"])
def test_every_arrow_lies_in_a_span_at_both_ends(trace: Trace):
    data = chrome_trace([trace])
    slices = events_of(data, "X")
    ends = [*events_of(data, "s"), *events_of(data, "f")]
    assert len(ends) == 2 * len(trace.arrows) > 0
    for end in ends:
        assert any(
            each["tid"] == end["tid"] and each["ts"] <= end["ts"] < each["ts"] + each["dur"]
            for each in slices
        ), end


def test_an_arrow_begins_no_later_than_it_ends(thread: Trace):
    data = chrome_trace([thread])
    sent = {event["id"]: event["ts"] for event in events_of(data, "s")}
    arrived = {event["id"]: event["ts"] for event in events_of(data, "f")}
    assert sent.keys() == arrived.keys()
    assert all(sent[id] <= arrived[id] for id in sent)


def test_a_lane_without_spans_gets_one_to_tie_an_arrow_to(thread: Trace):
    thread.spans = [span for span in thread.spans if not span.lane.startswith("thread")]
    data = chrome_trace([thread])
    (start,) = [e for e in events_of(data, "f") if e["name"] == "start"]
    assert [(e["ts"], e["dur"]) for e in events_of(data, "X") if e["tid"] == start["tid"]] == [
        (start["ts"], 1)
    ]


def test_requests_and_tasks_begin_and_end(thread: Trace):
    data = chrome_trace([thread])
    begun = {event["id2"]["local"]: event for event in events_of(data, "b")}
    over = {event["id2"]["local"]: event for event in events_of(data, "e")}
    assert begun.keys() == over.keys()
    assert Counter((each["cat"], each["name"]) for each in begun.values()) == Counter(
        [("request", f"{r.method} {r.path}") for r in thread.requests]
        + [("task", task.name) for task in thread.tasks]
    )


def test_what_is_not_done_ends_with_the_run():
    trace = derive(about(""), Run().ask("r1").at(2).end())
    (over,) = events_of(chrome_trace([trace]), "e")
    (begun,) = events_of(chrome_trace([trace]), "b")
    assert over["ts"] == 2_000_000
    assert begun["args"]["answered"] is False


def test_several_variants_share_no_process_and_no_thread(thread: Trace):
    data = chrome_trace([thread, inline_run()])
    threads = [e["tid"] for e in events_of(data, "M") if e["name"] == "thread_name"]
    processes = [e["pid"] for e in events_of(data, "M") if e["name"] == "process_name"]
    assert len(processes) == 2
    assert len({*threads, *processes}) == len(threads) + 2


# Mermaid


def test_every_lane_and_arrow_is_in_the_diagram(thread: Trace):
    text = mermaid(thread)
    assert text.startswith("sequenceDiagram\n")
    assert text.count("actor ") == 1
    assert text.count("participant ") == len(thread.lanes) - 1
    assert text.count(">>") == len(thread.arrows)


def test_a_text_stays_on_its_line_and_says_nothing_to_mermaid(thread: Trace):
    thread.lanes[1].name = "x\nparticipant evil as y;%%{init: {}}%%<img>#35;"
    text = mermaid(thread)
    (line,) = [line for line in text.splitlines() if "evil" in line]
    assert line.strip().startswith("actor L1 as x participant evil as y#59;")
    assert not set("<>%{}#;") & set(re.sub(r"#\d+;", "", line))


@pytest.mark.parametrize("label", ["sleeps", "<" * 80])
def test_a_long_run_is_told_in_part(thread: Trace, label: str):
    def told(text: str) -> int:
        return sum(line.strip().startswith(("Note", "L")) for line in text.splitlines())

    short = told(mermaid(thread))
    thread.spans[-1].label = label
    thread.spans += [thread.spans[-1]] * 999
    text = mermaid(thread)
    assert len(text) < 50_000
    (left_out,) = re.findall(r"and (\d+) more, left out here", text)
    assert told(text) - 1 + int(left_out) == short + 999


def test_of_very_many_lanes_those_are_shown_that_do_something(thread: Trace):
    lane = thread.lanes[0]
    for n in range(5000):
        values = {name: getattr(lane, name) for name in lane.__struct_fields__}
        thread.lanes.append(type(lane)(**{**values, "id": f"more-{n}"}))
    text = mermaid(thread)
    assert len(re.findall(r"^  (?:actor|participant) ", text, re.M)) == 3


# CSV


@pytest.mark.parametrize(
    "text", ["=1+1", "+cmd", "-cmd", "@SUM(A1)", "\t=1", "\r=1", "-1+2", "＝1"]
)
def test_a_formula_is_made_harmless(text: str):
    assert defuse(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "5", "-5", "+0.5", "-1e-9", "a=1", "sent (500)"])
def test_what_is_no_formula_stays(text: str):
    assert defuse(text) == text


def test_the_tables_are_read_back_as_they_are(thread: Trace):
    columns, rows = execution_table(thread)
    assert read(steps_csv([thread])) == [columns, *rows]
    columns, rows = variable_tracker(thread)
    assert read(variables_csv(thread)) == [columns, *rows]


def test_texts_of_the_program_are_made_harmless_in_both_tables(thread: Trace):
    thread.steps[0].action = thread.steps[0].thread = PAYLOAD
    thread.variables[0].name = PAYLOAD
    thread.variables[0].values[0] = (0, PAYLOAD)
    assert read(steps_csv([thread]))[1][1:3] == [f"'{PAYLOAD}"] * 2
    assert read(variables_csv(thread))[1][:2] == [f"'{PAYLOAD}"] * 2


def test_quotes_commas_and_line_ends_survive(thread: Trace):
    thread.steps[0].action = 'a "b",\nc'
    assert read(steps_csv([thread], named=True))[1][:3] == ["thread", "1", 'a "b",\nc']
