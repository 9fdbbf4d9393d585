"""Connections to SQLite that wait for a locked database on the virtual clock, and not in C.

The library's own waiting would hold up the clock, and with it whoever has the lock. So connections
are opened without patience, and a statement that finds the database locked is tried again after
the pauses that SQLite makes, until the connection's ``timeout`` is over. As in SQLite, a
transaction that has read does not wait to write: it fails at once, since waiting could never help.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable
from functools import cache
from itertools import chain, repeat
from typing import Any, TypeVar

from visualizer.clock import active_clock, replace

T = TypeVar("T")

PAUSES = (0.001, 0.002, 0.005, 0.010, 0.015, 0.020, 0.025, 0.025, 0.025, 0.050, 0.050)
"""Seconds between two looks at the lock, as SQLite's; from then on, 0.1."""

_TIMEOUT = re.compile(r"\s*pragma\s+busy_timeout\s*[=(]\s*(\d+)", re.IGNORECASE)
_real_connect = sqlite3.connect


def install() -> None:
    """Let every connection that is opened from now on wait on the clock."""
    replace(sqlite3, connect=connect)
    replace(sqlite3.dbapi2, connect=connect)


def connect(
    database: Any,
    timeout: float = 5.0,
    detect_types: int = 0,
    isolation_level: Any = "",
    check_same_thread: bool = True,
    factory: type[sqlite3.Connection] | None = None,
    *more: Any,
    **settings: Any,
) -> Any:
    """As ``sqlite3.connect``, with a connection that waits on the clock."""
    base: Any = factory or sqlite3.Connection
    if active_clock() is None:
        plain = (database, timeout, detect_types, isolation_level, check_same_thread, base)
        return _real_connect(*plain, *more, **settings)
    connection: Any = _real_connect(
        database,
        0.0,
        detect_types,
        isolation_level,
        check_same_thread,
        _patient_connection(base),
        *more,
        **settings,
    )
    connection._patience = timeout
    return connection


class _Patience:
    """What a connection knows of its waiting; a base of the class that is made of its own."""

    _patience = 5.0
    #: Statements of the open transaction so far: with one, it holds a lock that others wait for.
    _steps = 0

    def _try(self, call: Callable[[], T], *, waits: bool) -> T:
        """Make the call again and again while the database is locked. ``waits``: it may."""
        waited = 0.0
        for pause in chain(PAUSES, repeat(0.1)):
            try:
                return call()
            except sqlite3.OperationalError as error:
                clock, left = active_clock(), self._patience - waited
                locked = error.sqlite_errorcode == sqlite3.SQLITE_BUSY
                if not locked or not waits or left <= 0 or clock is None or clock.current is None:
                    raise
            pause = min(pause, left)
            waited += pause
            clock.park("blocked", clock.deadline(pause), None, "the database, which is locked")
        raise AssertionError  # the pauses never end


@cache
def _patient_connection(base: Any) -> Any:
    class Connection(_Patience, base):  # type: ignore[misc]  # it is made of what is given
        def cursor(self, factory: type[sqlite3.Cursor] = sqlite3.Cursor) -> Any:
            return super().cursor(_patient_cursor(factory))

        def execute(self, sql: str, *parameters: Any) -> Any:
            return self.cursor().execute(sql, *parameters)

        def executemany(self, sql: str, rows: Any) -> Any:
            return self.cursor().executemany(sql, rows)

        def commit(self) -> None:
            self._try(super().commit, waits=True)
            self._steps = 0

        def __exit__(self, kind: Any, value: Any, place: Any) -> Any:
            if kind is not None:
                return super().__exit__(kind, value, place)
            try:
                self.commit()
            except BaseException:
                self.rollback()
                raise
            return False

    return Connection


@cache
def _patient_cursor(base: Any) -> Any:
    class Cursor(base):  # type: ignore[misc]  # it is made of what is given
        def execute(self, sql: str, *parameters: Any) -> Any:
            asked = _TIMEOUT.match(sql) if type(sql) is str else None
            if asked is not None:
                self.connection._patience = int(asked[1]) / 1000
                return super().execute(f"SELECT {int(asked[1])} AS timeout")
            return self._statement(lambda: super(Cursor, self).execute(sql, *parameters), sql)

        def executemany(self, sql: str, rows: Any) -> Any:
            rows = list(rows)
            return self._statement(lambda: super(Cursor, self).executemany(sql, rows), sql)

        def _statement(self, call: Callable[[], Any], sql: str) -> Any:
            connection = self.connection
            words = sql.split(None, 1)
            word = words[0].upper() if words else ""
            ends = word in ("COMMIT", "END")
            answer = connection._try(call, waits=ends or not connection._steps)
            if not connection.in_transaction:
                connection._steps = 0
            elif word != "BEGIN":
                connection._steps += 1
            return answer

    return Cursor
