"""Opens the database: SQLite in the platform's data folder, or whatever a URL names.

What can go wrong is told in one line that says what to do (``DatabaseError``), never with a
password in it.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import platformdirs
from sqlalchemy import URL, Connection, Engine, StaticPool, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError

from .refused import DatabaseError

VARIABLE = "MEANWHILE_DATABASE_URL"
#: Seconds that SQLite waits for another program which is writing.
BUSY = 10
#: Transactions that only read say so with this option, and do not wait for a writer.
READING = "meanwhile_reading"

_HINT = "Choose another database with --database-url."


def default_url() -> str:
    """The URL that the environment names, or a file in the platform's data folder."""
    given = os.environ.get(VARIABLE)
    if given:
        return given
    file = Path(platformdirs.user_data_dir("meanwhile", appauthor=False)) / "classes.sqlite3"
    return URL.create("sqlite", database=str(file)).render_as_string(hide_password=False)


def connect(url: str | None) -> Engine:
    """An engine for the URL, not yet connected. Raises ``DatabaseError``."""
    wanted = _read(url or default_url())
    options: dict[str, Any] = {}
    if wanted.get_backend_name() == "sqlite":
        options = _sqlite(wanted)
    else:
        options = {"pool_size": 1, "max_overflow": 0, "pool_pre_ping": True}
        if wanted.get_backend_name() == "postgresql":
            options["connect_args"] = {"connect_timeout": 10}
    try:
        engine = create_engine(wanted, **options)
    except NoSuchModuleError as error:
        kind = wanted.drivername
        raise DatabaseError(f"Meanwhile knows no database of the kind {kind!r}. {_HINT}") from error
    except ImportError as error:
        extra = " (pip install 'meanwhile[postgresql]')" if "psycopg" in str(error.name) else ""
        raise DatabaseError(
            f"The database needs the Python package {error.name}; install it{extra}."
        ) from error
    except (ArgumentError, TypeError) as error:
        raise DatabaseError(f"The database URL has a mistake: {_line(error)}.") from error
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    elif engine.driver == "psycopg2":
        _wait_for_real()
    return engine


def name_of(engine: Engine) -> str:
    """The database in words for a message, without a password."""
    if engine.dialect.name == "sqlite":
        return engine.url.database or "in memory"
    return engine.url.render_as_string(hide_password=True)


def explain(error: Exception, engine: Engine) -> DatabaseError:
    """A database's complaint in one line that says what to do."""
    place = name_of(engine)
    said = _line(error.orig if isinstance(error, DBAPIError) and error.orig else error)
    low = said.lower()
    if "not a database" in low or "malformed" in low or "disk image" in low:
        why = "is damaged or no database at all. Put a backup in its place, or move it away."
    elif "readonly" in low or "read-only" in low:
        why = "cannot be written. Give yourself the right to write it and its folder."
    elif "locked" in low:
        why = "is in use by another program that does not let go. End that program."
    elif "full" in low and "disk" in low:
        why = "cannot grow: the disk is full. Make room on it."
    elif engine.dialect.name == "sqlite" and "unable to open" in low:
        why = "cannot be opened. Check that its folder is there and yours to write."
    else:
        why = f"cannot be used: {said.rstrip('.')}. Check that it runs and that the URL is right."
    return DatabaseError(f"The class database {place} {why} {_HINT}")


def _read(text: str) -> URL:
    try:
        url = make_url(text)
    except (ArgumentError, ValueError) as error:
        # The text itself is not repeated: it may hold a password.
        raise DatabaseError(
            "The database URL cannot be read. Write it like sqlite:////folder/classes.sqlite3"
            " or postgresql://user:password@host/database."
        ) from error
    if url.drivername in ("postgres", "postgresql"):
        # Which driver goes without saying differs between versions of SQLAlchemy.
        return url.set(drivername="postgresql+psycopg2")
    return url


def _sqlite(url: URL) -> dict[str, Any]:
    if url.database in (None, "", ":memory:"):
        return {"poolclass": StaticPool, "connect_args": {"check_same_thread": False}}
    if "uri" not in url.query:
        folder = Path(str(url.database)).absolute().parent
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise DatabaseError(
                f"The folder {folder} of the class database cannot be made:"
                f" {error.strerror}. {_HINT}"
            ) from error
    return {"connect_args": {"timeout": BUSY, "check_same_thread": False}}


def _prepare_sqlite(connection: Any, _: object) -> None:
    # The driver begins no transaction by itself, so that ours hold whole migrations too.
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.execute("PRAGMA foreign_keys=ON")
    # What is deleted is overwritten: a student's data is gone from the file too.
    cursor.execute("PRAGMA secure_delete=ON")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    reading = connection.get_execution_options().get(READING)
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")


def _wait_for_real() -> None:
    """eventlet lets psycopg2 wait with green threads; the database thread is a real one."""
    from psycopg2 import extensions

    extensions.set_wait_callback(None)


def _line(error: BaseException) -> str:
    """The first line of what an error says."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return lines[0] if lines else type(error).__name__
