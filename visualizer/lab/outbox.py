"""The way out of a program's process: frames, of which several may leave in one write.

What only has to be there before something else is kept until that is sent. So a process and the
coordinator wake each other no more often than they have to.
"""

from __future__ import annotations

import os

# As it is now: programs replace it, as ``eventlet.monkey_patch`` does.
_write = os.write


class Outbox:
    """Writes to the file descriptor ``output``."""

    def __init__(self, output: int) -> None:
        self._output = output
        self._kept: list[bytes] = []
        #: While this is true everything is kept, since something follows at once.
        self.keeping = False

    def keep(self, data: bytes) -> None:
        """Let this leave together with what is sent next, ahead of it."""
        self._kept.append(data)

    def send(self, data: bytes) -> None:
        """Let this leave now, behind all that was kept."""
        self._kept.append(data)
        if self.keeping:
            return
        view = memoryview(b"".join(self._kept))
        self._kept.clear()
        while view:
            view = view[_write(self._output, view) :]
