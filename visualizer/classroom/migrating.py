"""Brings a database to the tables of this version, with a backup of an SQLite file before.

A new database and one that is up to date are left alone but for what they need. Everything happens
in one transaction that others wait for, so two programs that start at once do not both migrate.
"""

from __future__ import annotations

import logging
import sqlite3
import time
from pathlib import Path

from sqlalchemy import Connection, Engine, inspect, text

from .database import name_of
from .refused import DatabaseError

VERSION_TABLE = "mw_version"
FOLDER = Path(__file__).with_name("migrations")
#: Any number: it names the lock that programs of ours take on PostgreSQL.
_LOCK = 0x6D65616E

log = logging.getLogger(__name__)


def migrate(engine: Engine, folder: Path = FOLDER, *, writing: bool = True) -> Path | None:
    """Bring the database up to date; the backup that was made before, if any.

    ``writing``: make sure that it can be written also where there is nothing to bring up to date.
    Raises ``DatabaseError`` for a database of a newer version, SQLAlchemy's errors otherwise."""
    logging.getLogger("alembic.runtime.migration").setLevel(logging.WARNING)
    from alembic import command
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(folder).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    script = ScriptDirectory.from_config(config)
    newest = script.get_current_head()
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        present = _revision(connection)
        if present == newest:
            if writing:
                connection.execute(text(f"UPDATE {VERSION_TABLE} SET version_num = version_num"))
            return None
        known = {each.revision for each in script.walk_revisions()}
        if present is not None and present not in known:
            raise DatabaseError(
                f"The class database {name_of(engine)} was made by a newer Meanwhile."
                " Update this one, or choose another database with --database-url."
            )
        backup = _back_up(connection, present) if present is not None else None
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
    if backup is not None:
        log.info("the class database was brought up to date; as it was before: %s", backup)
    return backup


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table(VERSION_TABLE):
        return None
    found = connection.execute(text(f"SELECT version_num FROM {VERSION_TABLE}")).scalar()
    return None if found is None else str(found)


def _back_up(connection: Connection, revision: str) -> Path | None:
    """Copy an SQLite file beside itself; None for what is no file."""
    if connection.dialect.name != "sqlite":
        return None
    found = connection.exec_driver_sql("PRAGMA database_list").first()
    if found is None or not found.file:
        return None
    file = Path(found.file)
    stamp = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime())
    backup = file.with_name(f"{file.name}.before-{stamp}-from-{revision}")
    source, target = sqlite3.connect(file), sqlite3.connect(backup)
    try:
        source.backup(target)
    finally:
        source.close()
        target.close()
    return backup
