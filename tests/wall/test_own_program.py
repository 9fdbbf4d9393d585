"""``meanwhile trace --clock wall``: a program of one's own, for real, in every form of output."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

GUESTBOOK = Path(__file__).resolve().parents[1] / "strangers" / "guestbook"
ROOT = Path(__file__).resolve().parents[2]


def trace(*options: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "visualizer", "trace", "app.py", "--clock", "wall", *options]
    return subprocess.run(
        command,
        cwd=GUESTBOOK,
        env={"PYTHONPATH": str(ROOT), "PATH": ""},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_a_program_of_several_files_runs_for_real_and_leaves_its_folder_alone() -> None:
    before = {path: path.read_bytes() for path in GUESTBOOK.rglob("*") if path.is_file()}
    done = trace("--format", "json")
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["clock"] == "wall" and found["truncated"] is None
    assert [request["status"] for request in found["requests"]] == [201, 200, 200]
    (task,) = found["tasks"]
    assert task["state"] == "finished" and task["finished"] - task["started"] >= 2
    assert {each["file"] for each in found["listing"]} == {"app.py", "store.py"}
    assert before == {path: path.read_bytes() for path in GUESTBOOK.rglob("*") if path.is_file()}


def test_the_table_says_on_which_clock() -> None:
    done = trace()
    assert done.returncode == 0, done.stderr
    assert "Execution table" in done.stdout or "Step  Action" in done.stdout
    assert "on the wall clock" in done.stdout


def test_what_cannot_run_for_real_is_one_line() -> None:
    done = trace("--fault", "drop 1")
    assert done.returncode == 1
    (line,) = done.stderr.splitlines()
    assert line.startswith("meanwhile: ") and done.stdout == ""
