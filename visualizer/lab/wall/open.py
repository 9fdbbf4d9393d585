"""What is still open in a run on the wall clock: when nothing is, the run is over.

Fed with events as they come in, which for different processes is not quite the order in which they
happened.
"""

from __future__ import annotations

from visualizer.lab.merge import is_of_one_process
from visualizer.trace.events import Event, LaneDied, State, Task

ENDED = frozenset({"failed", "finished", "rejected", "revoked"})


class OpenWork:
    """Tasks that have not ended. ``workers``: somebody takes queued tasks out of their queue."""

    def __init__(self, workers: bool) -> None:
        self._workers = workers
        self._ended: set[str] = set()
        #: For each open task its last moment, and the lane that runs it.
        self._open: dict[str, tuple[str, str | None]] = {}
        #: Who had each task last.
        self._holder: dict[str, str] = {}
        #: Lanes that do nothing and wait for nothing that time brings.
        self._resting: set[str] = set()

    def see(self, process: str, event: Event) -> None:
        """Take note of an event of that process."""
        match event:
            case Task():
                own = is_of_one_process(event.task)
                task = f"{process} {event.task}" if own else event.task
                self._task(task, event)
                if event.moment != "queued":
                    self._holder[task] = process
            case State():
                rests = event.state == "idle" or (
                    event.state in ("blocked", "waiting") and event.seconds is None
                )
                (self._resting.add if rests else self._resting.discard)(event.lane)
            case LaneDied():
                self._resting.add(event.lane)

    def died(self, process: str) -> None:
        """The process has ended: what it had taken is lost, or may be somebody else's again."""
        for task, (moment, _) in list(self._open.items()):
            if moment != "queued" and self._holder.get(task) == process:
                del self._open[task]
                if not task.startswith(f"{process} "):  # its broker may give it to another
                    self._open[task] = "queued", None

    def _task(self, task: str, event: Task) -> None:
        if event.moment in ENDED:
            self._ended.add(task)
            self._open.pop(task, None)
        elif event.moment == "started" or task not in self._ended:
            known = self._open.get(task)
            if known is None or event.moment != "queued":
                self._ended.discard(task)
                self._open[task] = event.moment, event.runs_on

    @property
    def busy(self) -> bool:
        """Whether a task runs or will be run by somebody who has it."""
        return any(
            lane not in self._resting if moment == "started" else moment != "queued"
            for moment, lane in self._open.values()
        )

    @property
    def queued(self) -> bool:
        """Whether a task stands in a queue from which somebody may take it."""
        return self._workers and any(moment == "queued" for moment, _ in self._open.values())
