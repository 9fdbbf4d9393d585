from __future__ import annotations

from collections.abc import Iterator

import pytest

from visualizer.lab import Lab


@pytest.fixture(scope="module")
def lab() -> Iterator[Lab]:
    with Lab(cache_dir=None) as lab:
        yield lab
