"""For whom a lane works at present: the request it handles and the task it runs.

Fed with the events one after another, so that what a lane does can be put down to a request and
a task even where its event does not name them.
"""

from __future__ import annotations

from . import events as ev

_TOLD = frozenset({ev.RequestReceived, ev.ResponseSent, ev.SocketClosed, ev.Task})


class Working:
    """The request and the innermost task of each lane, as of the last event seen."""

    def __init__(self) -> None:
        self._handles: dict[str, str] = {}
        self._answered: set[str] = set()
        self._runs: dict[str, list[tuple[str, str | None]]] = {}
        self._where: dict[str, str] = {}

    def request(self, lane: str) -> str | None:
        """The request that the lane works for or has last answered, or None."""
        runs = self._runs.get(lane)
        return (runs[-1][1] if runs else None) or self._handles.get(lane)

    def unanswered(self, lane: str) -> str | None:
        """The request that the lane works for, or None once a server has answered it."""
        over = lane in self._answered and not self._runs.get(lane)
        return None if over else self.request(lane)

    def task(self, lane: str) -> str | None:
        """The task that the lane runs, the innermost where one calls another, or None."""
        runs = self._runs.get(lane)
        return runs[-1][0] if runs else None

    def see(self, event: ev.Event) -> str | None:
        """Take note of an event. Gives the lane whose work it changed, or None."""
        if type(event) not in _TOLD:  # nearly all of them
            return None
        if isinstance(event, ev.RequestReceived):
            self._handles[event.lane] = event.request
            self._answered.discard(event.lane)
            return event.lane
        if isinstance(event, ev.ResponseSent | ev.SocketClosed):
            self._answered.add(event.lane)
            return None
        if not isinstance(event, ev.Task):
            return None
        if event.moment == "started":
            lane = event.runs_on
            if lane is not None:
                self._runs.setdefault(lane, []).append((event.task, event.request))
                self._where[event.task] = lane
            return lane
        if event.moment in ("retried", "failed", "finished", "rejected"):
            lane = self._where.pop(event.task, None)
            if lane is not None:
                runs = self._runs[lane]
                self._runs[lane] = [run for run in runs if run[0] != event.task]
            return lane
        return None
