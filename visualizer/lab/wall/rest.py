"""When a run came to rest in which something starts tasks by the clock, for ever.

Such a run is over when nothing is left to do but what the clock will bring. That is seen a little
later, when it may have brought something already; so the time is taken from the record.
"""

from __future__ import annotations

from visualizer.lab.merge import is_of_one_process
from visualizer.trace.events import Event, Task

from .open import ENDED


class Rest:
    """Of the tasks of which anything was told so far, in any order."""

    def __init__(self) -> None:
        #: When each task began and ended (ns); it has not ended where that is None.
        self._begun: dict[str, int] = {}
        self._ended: dict[str, int | None] = {}
        #: Who had each last.
        self._holder: dict[str, str] = {}

    def see(self, process: str, event: Event) -> None:
        """Take note of an event of that process."""
        if not isinstance(event, Task):
            return
        own, t = is_of_one_process(event.task), event.t
        task = f"{process} {event.task}" if own else event.task
        self._begun[task] = min(t, self._begun.get(task, t))
        ended = self._ended.setdefault(task, None)
        if event.moment in ENDED:
            self._ended[task] = t
        elif event.moment != "queued":
            self._holder[task] = process
            if ended is not None and t > ended:
                self._ended[task] = None

    def died(self, process: str, t: int) -> None:
        """The process has ended (ns), and what it had, if nobody takes it up again."""
        for task, holder in self._holder.items():
            if holder == process and self._ended[task] is None:
                self._ended[task] = t

    def since(self, users: int) -> int | None:
        """The first time (ns) from ``users`` on, when the last of them went, at which no task had
        begun and not ended. None if there was none yet.
        """
        rest = users
        for task, begun in sorted(self._begun.items(), key=lambda item: item[1]):
            if begun > rest:
                break
            ended = self._ended[task]
            if ended is None:
                return None
            rest = max(rest, ended)
        return rest
