"""Whether a listing runs by itself: it is imported by a plain Python, outside the lab.

The learner may copy a listing and run it, so it may need nothing that only a lesson gives.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from .errors import LessonError

#: Seconds that a listing may take to be imported: most take less than one, on an idle machine.
PATIENCE = 60.0
_IMPORT = "import sys; sys.path.insert(0, sys.argv[1]); __import__(sys.argv[2])"
_REMEDY = "Make it run with python alone: the server starts with `flask --app`, not on import."


class Alone:
    """Runs listings in processes of their own, as many at a time as there are processors."""

    def __init__(self, listings: Iterable[Path], patience: float = PATIENCE) -> None:
        self._pool = ThreadPoolExecutor(max_workers=os.cpu_count() or 1)
        self._found = {path: self._pool.submit(_alone, path, patience) for path in listings}

    def errors(self, listings: Iterable[Path]) -> list[LessonError]:
        """What is wrong with these of them; waits for it."""
        found = (self._found[path].result() for path in dict.fromkeys(listings))
        return [error for error in found if error is not None]

    def close(self) -> None:
        """Begin no more of them, and wait for those that run."""
        self._pool.shutdown(cancel_futures=True)


def _alone(path: Path, patience: float) -> LessonError | None:
    with tempfile.TemporaryDirectory(prefix="meanwhile-") as elsewhere:
        command = [sys.executable, "-B", "-W", "ignore", "-c", _IMPORT]
        try:
            done = subprocess.run(
                [*command, str(path.parent.resolve()), path.stem],
                cwd=elsewhere,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                timeout=patience,
                check=False,
            )
        except subprocess.TimeoutExpired:
            message = f"It does not come to its end by itself within {patience:g} s."
            return LessonError(str(path), 1, message, _REMEDY)
    if done.returncode == 0:
        return None
    said = done.stderr.strip().splitlines() or [f"it ended with {done.returncode}"]
    return LessonError(
        str(path), _line(path, said), f"It does not run by itself: {said[-1]}.", _REMEDY
    )


def _line(path: Path, said: list[str]) -> int:
    """The last line of the listing that a traceback names, or 1."""
    sign = f'File "{path.resolve()}", line '
    lines = [line.strip().removeprefix(sign) for line in said if line.strip().startswith(sign)]
    number = lines[-1].partition(",")[0] if lines else ""
    return int(number) if number.isdigit() else 1
