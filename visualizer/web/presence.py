"""Who of a class is here: connections, and what is known of students only while the server runs."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

from visualizer.classroom.shapes import Seat

Role: TypeAlias = Literal["student", "host", "present"]


@dataclass(frozen=True)
class Here:
    """A connection that takes part. ``seat`` is a student's."""

    connection: str
    role: Role
    seat: int | None


@dataclass
class _Student:
    connections: set[str] = field(default_factory=set)
    following: bool = True
    lost: bool = False


class Presence:
    """Of one class. Safe for threads."""

    def __init__(self) -> None:
        self._here: dict[str, Here] = {}
        self._students: dict[int, _Student] = {}
        self._count = 0
        self._lock = threading.Lock()

    @property
    def count(self) -> int:
        """How many students are here."""
        return self._count

    def enter(self, here: Here) -> None:
        with self._lock:
            self._here[here.connection] = here
            if here.seat is not None:
                student = self._students.setdefault(here.seat, _Student())
                self._count += not student.connections
                student.connections.add(here.connection)

    def leave(self, here: Here) -> bool:
        """A connection is no longer here; False if it was not."""
        with self._lock:
            if self._here.get(here.connection) is not here:
                return False
            del self._here[here.connection]
            if here.seat is not None:
                student = self._students[here.seat]
                student.connections.discard(here.connection)
                self._count -= not student.connections
            return True

    def forget(self, seat: int) -> None:
        """A student is no longer in the class; the connections have to have left before."""
        with self._lock:
            self._students.pop(seat, None)

    def everybody(self) -> list[Here]:
        """All connections."""
        with self._lock:
            return list(self._here.values())

    def of_seat(self, seat: int) -> list[Here]:
        """The connections of a student."""
        with self._lock:
            student = self._students.get(seat)
            return [self._here[each] for each in student.connections] if student else []

    def lost(self) -> list[int]:
        """The seats of those who are lost."""
        with self._lock:
            return [seat for seat, student in self._students.items() if student.lost]

    def set_following(self, seat: int, on: bool) -> None:
        with self._lock:
            self._students.setdefault(seat, _Student()).following = on

    def set_lost(self, seat: int, on: bool) -> bool:
        """Whether this is news."""
        with self._lock:
            student = self._students.setdefault(seat, _Student())
            news, student.lost = student.lost != on, on
            return news

    def you(self, seat: Seat) -> dict[str, Any]:
        """What a student gets to know of the own seat."""
        with self._lock:
            student = self._students.get(seat.seat) or _Student()
            return {
                "seat": seat.seat,
                "name": seat.name,
                "cohost": seat.cohost,
                "following": student.following,
                "lost": student.lost,
            }

    def roster(self, seats: Iterable[Seat], answered: frozenset[int]) -> list[dict[str, Any]]:
        """What the host gets to know of these students (RosterSeat)."""
        with self._lock:
            here = {number for number, student in self._students.items() if student.connections}
        return [
            {
                **self.you(seat),
                "here": seat.seat in here,
                "answered": seat.seat in answered,
                "joined": seat.joined,
            }
            for seat in seats
        ]
