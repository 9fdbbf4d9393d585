from __future__ import annotations

from collections.abc import Iterator

import pytest

from visualizer.lab import Lab
from visualizer.lessons import SCENARIOS, Catalogue


@pytest.fixture(scope="package")
def lab() -> Iterator[Lab]:
    with Lab(cache_dir=None) as lab:
        yield lab


@pytest.fixture(scope="package")
def lessons() -> Catalogue:
    return Catalogue([SCENARIOS])
