"""Classes in a database of their own: SQLite always, PostgreSQL wherever one is reachable."""

from __future__ import annotations

import functools
import os
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from tests.classroom.making import SCENE, Clock
from visualizer.classroom import Register, Session

POSTGRESQL = os.environ.get("MEANWHILE_TEST_POSTGRESQL", "postgresql://root@127.0.0.1:5432/test")
_PLAIN = sa.make_url(POSTGRESQL).set(drivername="postgresql+psycopg2")
_missing: list[str] = []


@functools.cache  # asked once a run
def _is_reachable() -> bool:
    engine = sa.create_engine(_PLAIN, connect_args={"connect_timeout": 2})
    try:
        engine.connect().close()
    except sa.exc.OperationalError as error:
        _missing.append(str(error.orig).splitlines()[0])
        return False
    finally:
        engine.dispose()
    return True


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "kind" in metafunc.fixturenames:
        kinds = ["sqlite", "postgresql"] if _is_reachable() else ["sqlite"]
        metafunc.parametrize("kind", kinds)


def pytest_terminal_summary(terminalreporter: Any) -> None:
    if _missing:
        terminalreporter.write_line(
            f"PostgreSQL was not reachable ({_missing[0]}): classes were tested on SQLite only."
            " Name one with MEANWHILE_TEST_POSTGRESQL.",
            yellow=True,
        )


@pytest.fixture(scope="session")
def schema() -> Iterator[str]:
    """The URL of a schema of our own on PostgreSQL, dropped afterwards."""
    name = f"meanwhile_{secrets.token_hex(6)}"
    engine = sa.create_engine(_PLAIN)
    with engine.begin() as connection:
        connection.execute(sa.schema.CreateSchema(name))
    url = _PLAIN.update_query_dict({"options": f"-csearch_path={name}"})
    yield url.render_as_string(hide_password=False)
    with engine.begin() as connection:
        connection.execute(sa.schema.DropSchema(name, cascade=True))
    engine.dispose()


@pytest.fixture
def url(kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> str:
    if kind == "sqlite":
        return f"sqlite:///{tmp_path / 'classes.sqlite3'}"
    found: str = request.getfixturevalue("schema")
    return found


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def register(url: str, clock: Clock) -> Iterator[Register]:
    register = Register(url, now=clock)
    register.open()
    yield register
    register.close()


@pytest.fixture
def session(register: Register) -> Session:
    return register.session(register.start("Threads", SCENE).code)
