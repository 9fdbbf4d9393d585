from __future__ import annotations

import pytest

from tests.support.shipped import SHIPPED
from visualizer.lessons import Catalogue


@pytest.fixture(scope="package")
def lessons() -> Catalogue:
    return SHIPPED
