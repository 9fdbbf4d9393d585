"""The words of the two status columns, and the coarser ones of the variable tracker."""

from __future__ import annotations

NOT_STARTED = "not started"
COMPLETED = "completed"
IDLE = "idle"

WAITING = "waiting"
PREPARING = "preparing response"
SENT = "sent"
FAILED = "failed"
NO_CHANGE = "no change"
READY = "idle, ready for the next request"
BUSY = "busy with the next request"

#: The status that a task has after a moment of its own.
AFTER: dict[str, str] = {
    "task queued": "queued",
    "task received": "received",
    "task started": "started",
    "task retried": "retrying",
    "task failed": "failed",
    "task finished": COMPLETED,
    "task rejected": "rejected",
    "task revoked": "revoked",
    "lost": "lost",
    "process killed": "lost",
    "process stopped": "lost",
    "message dropped": "lost",
}
#: What a task may be doing when it has been started and has not ended.
AT_WORK = ("started", "running", "sleeping", "waiting", "blocked")
#: The tracker's word for the state of a response. Waiting counts as none.
RESPONSES: dict[str, str] = {
    WAITING: "none",
    PREPARING: "preparing",
    SENT: SENT,
    FAILED: FAILED,
}


def coarse(status: str) -> str:
    """The tracker's word for a task's status: whoever sleeps, waits or is blocked is running."""
    word = status.partition(" (")[0]
    return "running" if word in ("sleeping", "waiting", "blocked") else word


class Tally:
    """How the tasks of one request stand, all together."""

    def __init__(self, tasks: int) -> None:
        self._exact = {NOT_STARTED: tasks} if tasks else {}
        self._coarse = dict(self._exact)

    def move(self, old: str, new: str) -> None:
        """One task goes from one status to another."""
        for counts, before, after in (
            (self._exact, old, new),
            (self._coarse, coarse(old), coarse(new)),
        ):
            counts[before] -= 1
            if not counts[before]:
                del counts[before]
            counts[after] = counts.get(after, 0) + 1

    def text(self) -> str | None:
        """The status that all share, or else how many have which: "2 running, 1 queued"."""
        if not self._exact:
            return None
        if len(self._exact) == 1:
            return next(iter(self._exact))
        return ", ".join(f"{self._coarse[word]} {word}" for word in sorted(self._coarse))
