from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from visualizer.lab import Lab
from visualizer.lab.program import find_program
from visualizer.lessons import read_requests
from visualizer.trace import Trace, decode

HERE = Path(__file__).parent


class Strangers:
    """Runs the programs of this folder as ``meanwhile trace`` does, each with its own requests."""

    def __init__(self, lab: Lab, temporary: Path) -> None:
        self.lab = lab
        #: Where the lab puts its temporary files.
        self.temporary = temporary
        self._traces: dict[str, bytes] = {}

    def json(self, folder: str, target: str, **settings: Any) -> bytes:
        program = find_program(target, HERE / folder)
        requests = read_requests(HERE / folder / "requests.toml")
        return self.lab.run_json(program.job(requests, **settings))

    def trace(self, folder: str, target: str, **settings: Any) -> Trace:
        """The trace of a run; that of the same run again, if it was made before."""
        key = f"{folder} {target} {settings}"
        if key not in self._traces:
            self._traces[key] = self.json(folder, target, **settings)
        return decode(self._traces[key])


@pytest.fixture(scope="session")
def strangers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Strangers]:
    temporary = tmp_path_factory.mktemp("temporary")
    with Lab(cache_dir=None) as lab, pytest.MonkeyPatch.context() as patch:
        patch.setenv("TMPDIR", str(temporary))
        lab.warm()
        yield Strangers(lab, temporary)
