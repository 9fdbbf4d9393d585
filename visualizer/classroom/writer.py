"""The database thread: one real thread in which all work on the database happens, in order.

Whatever waits when it comes round is done in one transaction, and told as done after the commit.
So 200 answers that arrive at once cost the disk a few commits, and none is acknowledged before it
is safe. Work that is refused changes nothing (``Refused`` has to be raised before anything is
written); work that fails takes nobody else with it: the others are done again, one by one.
"""

from __future__ import annotations

import contextlib
import logging
import sqlite3
import time
from collections.abc import Callable
from typing import Any, Generic, TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

from . import real
from .database import READING, explain
from .refused import DatabaseError, Refused

T = TypeVar("T")
#: So many pieces of work at most share a transaction.
MOST = 500

log = logging.getLogger(__name__)


class Transaction:
    """What a piece of work gets: the connection, and what to do when all is decided."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        #: What was looked up already and cannot change before the end of the transaction.
        self.known: set[object] = set()
        #: Whether something was deleted that shall be gone from the disk too.
        self.tidy = False
        self._then: list[Callable[[], None]] = []
        self._else: list[Callable[[], None]] = []

    def after(self, commit: Callable[[], None], rollback: Callable[[], None]) -> None:
        """Call one of these, in the database thread, before anybody is told."""
        self._then.append(commit)
        self._else.append(rollback)

    def end(self, *, committed: bool) -> None:
        for call in self._then if committed else reversed(self._else):
            call()


class Ticket(Generic[T]):
    """Work that was given to the database thread."""

    def __init__(self, work: Callable[[Transaction], T], *, reading: bool = False) -> None:
        self.work = work
        self.reading = reading
        self._value: T
        self._error: BaseException | None = None
        self._done = False
        self._callbacks: list[Callable[[], None]] = []
        self._guard = real.new_lock()
        self._gate = real.new_lock()
        self._gate.acquire()

    @property
    def done(self) -> bool:
        """Whether the work is over, one way or the other."""
        return self._done

    def when_done(self, callback: Callable[[], None]) -> None:
        """Call ``callback`` from the database thread when the work is over; now, if it is."""
        with self._guard:
            if not self._done:
                self._callbacks.append(callback)
                return
        callback()

    def block(self) -> None:
        """Wait with the whole thread."""
        with self._gate:
            pass

    def result(self) -> T:
        """What the work gave, once it is done. Raises what it raised."""
        if self._error is not None:
            raise self._error
        return self._value

    def succeed(self, value: T) -> None:
        self._value = value
        self._finish()

    def fail(self, error: BaseException) -> None:
        self._error = error
        self._finish()

    def _finish(self) -> None:
        with self._guard:
            self._done = True
            callbacks, self._callbacks = self._callbacks, []
        self._gate.release()
        for callback in callbacks:
            try:
                callback()
            except Exception:  # who waits has to mend it; the others still have to be told
                log.exception("nobody could be told that something is stored")


class Writer:
    """Does work in the database thread. ``wait`` brings the caller to the work's end."""

    def __init__(self, engine: Engine, wait: Callable[[Ticket[Any]], None] | None = None) -> None:
        self._engine = engine
        self._wait = wait or Ticket.block
        self._queue: real.Queue[Ticket[Any] | None] = real.Queue()
        self._later: dict[object, tuple[float, Callable[[Transaction], None]]] = {}
        self._ended = real.new_lock()
        self._closed = True

    def start(self) -> None:
        self._closed = False
        self._ended.acquire()
        real.start_thread(self._live)

    def close(self) -> None:
        """Do what is waiting, and end the thread."""
        if self._closed:
            return
        self._closed = True
        ticket: Ticket[None] = Ticket(lambda _: None)
        self._queue.put(ticket)
        self._queue.put(None)
        ticket.block()  # not by ``wait``: what it waits with may have ended already
        with self._ended:  # only the engine's disposal is left
            pass

    def do(self, work: Callable[[Transaction], T]) -> T:
        """Do the work and wait until it is stored. Raises what the work raises, and ``Refused``
        unavailable if the database fails."""
        ticket = self.begin(work)
        self._wait(ticket)
        return ticket.result()

    def read(self, work: Callable[[Connection], T]) -> T:
        """Read, without waiting for other programs that write."""
        ticket = self.begin(lambda transaction: work(transaction.connection), reading=True)
        self._wait(ticket)
        return ticket.result()

    def begin(self, work: Callable[[Transaction], T], *, reading: bool = False) -> Ticket[T]:
        """Let the work be done, without waiting for it."""
        if self._closed:
            raise _unavailable()
        ticket = Ticket(work, reading=reading)
        self._queue.put(ticket)
        return ticket

    def soon(self, name: object, seconds: float, work: Callable[[Transaction], None]) -> None:
        """Do the work after so many seconds, or at the close; nobody is told.

        Work of the same name that has not begun yet makes this one superfluous."""

        def note(_: Transaction) -> None:
            self._later.setdefault(name, (time.monotonic() + seconds, work))

        with contextlib.suppress(Refused):  # the program ends
            self.begin(note)

    # In the database thread -------------------------------------------------------------

    def _live(self) -> None:
        try:
            going = True
            while going:
                going = self._round()
            self._now(everything=True)
        except Exception:  # the edge of a thread
            log.exception("the database thread ended")
        finally:
            with contextlib.suppress(SQLAlchemyError):
                self._engine.dispose()
            self._ended.release()

    def _round(self) -> bool:
        """Do what waits; False when it was told to end."""
        batch: list[Ticket[Any]] = []
        ended = False
        try:
            ticket = self._queue.get(timeout=self._patience())
            while True:
                if ticket is None:
                    ended = True
                    break
                batch.append(ticket)
                if len(batch) == MOST:
                    break
                ticket = self._queue.get_nowait()
        except real.Empty:
            pass
        writing = [ticket for ticket in batch if not ticket.reading]
        if writing:
            self._commit(writing)
        for ticket in batch:
            if ticket.reading:
                self._commit([ticket])
        self._now(everything=False)
        return not ended

    def _patience(self) -> float | None:
        if not self._later:
            return None
        return max(0.0, min(due for due, _ in self._later.values()) - time.monotonic())

    def _now(self, *, everything: bool) -> None:
        """Do what was put off and is due."""
        now = time.monotonic()
        due = [name for name, (at, _) in self._later.items() if everything or at <= now]
        tickets = [Ticket(self._later.pop(name)[1]) for name in due]
        if tickets:
            self._commit(tickets)

    def _commit(self, batch: list[Ticket[Any]]) -> None:
        """Do a batch in one transaction; if that fails, each in one of its own."""
        outcomes: list[tuple[Ticket[Any], Any, Refused | None]] = []
        transaction: Transaction | None = None
        try:
            with self._connection(batch[0].reading) as connection, connection.begin():
                transaction = Transaction(connection)
                for ticket in batch:
                    try:
                        outcomes.append((ticket, ticket.work(transaction), None))
                    except Refused as refused:
                        outcomes.append((ticket, None, refused))
        except Exception as error:
            if transaction is not None:
                transaction.end(committed=False)
            if len(batch) > 1 and transaction is not None:
                for ticket in batch:
                    self._commit([ticket])
                return
            told = self._told(error)
            for ticket in batch:
                ticket.fail(told)
            return
        transaction.end(committed=True)
        if transaction.tidy:
            self._tidy()
        for ticket, value, refusal in outcomes:
            if refusal is None:
                ticket.succeed(value)
            else:
                ticket.fail(refusal)

    def _connection(self, reading: bool) -> Connection:
        connection = self._engine.connect()
        return connection.execution_options(**{READING: True}) if reading else connection

    def _tidy(self) -> None:
        """Take what was deleted out of SQLite's log of changes too."""
        if self._engine.dialect.name != "sqlite":
            return
        try:
            connection = self._engine.raw_connection()
            try:
                connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
            finally:
                connection.close()
        except (SQLAlchemyError, sqlite3.Error) as error:  # it comes off at the next one
            log.warning("the database's log could not be emptied: %s", error)

    def _told(self, error: Exception) -> Exception:
        if isinstance(error, (SQLAlchemyError, OSError)):
            log.error("%s", explain(error, self._engine))
            return _unavailable()
        if not isinstance(error, DatabaseError):
            log.error("work on the database failed", exc_info=error)
        return error


def _unavailable() -> Refused:
    return Refused(
        "unavailable",
        "The server cannot store anything just now. Try again in a moment.",
        status=503,
    )
