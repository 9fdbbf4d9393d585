"""Traces are cut small, the same way every time, and kept within bounds."""

from __future__ import annotations

import json
import threading
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from visualizer.lab import Job
from visualizer.trace import Trace, records_of
from visualizer.web.chunks import MAX_CHUNK, Packed, Shelf, pack

from .client import records
from .fakes import FakeLab, job, trace

RUN = "x" * 80


def packed_from(found: list[dict[str, Any]]) -> Packed:
    return pack(trace(), found, lambda: None)


def messages(packed: Packed) -> list[bytes]:
    """The chunks as they go over the wire."""
    return [
        b"42999999" + msgspec.json.encode(["chunk", {"run": RUN, "slot": 3, "chunk": k, **fields}])
        for k, fields in enumerate(packed.chunks)
    ]


def received(packed: Packed) -> list[dict[str, Any]]:
    """What a client makes of the chunks."""
    return records([("chunk", json.loads(message[8:])[1]) for message in messages(packed)])


texts = st.text(st.characters(codec="utf-8"), max_size=400)


@given(st.lists(st.tuples(texts, st.integers(1, 400)), max_size=30))
def test_every_record_arrives_in_small_messages(parts: list[tuple[str, int]]) -> None:
    found = [
        {"kind": "output", "n": n, "text": text * times} for n, (text, times) in enumerate(parts)
    ]
    packed = packed_from(found)
    assert received(packed) == found
    assert all(len(message) <= MAX_CHUNK for message in messages(packed))
    assert packed.chunks == packed_from(found).chunks


@pytest.mark.parametrize("text", ['"', "\\", "\x01", "é", "𝄞", "a"])
def test_a_record_too_long_for_one_message_comes_in_parts(text: str) -> None:
    long = {"kind": "output", "text": text * 100_000}
    short = {"kind": "lane", "id": "a"}
    packed = packed_from([short, long, short])
    assert received(packed) == [short, long, short]
    assert all(len(message) <= MAX_CHUNK for message in messages(packed))
    assert len(packed.chunks) > 3


def test_messages_are_well_filled() -> None:
    packed = packed_from([{"kind": "line", "n": n, "text": "x" * 80} for n in range(5000)])
    sizes = [len(message) for message in messages(packed)]
    assert min(sizes[:-1]) > MAX_CHUNK * 0.9


def test_nothing_makes_no_chunk() -> None:
    assert packed_from([]).chunks == ()


def test_the_end_says_what_ran() -> None:
    end = packed_from([]).end
    assert end["duration"] == 0.001
    assert end["scenario"] == "lesson"
    assert end["metrics"]["requests"] == 1
    assert end["truncated"] is None
    assert end["model"] == {"line_cost": 0.001, "network": 0.02, "message": 0.0}
    json.dumps(end)


def shelf(lab: FakeLab, **settings: Any) -> Shelf:
    return Shelf(lab, records_of, breathe=lambda: None, **settings)


def test_a_job_is_run_once() -> None:
    lab = FakeLab()
    here = shelf(lab)
    assert here.peek(job()) is None
    first = here.get(job(parameters={"a": 1, "b": 2}))
    assert here.get(job(parameters={"b": 2, "a": 1})) is first
    assert len(lab.asked) == 1
    here.get(job(seed=1))
    assert len(lab.asked) == 2


def test_what_nobody_wants_any_more_is_not_run() -> None:
    lab = FakeLab()
    assert shelf(lab).get(job(), lambda: False) is None
    assert lab.asked == []


def test_the_least_used_makes_room() -> None:
    lab = FakeLab(trace(["x" * 1000]))
    here = shelf(lab, capacity=5000)
    jobs = [job(seed=seed) for seed in range(4)]
    here.get(jobs[0])
    here.get(jobs[1])
    here.get(jobs[0])
    here.get(jobs[2])
    here.get(jobs[3])
    assert [here.peek(each) is not None for each in jobs].count(True) < 4
    assert here.peek(jobs[3]) is not None
    assert here.peek(jobs[1]) is None


def test_one_that_is_larger_than_the_shelf_is_kept_all_the_same() -> None:
    here = shelf(FakeLab(trace(["x" * 1000])), capacity=10)
    here.get(job())
    assert here.peek(job()) is not None


def test_an_error_is_not_kept() -> None:
    lab = FakeLab(ValueError("no"))
    here = shelf(lab)
    for _ in range(2):
        with pytest.raises(ValueError, match="no"):
            here.get(job())
    assert len(lab.asked) == 2


def test_so_many_are_at_the_lab_at_once_and_equals_wait_for_one() -> None:
    inside, most, both = 0, 0, threading.Barrier(2, timeout=5)
    lock = threading.Lock()

    class Slow(FakeLab):
        def run(self, job: Job) -> Trace:
            nonlocal inside, most
            with lock:
                inside += 1
                most = max(most, inside)
            both.wait()
            with lock:
                inside -= 1
            return super().run(job)

    lab = Slow()
    here = shelf(lab, at_once=2)
    jobs = [job(seed=seed) for seed in (1, 2, 3, 4)] + [job(seed=1)] * 4
    threads = [threading.Thread(target=here.get, args=(each,)) for each in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(5)
    assert most == 2
    assert len(lab.asked) == 4
