"""A trace in formats that other programs read, as pure functions; one file a format.

``FORMATS`` names them all, for the command line, the pages and the documentation
(docs/exports.md). Equal traces give equal bytes in every format.
"""

from __future__ import annotations

from .chrome import chrome_trace
from .formats import FORMATS, Format
from .mermaid import mermaid
from .sheets import defuse, steps_csv, variables_csv

__all__ = [
    "FORMATS",
    "Format",
    "chrome_trace",
    "defuse",
    "mermaid",
    "steps_csv",
    "variables_csv",
]
