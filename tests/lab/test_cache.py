"""A trace is kept under everything that decides it, and under nothing else."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from tests.lab.jobs import view
from visualizer.lab import Lab, cache
from visualizer.lab.cache import Cache, key_of


def test_a_second_lab_finds_the_trace_on_disk(tmp_path: Path) -> None:
    job = view("return 'done'")
    with Lab(tmp_path) as lab:
        body = lab.run_json(job)
    with Lab(tmp_path, fork=False) as lab:
        assert lab.run_json(job) == body
        assert lab._warm is None
    (file,) = tmp_path.glob("*.json")
    assert file.read_bytes() == body


def test_keys_differ_where_runs_may_differ(monkeypatch: pytest.MonkeyPatch) -> None:
    jobs = [
        view("return 'a'"),
        view("return 'b'"),
        view("return 'a'", seed=1),
        view("return 'a'", line_cost=0.002),
        view("return 'a'", constants={"A": 1}),
    ]
    keys = {key_of(job) for job in jobs}
    assert len(keys) == len(jobs)
    assert key_of(view("return 'a'")) in keys
    monkeypatch.setattr(cache, "version_of_the_lab", lambda: "another lab")
    assert key_of(jobs[0]) not in keys


def test_memory_and_disk_are_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "MEMORY_BYTES", 25)
    monkeypatch.setattr(cache, "DISK_BYTES", 45)
    kept = Cache(tmp_path)
    for number in range(6):
        kept.put(f"key{number}", b"0123456789" if number < 5 else b"012345678}")
    assert len(kept._recent) == 2
    assert sum(path.stat().st_size for path in tmp_path.iterdir()) <= 45
    assert kept.get("key5") == b"012345678}"
    assert kept.get("key0") is None


def test_a_folder_that_cannot_be_written_is_said_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    kept = Cache(blocked)
    with caplog.at_level(logging.WARNING):
        kept.put("a", b"{}")
        kept.put("b", b"{}")
    assert kept.get("a") == b"{}"
    assert len(caplog.records) == 1


def test_a_torn_file_is_not_believed(tmp_path: Path) -> None:
    (tmp_path / "key.json").write_bytes(b'{"format": "meanw')
    assert Cache(tmp_path).get("key") is None
