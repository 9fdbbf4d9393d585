"""All classes that are going on here, and which connection takes part in which."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

from visualizer.classroom import Session
from visualizer.classroom.shapes import Wheel

from .coalesce import Alarms, Share
from .live import Line, Live, Notes
from .messages import Refusal
from .presence import Here, Role

#: Events of a class that a connection may send: in the long run each second, and at once.
PACE = 20.0
BURST = 60.0


class Hall:
    """Safe for threads; sends nothing while it holds its lock."""

    def __init__(
        self,
        line: Line,
        alarms: Alarms,
        spawn: Callable[[Callable[[], None]], object],
        notes: Notes = lambda lesson: [],
        now: Callable[[], float] = time.time,
    ) -> None:
        self._line = line
        self._alarms = alarms
        self._spawn = spawn
        self._notes = notes
        self._now = now
        self._lives: dict[str, Live] = {}
        #: Every connection, and where it takes part.
        self._places: dict[str, tuple[Live, Here] | None] = {}
        self._shares: dict[str, Share] = {}
        self._lock = threading.Lock()

    def connect(self, connection: str) -> None:
        with self._lock:
            self._places[connection] = None
            self._shares[connection] = Share(PACE, BURST)

    def disconnect(self, connection: str) -> None:
        with self._lock:
            self._shares.pop(connection, None)
            place = self._places.pop(connection, None)
        if place is not None:
            place[0].leave(place[1])

    def enter(self, connection: str, session: Session, role: Role, seat: int | None) -> Any:
        """Let a connection take part, and no longer where it did before; the snapshot for it."""
        here = Here(connection, role, seat)
        with self._lock:
            if connection not in self._places:
                raise Refusal("closed", "This connection is closed.")
            before = self._places[connection]
            live = self._live(session)
            place = self._places[connection] = live, here
        if before is not None:
            before[0].leave(before[1])
        # First in, then told: what happens in between comes twice rather than never.
        live.enter(here)
        snapshot = live.snapshot(here)
        with self._lock:
            gone = self._places.get(connection) is not place
        if gone:  # it was closed meanwhile, or the student removed
            live.leave(here)
        return snapshot

    def delay(self, connection: str, weight: float) -> float:
        """Seconds that a connection's next event has to wait: who floods a class waits alone."""
        with self._lock:
            share = self._shares.get(connection)
            return share.take(weight) if share else 0.0

    def place(self, connection: str) -> tuple[Live, Here]:
        """Where a connection takes part. Raises ``Refusal``."""
        with self._lock:
            place = self._places.get(connection)
        if place is None or place[0].over:
            raise Refusal("not_in_class", "You are in no class now; join one with its code.")
        return place

    def find(self, session: Session) -> Live | None:
        """The live side of a class, if anybody has been there."""
        with self._lock:
            live = self._lives.get(session.code)
        return None if live is None or live.over else live

    def remove(self, session: Session, seat: int, reason: str, wheel: Wheel | None) -> None:
        """A student has been removed or forgotten: let go of the connections."""
        live = self.find(session)
        if live is None:
            return
        connections = live.remove(seat, reason, wheel)
        with self._lock:
            for connection in connections:
                if connection in self._places:
                    self._places[connection] = None

    def end(self, session: Session) -> None:
        """A class is over."""
        live = self.find(session)
        if live is not None:
            live.end()

    def count(self) -> int:
        """How many classes go on."""
        with self._lock:
            return sum(not live.over for live in self._lives.values())

    def _live(self, session: Session) -> Live:
        live = self._lives.get(session.code)
        if live is None or live.over or live.session is not session:
            for code in [code for code, live in self._lives.items() if live.over]:
                del self._lives[code]
            live = Live(session, self._line, self._alarms, self._spawn, self._notes, self._now)
            self._lives[session.code] = live
        return live
