"""One class as it happens: what those who are here are told, and how often.

Knows nothing of sockets: ``Line`` is how to reach connections. Rooms: ``class:CODE`` is everybody,
``host:CODE`` the host's screens that a class may see, ``present:CODE`` those that only the host
sees, ``seat:CODE:N`` one student.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Protocol, TypeAlias

import msgspec

from visualizer.classroom import Refused, Session
from visualizer.classroom.shapes import By, Moved, Wheel

from .coalesce import Alarms, Paced
from .presence import Here, Presence, Role

#: Seconds between two messages of a kind at least.
CURSORS = 0.05
PEOPLE = 1.0
ROSTER = 0.5
VOTES = 0.5

#: What of the votes a class may not see, and the host's stage is what a class looks at.
_ONLY_PRESENTER = frozenset({"right", "explanation"})

#: The notes for the presenter of the lesson with this id.
Notes: TypeAlias = Callable[[str], list[dict[str, Any]]]


class Line(Protocol):
    """The way to connections. A room is always named: without one everybody would be told."""

    def emit(self, event: str, data: Any, room: str, skip: str | None = None) -> None: ...

    def join(self, connection: str, room: str) -> None: ...

    def leave(self, connection: str, room: str) -> None: ...


class Live:
    """The live side of a session. Safe for threads; never sends while it holds its lock.

    ``now`` is the time of day, in seconds since 1970."""

    def __init__(
        self,
        session: Session,
        line: Line,
        alarms: Alarms,
        spawn: Callable[[Callable[[], None]], object],
        notes: Notes,
        now: Callable[[], float],
    ) -> None:
        self.session = session
        self.code = session.code
        self.presence = Presence()
        self.over = False
        self._line = line
        self._alarms = alarms
        self._spawn = spawn
        self._notes = notes
        self._now = now
        self._changed: set[int] = set()
        self._gone: set[int] = set()
        self._lesson = session.scene.lesson
        self._cursor: tuple[Moved, str | None] | None = None
        self._awaited: int | None = None
        self._lock = threading.Lock()
        self._cursors = self._paced(CURSORS, self._send_cursor)
        self._people = self._paced(PEOPLE, self._send_people)
        self._roster = self._paced(ROSTER, self._send_roster)
        self._votes = self._paced(VOTES, self._send_votes)
        self._await_due()
        self._at(session.expires, self.end)

    # Who is here ------------------------------------------------------------------------

    def enter(self, here: Here) -> None:
        """A connection takes part from now on."""
        self.presence.enter(here)
        for room in self._rooms(here):
            self._line.join(here.connection, room)
        if here.seat is not None:
            self.seat_changed(here.seat)

    def leave(self, here: Here) -> None:
        """A connection takes part no longer, if it still did."""
        was_here = self.presence.leave(here)
        for room in self._rooms(here):
            self._line.leave(here.connection, room)
        if was_here and here.seat is not None:
            self.seat_changed(here.seat)

    def set_following(self, seat: int, on: bool) -> None:
        self.presence.set_following(seat, on)
        self.seat_changed(seat)

    def set_lost(self, seat: int, on: bool) -> None:
        """Note whether a student is lost."""
        if self.presence.set_lost(seat, on):
            self.session.lost(seat, on)
            self.seat_changed(seat)

    # What is told -----------------------------------------------------------------------

    def snapshot(self, here: Here) -> dict[str, Any]:
        """Everything that a connection needs to begin, or to go on after it was lost."""
        session, seat = self.session, here.seat
        by: By = "host" if seat is None else seat
        return {
            "code": self.code,
            "title": session.title,
            "role": here.role,
            "you": None if seat is None else self.presence.you(session.seat(seat)),
            "now": round(self._now() * 1000),
            "started": session.started,
            "expires": session.expires,
            "locked": session.locked,
            "ended": session.ended,
            "seq": session.seq,
            "scene": msgspec.to_builtins(session.scene),
            "cursor": msgspec.to_builtins(session.cursor),
            "driver": session.driver,
            "driver_name": session.driver_name,
            "token": session.token if session.driver == by else None,
            "question": session.public_question(),
            "mine": None if seat is None else session.mine(seat),
            "missed": [] if seat is None else session.missed(seat),
            **self._count(),
            **({} if seat is not None else self._for_host(here.role)),
        }

    def tell_moved(self, moved: Moved, connection: str | None) -> None:
        """Pass a movement on to all but the connection it came from. A scene goes at once, cursors
        at a bounded pace."""
        if moved.scene is None:
            with self._lock:
                waiting = self._cursor
                if waiting is None or waiting[0].seq < moved.seq:
                    self._cursor = moved, connection
            self._cursors.touch()
            return
        self._send_cursor()  # what came before it
        self._send_moved(moved, connection)
        if moved.scene.lesson != self._lesson:
            self._lesson = moved.scene.lesson
            notes = {"lesson": self._lesson, "notes": self._notes(self._lesson)}
            self._line.emit("notes", notes, self._room("present"))

    def tell_wheel(self, wheel: Wheel) -> None:
        """Say who drives; the token only to the driver."""
        told = {"driver": wheel.driver, "name": wheel.name}
        self._line.emit("wheel", told, self._room("class"))
        drivers = ("host", "present") if wheel.driver == "host" else (f"seat:{wheel.driver}",)
        for room in map(self._room, drivers):
            self._line.emit("wheel", {**told, "token": wheel.token}, room)

    def tell_question(self) -> None:
        """Say what everybody may know of the present question now; None where there is none."""
        self._line.emit("question", self.session.public_question(), self._room("class"))
        self._votes.touch()
        with self._lock:
            self._changed |= {seat.seat for seat in self.session.seats}
        self._roster.touch()
        self._await_due()

    def tell_state(self) -> None:
        session = self.session
        state = {"title": session.title, "locked": session.locked, "ended": session.ended}
        self._line.emit("state", state, self._room("class"))

    def tell_you(self, seat: int) -> None:
        """Tell a student what has changed about the own seat, and everybody a driver's name."""
        found = self.session.seat(seat)
        self._line.emit("you", self.presence.you(found), self._room(f"seat:{seat}"))
        wheel = self.session.wheel()
        if wheel.driver == seat:
            self.tell_wheel(wheel)
        self.seat_changed(seat)

    def answered(self, seat: int) -> None:
        """An answer was stored."""
        self._votes.touch()
        with self._lock:
            self._changed.add(seat)
        self._roster.touch()

    def seat_changed(self, seat: int) -> None:
        """Somebody came, went, or is otherwise another than before."""
        with self._lock:
            self._changed.add(seat)
        self._people.touch()
        self._roster.touch()

    def remove(self, seat: int, reason: str, wheel: Wheel | None) -> list[str]:
        """A student was removed or forgotten: say so, and let go of the connections, which are
        returned."""
        self._line.emit("removed", {"reason": reason}, self._room(f"seat:{seat}"))
        gone = self.presence.of_seat(seat)
        for here in gone:
            self.leave(here)
        self.presence.forget(seat)
        with self._lock:
            self._gone.add(seat)
        if wheel is not None:
            self.tell_wheel(wheel)
        self._people.touch()
        self._roster.touch()
        self._votes.touch()
        return [here.connection for here in gone]

    def end(self) -> None:
        """The class is over: say so, and let everybody go."""
        with self._lock:
            over, self.over = self.over, True
        if over:
            return
        session = self.session
        state = {"title": session.title, "locked": session.locked, "ended": True}
        self._line.emit("state", state, self._room("class"))
        for here in self.presence.everybody():
            self.leave(here)

    # Inside -----------------------------------------------------------------------------

    def _room(self, name: str) -> str:
        kind, _, seat = name.partition(":")
        return f"{kind}:{self.code}:{seat}" if seat else f"{kind}:{self.code}"

    def _rooms(self, here: Here) -> tuple[str, str]:
        own = here.role if here.seat is None else f"seat:{here.seat}"
        return self._room("class"), self._room(own)

    def _count(self) -> dict[str, int]:
        return {"here": self.presence.count, "seats": len(self.session.seats)}

    def _for_host(self, role: Role) -> dict[str, Any]:
        """What a snapshot holds for the host only; notes only where no class can see them."""
        session = self.session
        told: dict[str, Any] = {
            "roster": self.presence.roster(session.seats, session.answered),
            "votes": self._told_votes(role),
        }
        if role == "present":
            told["notes"] = self._notes(session.scene.lesson)
        return told

    def _told_votes(self, role: Role) -> dict[str, Any] | None:
        """The votes as this role may see them: what a class may see says not what is right."""
        votes = self.session.votes()
        if votes is None or role == "present":
            return votes
        told = {name: votes[name] for name in votes if name not in _ONLY_PRESENTER}
        told["distribution"] = [
            [{name: bar[name] for name in bar if name not in _ONLY_PRESENTER} for bar in bars]
            for bars in votes["distribution"]
        ]
        return told

    def _send_cursor(self) -> None:
        with self._lock:
            waiting, self._cursor = self._cursor, None
        if waiting is not None:
            self._send_moved(*waiting)

    def _send_moved(self, moved: Moved, connection: str | None) -> None:
        told: dict[str, Any] = {"seq": moved.seq, "by": moved.by}
        if moved.scene is not None:
            told["scene"] = msgspec.to_builtins(moved.scene)
        if moved.cursor is not None:
            told["cursor"] = msgspec.to_builtins(moved.cursor)
        self._line.emit("moved", told, self._room("class"), connection)

    def _send_people(self) -> None:
        self._line.emit("people", self._count(), self._room("class"))

    def _send_roster(self) -> None:
        with self._lock:
            changed, self._changed = self._changed, set()
            gone, self._gone = self._gone, set()
        session = self.session
        seats = [seat for seat in session.seats if seat.seat in changed]
        told = {
            "changed": self.presence.roster(seats, session.answered),
            "gone": sorted(gone),
        }
        for room in ("host", "present"):
            self._line.emit("roster", told, self._room(room))

    def _send_votes(self) -> None:
        self._line.emit("votes", self._told_votes("host"), self._room("host"))
        self._line.emit("votes", self._told_votes("present"), self._room("present"))

    def _paced(self, interval: float, act: Callable[[], None]) -> Paced:
        def act_while_it_lasts() -> None:
            if not self.over:
                with suppress(Refused):  # it has ended in this very moment
                    act()

        return Paced(self._alarms, interval, act_while_it_lasts)

    # What comes by itself ---------------------------------------------------------------

    def _at(self, when: int, act: Callable[[], None]) -> None:
        """Do something at this time (ms since 1970), in a task of its own: it may take long."""
        left = max(0.0, when / 1000 - self._now())
        self._alarms.at(self._alarms.now() + left, lambda: self._spawn(act))

    def _await_due(self) -> None:
        """Settle a timed vote when it is due."""
        due = self.session.due
        if due is not None and due != self._awaited:
            self._awaited = due
            self._at(due, lambda: self._settle(due))

    def _settle(self, due: int) -> None:
        if self._awaited == due:
            self._awaited = None
        if self.over:
            return
        try:
            if self.session.settle():
                self.tell_question()
            else:  # the clock went back a little, or another question is due
                self._await_due()
        except Refused:  # nothing can be stored just now
            self._at(round(self._now() * 1000) + 1000, lambda: self._settle(due))
