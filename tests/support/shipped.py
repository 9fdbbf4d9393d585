"""The lessons that come with Meanwhile, read once for all tests of a process; none changes them."""

from __future__ import annotations

from visualizer.lessons import SCENARIOS, Catalogue

SHIPPED = Catalogue([SCENARIOS])
