"""One lab for all tests of a process: starting one takes longer than most runs.

The processes of one test run also share its traces, in a folder that goes with it.
"""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from visualizer.lab import Lab


@pytest.fixture(scope="session")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """Runs of one job are one run here; who wants two makes labs without a folder."""
    own = tmp_path_factory.getbasetemp()
    common = own.parent if "PYTEST_XDIST_WORKER" in os.environ else own
    with Lab(common / "traces") as lab:
        yield lab
