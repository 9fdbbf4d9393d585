"""One lab for all tests of a process: starting one takes longer than most runs."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from visualizer.lab import Lab


@pytest.fixture(scope="session")
def lab() -> Iterator[Lab]:
    """Keeps traces in memory only. Runs of one job are one run; who wants two has two labs."""
    with Lab(cache_dir=None) as lab:
        yield lab
