"""What a forked process has open of all that its parent has."""

from __future__ import annotations

import os
from collections.abc import Iterable
from contextlib import suppress

_FILES = "/dev/fd"
"""The folder in which a process sees what it has open."""


def keep_only(files: Iterable[int]) -> None:
    """Let all files of this process that are open, but for these, lead nowhere.

    Their numbers stay taken: whatever still holds one of them may close it, and does no harm.
    """
    kept = {0, 1, 2, *files}
    null = os.open(os.devnull, os.O_RDWR)
    for number in map(int, os.listdir(_FILES)):
        if number not in kept and number != null:
            with suppress(OSError):  # the one that listed them is closed
                os.fstat(number)
                os.dup2(null, number)
