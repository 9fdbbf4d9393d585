"""A trace as JSON, its published schema, and its stream of records."""

from __future__ import annotations

import json
from typing import Any

import jsonschema
import msgspec
import pytest

from visualizer.trace import decode, derive, encode, execution_table, records_of, schema, to_csv
from visualizer.trace.__main__ import SCHEMA, text

from .runs import THREAD_APP, Run, about, thread_run

LISTS = {
    "lane": "lanes",
    "step": "steps",
    "line": "lines",
    "span": "spans",
    "request": "requests",
    "task": "tasks",
    "arrow": "arrows",
    "push": "pushes",
    "variable": "variables",
    "output": "output",
    "problem_at": "problems",
}


def rebuilt(records: list[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    """What a client that follows docs/trace.md makes of the records."""
    lists: dict[str, list[dict[str, Any]]] = {name: [] for name in LISTS.values()}
    for record in records:
        fields = dict(record)
        name = LISTS[fields.pop("kind")]
        if "type" in fields:
            fields["kind"] = fields.pop("type")
        lists[name].append(fields)
    return lists


def test_what_is_encoded_can_be_decoded() -> None:
    trace = derive(about(THREAD_APP, parameters={"b": 1, "a": [None, "ä"]}), thread_run())
    assert decode(encode(trace)) == trace


def test_the_order_of_parameters_does_not_matter() -> None:
    one = derive(about(THREAD_APP, parameters={"a": 1, "b": 2}), thread_run())
    two = derive(about(THREAD_APP, parameters={"b": 2, "a": 1}), thread_run())
    assert encode(one) == encode(two)


def test_another_version_is_refused() -> None:
    data = json.loads(encode(derive(about(THREAD_APP), thread_run())))
    data["version"] = 2
    with pytest.raises(msgspec.ValidationError, match="version"):
        decode(json.dumps(data))


def test_the_published_schema_is_current() -> None:
    assert SCHEMA.read_text(encoding="utf-8") == text(), "run: python -m visualizer.trace"


def test_the_schema_accepts_a_trace_and_nothing_less() -> None:
    trace = json.loads(encode(derive(about(THREAD_APP), thread_run())))
    validator = jsonschema.Draft202012Validator(schema())
    validator.check_schema(schema())
    validator.validate(trace)
    del trace["steps"][0]["task_status"]
    with pytest.raises(jsonschema.ValidationError, match="task_status"):
        validator.validate(trace)


def test_the_records_are_the_trace() -> None:
    trace = derive(about(THREAD_APP), thread_run())
    whole = json.loads(encode(trace))
    lists = rebuilt(json.loads(json.dumps(list(records_of(trace)))))
    assert lists == {name: whole[name] for name in LISTS.values()}


def test_the_records_come_in_the_order_of_time_and_lanes_before_what_is_on_them() -> None:
    run = Run(users=2).ask("r1").thread("thread-1", "t1", "r1").respond("r1")
    records = list(records_of(derive(about(THREAD_APP), run.at(3).ask("r2", "user-2").end())))
    assert [record["kind"] for record in records[:3]] == ["lane", "lane", "lane"]
    assert records[0]["type"] == "server"
    times = [
        next(record[key] for key in ("t", "start", "sent", "born", "started") if key in record)
        for record in records
        if record["kind"] != "variable"
    ]
    assert times == sorted(times)
    born: set[str] = set()
    for record in records:
        if record["kind"] == "lane":
            born.add(record["id"])
        elif record.get("lane"):
            assert record["lane"] in born


def test_a_table_as_csv() -> None:
    columns, rows = execution_table(derive(about(THREAD_APP), thread_run()))
    lines = to_csv(columns, rows).splitlines()
    assert lines[0] == "Step,Action,Thread,Response to user,Background task status"
    assert lines[4] == "4,the JSON response is returned,main,sent,running (sleeping 5 s)"
    assert lines[7].endswith('for it",main,"idle, ready for the next request",idle')
    assert len(lines) == 8
