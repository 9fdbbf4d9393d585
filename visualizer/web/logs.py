"""What the server writes to stderr: one line for each problem of ours, otherwise nothing."""

from __future__ import annotations

import logging
import traceback
from pathlib import Path
from typing import Any


class OneLine(logging.Formatter):
    """Puts an exception behind its message as what and where, in the same line."""

    def formatException(self, ei: Any) -> str:
        kind, error, trace = ei
        frames = traceback.extract_tb(trace)
        place = f" ({Path(frames[-1].filename).name}:{frames[-1].lineno})" if frames else ""
        return f"{kind.__name__}: {error}{place}"

    def format(self, record: logging.LogRecord) -> str:
        return " ".join(super().format(record).split("\n"))


def to_stderr() -> None:
    """Write warnings and errors of this process, ours and the libraries', to stderr."""
    handler = logging.StreamHandler()
    handler.setFormatter(OneLine("%(asctime)s %(levelname)s %(message)s"))
    logging.basicConfig(level=logging.WARNING, handlers=[handler])
