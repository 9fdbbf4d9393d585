"""All classes of a server: starts them, finds them, deletes them.

``Register`` owns the database thread (``writer.py``). Its methods and those of its sessions are
synchronous and may be called from any thread; those marked D wait for the disk. How they wait is
given by ``wait``: it gets a ``Ticket`` and has to come back once that is done. Under green threads
it should wait cooperatively, by ``ticket.when_done(callback)``: the callback is called from the
database thread (a real one), or at once if the work is done already.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

from . import codes, database, migrating, names, records
from .motion import JUMP
from .refused import DatabaseError, Refused, no_class
from .results import Results
from .session import Session
from .shapes import ClassLine, Scene, Started
from .state import Loaded, Moment, State
from .writer import Ticket, Transaction, Writer

T = TypeVar("T")
_HOUR = 3_600_000
_DAY = 24 * _HOUR

__all__ = ["Register", "Results", "Session"]


class Register:
    """The classes in one database.

    ``url``: any SQLAlchemy URL; None: what the environment names, or SQLite in the platform's data
    folder. ``hours``: how long a class can be joined after its start. ``keep_days``: how long its
    results are kept after its end. Both hold for classes that are started from now on. ``now``: the
    time in seconds since 1970. ``wait``: see the module.
    """

    def __init__(
        self,
        url: str | None = None,
        *,
        hours: float = 8,
        keep_days: float = 180,
        now: Callable[[], float] = time.time,
        wait: Callable[[Ticket[Any]], None] | None = None,
    ) -> None:
        self._url = url
        self._hours = round(hours * _HOUR)
        self._keep = round(keep_days * _DAY)
        self._seconds = now
        self._wait = wait
        self._engine: Engine | None = None
        self._writer: Writer | None = None
        self._sessions: dict[str, Session] = {}

    def open(self, *, reading: bool = False) -> None:
        """D. Connect, migrate (with a backup of an SQLite file), delete what is past its time.

        ``reading``: nothing is going to be written, so it need not be possible.
        Raises ``DatabaseError`` with one line that says what is wrong and what to do."""
        engine = database.connect(self._url)
        try:
            migrating.migrate(engine, writing=not reading)
        except (DatabaseError, SQLAlchemyError, OSError) as error:
            engine.dispose()
            if isinstance(error, DatabaseError):
                raise
            raise database.explain(error, engine) from error
        self._engine = engine
        self._writer = Writer(engine, self._wait)
        self._writer.start()
        if not reading:
            self.expire()

    def close(self) -> None:
        """D. Store what is left, end the database thread. May be called twice."""
        if self._writer is not None:
            self._writer.close()

    def start(self, title: str, scene: Scene) -> Started:
        """D. A new class with a code of its own, and its host's secret, which is told only here.

        Raises ``Refused`` title, scene."""
        cleaned = names.clean_title(title)
        records.check_storable(scene, "scene")
        secret = codes.new_secret()
        now = self._now()
        state = State(
            id=0,
            code="",
            secret=codes.digest(secret),
            title=cleaned,
            started=now,
            expires=now + self._hours,
            ended=None,
            keep=self._keep,
            locked=False,
            scene=scene,
            driver="host",
            token=1,
            present=None,
            next_seat=1,
            revision=0,
            seats={},
            questions=(),
        )

        def work(transaction: Transaction) -> Started:
            code = codes.new_code()
            while records.find(transaction.connection, code) is not None:
                code = codes.new_code()
            records.create(transaction.connection, state, code)
            return Started(code, secret)

        return self._do(work)

    def session(self, code: object) -> Session:
        """D the first time. The class of this code (case, spaces and dashes do not matter).

        Raises ``Refused`` no_class: wrong, expired, ended and deleted alike."""
        wanted = codes.read_code(code)
        if wanted is None:
            raise no_class()
        session = self._sessions.get(wanted) or self._do(lambda t: self._load(t, wanted))
        if session.ended:
            raise no_class()
        return session

    def sessions(self) -> list[Session]:
        """The classes that are in memory and open."""
        return [session for session in list(self._sessions.values()) if not session.ended]

    def results(self, code: object, secret: object) -> Results:
        """D. Also of a class that is over. Raises ``Refused`` no_class, also for a wrong secret."""
        wanted = codes.read_code(code)
        if wanted is None:
            raise no_class()
        session = self._sessions.get(wanted)
        state = session.snapshot() if session is not None else None

        def work(connection: Connection) -> tuple[State, list[Moment]]:
            row = records.find(connection, wanted)
            if row is None or not codes.is_secret(secret, row.secret):
                raise no_class()
            present = state is not None and state.revision == row.revision
            return _all_of(connection, wanted, state if present else None)

        return Results(*self._read(work))

    def overview(self) -> list[ClassLine]:
        """D. All stored classes, the newest first."""
        return self._read(lambda connection: records.overview(connection, self._now()))

    def export(self, code: object) -> Results:
        """D. Results without a secret, for the command line. Raises ``Refused`` no_class."""
        wanted = codes.read_code(code)
        if wanted is None:
            raise no_class()
        return Results(*self._read(lambda connection: _all_of(connection, wanted, None)))

    def delete(self, code: object) -> None:
        """D. Delete a class and everything stored of it. Raises ``Refused`` no_class."""
        wanted = codes.read_code(code)

        def work(transaction: Transaction) -> None:
            row = records.find(transaction.connection, wanted) if wanted else None
            if row is None:
                raise no_class()
            records.delete_class(transaction.connection, row.id)
            transaction.tidy = True

        self._do(work)
        session = self._sessions.pop(wanted or "", None)
        if session is not None:
            session.close()

    def delete_seat(self, code: object, seat: int) -> None:
        """D. Delete all that is stored of a student, while the class goes on or after it.

        Raises ``Refused`` no_class, no_seat."""
        wanted = codes.read_code(code)

        def work(transaction: Transaction) -> None:
            row = records.find(transaction.connection, wanted) if wanted else None
            if row is None:
                raise no_class()
            if not records.delete_seat(transaction.connection, row.id, seat):
                raise Refused("no_seat", f"The class has no student with the seat {seat}.", "seat")
            records.touch(transaction.connection, row.id, seat)
            transaction.tidy = True

        self._do(work)

    def forget(self, code: object, key: object) -> None:
        """D. A student's own wish, also after the class: delete all that is stored of this key.

        Raises ``Refused`` no_class, not_yours."""
        wanted = codes.read_code(code)
        digest = codes.digest_of_key(key)

        def work(connection: Connection) -> int:
            row = records.find(connection, wanted) if wanted else None
            if row is None:
                raise no_class()
            seat = records.seat_with(connection, row.id, digest)
            if seat is None:
                message = "This browser has no seat in the class: nothing is stored of it."
                raise Refused("not_yours", message, "key", 403)
            return seat

        self.delete_seat(wanted, self._read(work))

    def expire(self) -> int:
        """D. Delete classes whose results are past their time; how many. Call it now and then."""

        def work(transaction: Transaction) -> int:
            gone = records.delete_old(transaction.connection, self._now())
            transaction.tidy = transaction.tidy or bool(gone)
            return len(gone)

        deleted = self._do(work)
        for code, session in list(self._sessions.items()):
            if session.ended:
                self._sessions.pop(code, None)
        return deleted

    def _load(self, transaction: Transaction, code: str) -> Session:
        """In the database thread, so that a class is in memory once only."""
        known = self._sessions.get(code)
        if known is not None:
            return known
        loaded = records.load(transaction.connection, code)
        if loaded is None or loaded.state.ended or self._now() >= loaded.state.expires:
            raise no_class()
        seq = loaded.seq + JUMP
        records.save_motion(transaction.connection, loaded.state.id, loaded.cursor, seq)
        session = Session(self._the_writer(), Loaded(loaded.state, loaded.cursor, seq), self._now)

        def publish() -> None:
            self._sessions[code] = session

        # Kept in memory at once, so that a second wish in this transaction finds it.
        publish()
        transaction.after(publish, lambda: self._forget(code, session))
        return session

    def _forget(self, code: str, session: Session) -> None:
        if self._sessions.get(code) is session:
            del self._sessions[code]

    def _now(self) -> int:
        return int(self._seconds() * 1000)

    def _the_writer(self) -> Writer:
        if self._writer is None:
            raise DatabaseError("The class database is not open.")
        return self._writer

    def _do(self, work: Callable[[Transaction], T]) -> T:
        return self._the_writer().do(work)

    def _read(self, work: Callable[[Connection], T]) -> T:
        return self._the_writer().read(work)


def _all_of(connection: Connection, code: str, state: State | None) -> tuple[State, list[Moment]]:
    if state is None:
        loaded = records.load(connection, code)
        if loaded is None:
            raise no_class()
        state = loaded.state
    return state, records.moments(connection, state.id)
