"""Opening the database: what is made, migrated, backed up; and what is wrong, in one line."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from tests.classroom.making import SCENE, capital, join, new_id
from visualizer.classroom import DatabaseError, Register, database, migrating
from visualizer.classroom.tables import Base

NEXT = '''
"""A step that a later version may take."""
import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade():
    op.add_column("mw_classes", sa.Column("motto", sa.Text()))
    op.execute("UPDATE mw_classes SET motto = title")
    {more}
'''


def file_url(path: Path) -> str:
    return f"sqlite:///{path}"


def one_line(work: Callable[[], object]) -> str:
    with pytest.raises(DatabaseError) as caught:
        work()
    text = str(caught.value)
    assert "\n" not in text
    assert text.endswith(".")
    return text


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The migrations with one more than this version has."""
    copy = tmp_path / "migrations"
    shutil.copytree(migrating.FOLDER, copy, ignore=shutil.ignore_patterns("__pycache__"))
    return copy


def test_the_migrations_make_the_tables_of_the_models(url: str) -> None:
    engine = database.connect(url)
    migrating.migrate(engine)
    with engine.connect() as connection:
        options = {"version_table": migrating.VERSION_TABLE}
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, Base.metadata) == []
    engine.dispose()


def test_a_file_is_made_with_its_folders_and_what_keeps_it_safe(tmp_path: Path) -> None:
    path = tmp_path / "new" / "deep" / "classes.sqlite3"
    register = Register(file_url(path))
    register.open()
    with register._engine.connect() as connection:
        pragmas = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "secure_delete")
        }
    register.close()
    assert pragmas == {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "secure_delete": 1,
    }
    assert path.parent.stat().st_mode & 0o077 == 0


def test_without_a_url_it_is_the_data_folders(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(database.VARIABLE, raising=False)
    monkeypatch.setattr("platformdirs.user_data_dir", lambda *_, **__: str(tmp_path / "data"))
    for_all = Register()
    for_all.open()
    for_all.close()
    assert (tmp_path / "data" / "classes.sqlite3").is_file()
    monkeypatch.setenv(database.VARIABLE, file_url(tmp_path / "named.sqlite3"))
    named = Register()
    named.open()
    named.close()
    assert (tmp_path / "named.sqlite3").is_file()


def test_a_due_migration_makes_a_backup_first(tmp_path: Path, folder: Path) -> None:
    path = tmp_path / "classes.sqlite3"
    register = Register(file_url(path))
    register.open()
    code = register.start("Before", SCENE).code
    join(register.session(code), 3)
    engine = database.connect(file_url(path))
    assert migrating.migrate(engine, folder) is None  # nothing is due yet
    (folder / "versions" / "0002_motto.py").write_text(NEXT.format(more=""))
    backup = migrating.migrate(engine, folder)
    assert backup is not None
    assert migrating.migrate(engine, folder) is None
    with engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT motto FROM mw_classes").scalar() == "Before"
    engine.dispose()
    register.close()
    kept = sqlite3.connect(backup)
    assert kept.execute("SELECT count(*) FROM mw_seats").fetchone() == (3,)
    assert kept.execute("SELECT version_num FROM mw_version").fetchone() == ("0001",)
    kept.close()
    assert [path for path in tmp_path.glob("*.before-*") if path != backup] == []
    again = Register(file_url(backup))
    again.open()
    assert len(again.session(code).seats) == 3
    again.close()


def test_a_migration_happens_in_whole_or_not_at_all(tmp_path: Path, folder: Path) -> None:
    path = tmp_path / "classes.sqlite3"
    engine = database.connect(file_url(path))
    migrating.migrate(engine)
    broken = NEXT.format(more='op.execute("UPDATE nothing SET x = 1")')
    (folder / "versions" / "0002_motto.py").write_text(broken)
    with pytest.raises(sa.exc.OperationalError):
        migrating.migrate(engine, folder)
    with engine.connect() as connection:
        columns = {c["name"] for c in sa.inspect(connection).get_columns("mw_classes")}
        version = connection.exec_driver_sql("SELECT version_num FROM mw_version").scalar()
    assert "motto" not in columns
    assert version == "0001"
    engine.dispose()


def test_a_database_of_a_newer_version_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "classes.sqlite3"
    engine = database.connect(file_url(path))
    migrating.migrate(engine)
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE mw_version SET version_num = '9999'")
    engine.dispose()
    said = one_line(Register(file_url(path)).open)
    assert "made by a newer Meanwhile" in said
    assert str(path) in said


@pytest.mark.parametrize("content", [b"This is a letter, not a database. " * 100, b"\0" * 5000])
def test_what_is_no_database_is_told(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "classes.sqlite3"
    path.write_bytes(content)
    assert "damaged or no database" in one_line(Register(file_url(path)).open)
    assert path.read_bytes() == content


def test_a_damaged_one_is_told(tmp_path: Path) -> None:
    path = tmp_path / "classes.sqlite3"
    register = Register(file_url(path))
    register.open()
    register.close()
    whole = path.read_bytes()
    path.write_bytes(whole[:100] + b"\xff" * (len(whole) - 100))
    assert "damaged" in one_line(Register(file_url(path)).open)


def test_one_that_cannot_be_written_is_told_and_can_be_read(tmp_path: Path) -> None:
    path = tmp_path / "classes.sqlite3"
    register = Register(file_url(path))
    register.open()
    code = register.start("Only read", SCENE).code
    url = f"sqlite:///file:{path}?mode=ro&uri=true"
    assert "cannot be written" in one_line(Register(url).open)
    reader = Register(url)
    reader.open(reading=True)
    assert reader.export(code).plain()["class"]["title"] == "Only read"
    reader.close()
    register.close()


def test_one_that_another_program_holds_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "classes.sqlite3"
    register = Register(file_url(path))
    register.open()
    register.close()
    holder = sqlite3.connect(path, isolation_level=None)
    holder.execute("BEGIN EXCLUSIVE")
    monkeypatch.setattr(database, "BUSY", 0.05)
    assert "in use by another program" in one_line(Register(file_url(path)).open)
    holder.close()


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("nonsense", "cannot be read"),
        ("http://example.org", "no database of the kind 'http'"),
        ("oracle+nothing://x/y", "no database of the kind"),
        ("postgresql://root:hush@127.0.0.1:9/x", "Connection refused"),
        ("sqlite:////dev/null/classes.sqlite3", "cannot be made"),
        ("sqlite:////", "cannot be opened"),
        ("sqlite+nothing:///x", "no database of the kind"),
        ("postgresql://root@127.0.0.1:notaport/x", "cannot be read"),
    ],
)
def test_what_cannot_be_reached_is_told(url: str, said: str) -> None:
    told = one_line(Register(url).open)
    assert said in told
    assert "hush" not in told


def test_a_student_that_was_deleted_is_gone_from_the_files(tmp_path: Path) -> None:
    path = tmp_path / "classes.sqlite3"
    register = Register(file_url(path))
    register.open()
    session = register.session(register.start("", SCENE).code)
    ana = session.admit("k" * 40, "Ana Unmistakable")
    session.answer(ana.seat, new_id() + "-unmistakable", session.ask(capital()), 1, "Rome")
    assert any(b"nmistakable" in file.read_bytes() for file in tmp_path.iterdir())
    session.forget(ana.seat)
    session.lock()
    assert not any(b"nmistakable" in file.read_bytes() for file in tmp_path.iterdir())
    register.close()


def test_in_memory_is_a_database_too() -> None:
    register = Register("sqlite://")
    register.open()
    session = register.session(register.start("", SCENE).code)
    assert join(session, 2) == [1, 2]
    register.close()
