"""Messages of tasks that are lost on their way to the queue, by plan (``drop``).

Whichever process sends the first, second, … task of a run: each takes a ticket of one pile for it,
and where the ticket says so the message goes nowhere. The pile is a pipe that all processes share.
"""

from __future__ import annotations

import os
from typing import Any

from visualizer.clock import nanoseconds
from visualizer.lab.broker import LANE
from visualizer.lab.job import Job
from visualizer.lab.recorder import Recorder
from visualizer.trace.events import Incident

_SENT, _LOST = b".", b"x"
_read = os.read


class Losing:
    """See the module's docstring. To be made before processes fork."""

    def __init__(self, job: Job) -> None:
        #: When each pile is begun (ns), and the end of the pipe from which tickets are taken.
        self._piles: list[tuple[int, int]] = []
        for fault in job.faults:
            if fault.drop is not None:
                self._piles.append((nanoseconds(fault.at), _pile(fault.drop)))

    @property
    def files(self) -> list[int]:
        """The numbers of its open files."""
        return [pile for _, pile in self._piles]

    def close(self) -> None:
        """Close what this process has of it."""
        for pile in self.files:
            os.close(pile)

    def _is_lost(self, now: int) -> bool:
        """Whether the message that is sent now is one of those. Counts it."""
        tickets = [_read(pile, 1) for begun, pile in self._piles if now >= begun]
        return _LOST in tickets

    def install(self, recorder: Recorder) -> None:
        """Let this process lose what it is to lose."""
        if not self._piles:
            return
        from kombu.messaging import Producer

        send = Producer._publish

        def publish(
            producer: Any,
            body: Any,
            priority: int,
            content_type: str,
            content_encoding: str,
            headers: dict[str, Any],
            *more: Any,
            **settings: Any,
        ) -> Any:
            task = headers.get("id") if headers.get("task") else None
            if task is not None and self._is_lost(recorder.now):
                recorder.add(Incident(recorder.now, LANE, "dropped", task=str(task)))
                return None
            kind = (priority, content_type, content_encoding, headers)
            return send(producer, body, *kind, *more, **settings)

        Producer._publish = publish


def _pile(number: int) -> int:
    """A pile of so many tickets, of which the last says that a message is lost."""
    reading, writing = os.pipe()
    os.set_blocking(writing, False)  # what the pipe does not hold is left out: no run sends so many
    os.write(writing, _SENT * (number - 1) + _LOST)
    os.close(writing)
    return reading
