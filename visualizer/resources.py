"""Where the folders that belong to the program but are not Python lie.

In a checkout, ``static``, ``templates`` and ``scenarios`` stand beside the package; in an installed
wheel they are inside it.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal

_PACKAGE = Path(__file__).resolve().parent


def folder(name: Literal["static", "templates", "scenarios"]) -> Path:
    """The folder of that name, as an absolute path."""
    inside = _PACKAGE / name
    return inside if inside.is_dir() else _PACKAGE.parent / name
