"""Makes one record of what several processes tell.

Each names its tasks and threads for itself. Here tasks get the numbers of the whole run, in the
order in which they appear, and know the request that they go back to. What a worker says before
the server's lanes exist is told after them.
"""

from __future__ import annotations

from collections.abc import Iterable

from visualizer.trace.events import (
    Cut,
    End,
    Event,
    Incident,
    LaneBorn,
    LaneDied,
    Pushed,
    ServiceCalled,
    State,
    Task,
)

from .process import WEB
from .sights import Message, Unfolder


class Merge:
    """``events`` is the record so far; ``cut`` the first end before the end that was told."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.cut: Cut | None = None
        self._unfolders: dict[str, Unfolder] = {}
        self._early: list[Event] | None = []
        self._numbers: dict[str, str] = {}
        self._requests: dict[str, str | None] = {}
        self._runs: dict[str, str] = {}
        #: Tasks that only the memory of a process holds, and that nothing has taken up.
        self._held: dict[str, dict[str, Task]] = {}
        #: The lanes of each process that are alive, and the first that it had.
        self._lanes: dict[str, dict[str, None]] = {}
        self._homes: dict[str, LaneBorn] = {}

    def take(self, process: str, messages: Iterable[Message], first: bool) -> None:
        """What a process tells. ``first`` is one of the server's: their lanes come first."""
        unfolder = self._unfolders.setdefault(process, Unfolder())
        for event in unfolder.unfold(messages):
            if isinstance(event, Cut):
                self.cut = self.cut or event
            elif not isinstance(event, End):
                self._name(process, event)
                self._add(event, early=not first)

    def add(self, process: str, event: Event) -> None:
        """An event of ours about a process."""
        self._name(process, event)
        self._add(event, early=True)

    def serving(self) -> None:
        """The server has told its lanes: now the others'."""
        early, self._early = self._early or [], None
        self.events += early

    def home(self, process: str) -> LaneBorn | None:
        """The birth of the lane that stands for a process."""
        return self._homes.get(process)

    def died(self, process: str, t: int) -> None:
        """The process has ended, and its lanes with it."""
        for task in self._held.pop(process, {}).values():
            lost = Task(t, task.task, task.name, "lost", task.lane, task.request)
            self._add(lost, early=True)
        for lane in reversed(self._lanes.pop(process, {})):
            self._add(LaneDied(t, lane), early=True)

    def _add(self, event: Event, early: bool) -> None:
        user = type(event) is LaneBorn and event.kind == "user"  # who is there before all else
        later = self._early if early and not user else None
        (self.events if later is None else later).append(event)

    def _name(self, process: str, event: Event) -> None:
        match event:
            case LaneBorn():
                self._lanes.setdefault(process, {})[event.lane] = None
                home = self._homes.setdefault(process, event)
                event.process = None if process in ("", WEB) else home.lane
            case LaneDied():
                self._lanes[process].pop(event.lane, None)
            case Task():
                self._name_task(process, event)
            case Incident() if event.task is not None:
                event.task = self._number(process, event.task)
            case State() | ServiceCalled() | Pushed() if event.task is not None:
                event.task = self._number(process, event.task)
                event.request = event.request or self._requests.get(event.task)

    def _name_task(self, process: str, event: Task) -> None:
        own = is_of_one_process(event.task)
        task = event.task = self._number(process, event.task)
        held = self._held.setdefault(process, {})
        if own and event.moment == "queued":
            held[task] = event
        else:
            held.pop(task, None)
        if task not in self._requests:
            # A task that a task puts into the queue goes back to the same request.
            outer = self._runs.get(event.lane)
            self._requests[task] = event.request or (self._requests[outer] if outer else None)
        event.request = event.request or self._requests[task]
        if event.moment == "started" and event.runs_on is not None:
            self._runs[event.runs_on] = task
        elif event.moment in ("retried", "failed", "finished", "rejected"):
            self._runs.pop(event.runs_on or event.lane, None)

    def _number(self, process: str, task: str) -> str:
        """Queued tasks have ids that are the same everywhere, others numbers of their process."""
        own = f"{process} {task}" if is_of_one_process(task) else task
        return self._numbers.setdefault(own, f"t{len(self._numbers) + 1}")


def is_of_one_process(task: str) -> bool:
    """Whether the id is a number of the process that names it."""
    return len(task) <= 16
