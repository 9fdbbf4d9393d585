"""Saved traces: a file may hold anything, and what is wrong with it is told in one line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.trace import runs
from visualizer.trace import Trace, derive, encode
from visualizer.trace import files as trace_files
from visualizer.trace.files import MOST_BYTES, BadTraceFile, read_traces


@pytest.fixture
def trace() -> Trace:
    return derive(runs.about(runs.THREAD_APP), runs.thread_run())


def saved(folder: Path, data: bytes) -> Path:
    path = folder / "trace.json"
    path.write_bytes(data)
    return path


def refused(path: Path) -> str:
    with pytest.raises(BadTraceFile) as caught:
        read_traces(path)
    text = str(caught.value)
    assert text.startswith(str(path))
    assert "\n" not in text
    return text.removeprefix(str(path))


def test_a_saved_trace_is_read(tmp_path: Path, trace: Trace):
    assert read_traces(saved(tmp_path, encode(trace))) == [trace]


def test_several_in_a_list_are_read(tmp_path: Path, trace: Trace):
    one = encode(trace)
    assert read_traces(saved(tmp_path, b" [" + one + b"," + one + b"]\n")) == [trace, trace]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "is not JSON"),
        (b"   ", "is not JSON"),
        (b"GIF89a", "is not JSON"),
        (b"\xff\xfe\x00", "is not JSON"),
        (b"{'format': 1}", "is not JSON"),
        (b"5", "not a trace of Meanwhile"),
        (b"{}", "not a trace of Meanwhile"),
        (b'{"traceEvents": []}', "not a trace of Meanwhile"),
        (b'{"format": "other", "version": 1}', "not a trace of Meanwhile"),
        (b'{"format": "meanwhile-trace", "version": 2}', "of version 2"),
        (b'{"format": "meanwhile-trace", "version": 1}', "missing required field"),
        (b"[]", "holds 0 traces"),
        (b"[1,2,3,4,5]", "holds 5 traces"),
        (b"[" * 100_000, "is not"),
        (b'{"a":' * 100_000, "is not"),
    ],
)
def test_what_is_no_trace_is_told(tmp_path: Path, data: bytes, words: str):
    assert words in refused(saved(tmp_path, data))


def test_a_trace_that_was_cut_off_is_told(tmp_path: Path, trace: Trace):
    whole = encode(trace)
    for end in (1, len(whole) // 2, len(whole) - 1):
        assert "ends in the middle" in refused(saved(tmp_path, whole[:end]))


def test_a_large_file_is_not_even_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    path = tmp_path / "trace.json"
    with path.open("wb") as file:
        file.truncate(100 * 2**20)
    monkeypatch.setattr(Path, "read_bytes", lambda _: pytest.fail("it was read"))
    assert "has 100 MB; more than 64" in refused(path)
    assert MOST_BYTES == 64 * 2**20


def test_no_file_and_a_folder_are_told(tmp_path: Path):
    assert "No such file" in refused(tmp_path / "nothing.json")
    assert "cannot be read" in refused(tmp_path)


@pytest.mark.parametrize(
    ("place", "change", "words"),
    [
        (("spans", 0, "lane"), "nobody", "no lane 'nobody'"),
        (("arrows", 0, "to"), "nobody", "no lane 'nobody'"),
        (("requests", 0, "user"), "nobody", "no lane 'nobody'"),
        (("variables", 0, "values"), [[99, "x"]], "no step 99"),
        (("lanes", 0, "kind"), "ghost", "Invalid enum value 'ghost'"),
        (("steps", 0, "n"), "one", "Expected int, got str"),
    ],
)
def test_what_does_not_fit_together_is_told(
    tmp_path: Path, trace: Trace, place: tuple[Any, ...], change: Any, words: str
):
    plain = json.loads(encode(trace))
    *parents, last = place
    target = plain
    for part in parents:
        target = target[part]
    target[last] = change
    assert words in refused(saved(tmp_path, json.dumps(plain).encode()))


def test_as_many_are_read_as_the_stage_has_room_for():
    source = (Path(trace_files.__file__).parents[2] / "static" / "js" / "url.js").read_text("utf-8")
    assert f"MOST_SLOTS = {trace_files.MOST_TRACES};" in source
