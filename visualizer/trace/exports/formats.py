"""The list of formats: what each is called, how its files end, and who writes it."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from ..codec import encode
from ..records import Trace
from .chrome import chrome_trace
from .mermaid import mermaid
from .sheets import steps_csv, variables_csv


class Format(NamedTuple):
    """``extension`` is how file names end, without the first dot; ``title`` is for a menu."""

    name: str
    extension: str
    mimetype: str
    title: str
    write: Callable[[Trace], bytes]


FORMATS = {
    each.name: each
    for each in (
        Format("json", "json", "application/json", "The whole record", encode),
        Format(
            "chrome",
            "chrome.json",
            "application/json",
            "Chrome trace, for Perfetto",
            lambda trace: chrome_trace([trace]),
        ),
        Format(
            "mermaid",
            "mmd",
            "text/vnd.mermaid",
            "Mermaid sequence diagram",
            lambda trace: mermaid(trace).encode(),
        ),
        Format(
            "csv",
            "steps.csv",
            "text/csv",
            "Execution table",
            lambda trace: steps_csv([trace]).encode(),
        ),
        Format(
            "variables",
            "variables.csv",
            "text/csv",
            "Variable tracker",
            lambda trace: variables_csv(trace).encode(),
        ),
    )
}
