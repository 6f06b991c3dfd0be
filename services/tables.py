"""The tables of a server as lines of JSON, whatever revision they are of: read for a backup, written for a restore."""

import base64
import json
from collections.abc import Iterator
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import Connection, Engine, MetaData, Table
from sqlmodel import Session

from services import database, schema

_BATCH: Final = 2_000
_FEW: Final = 100
"""Of tables whose rows carry pictures."""
# Alembic writes its own mark when the tables are made.
_NOT_DATA: Final = "alembic_version"


def in_order(connection: Connection) -> list[Table]:
    """Every table as it is in the database, each after those it refers to."""
    found = MetaData()
    found.reflect(connection)
    return [table for table in found.sorted_tables if table.name != _NOT_DATA]


def lines(connection: Connection, table: Table) -> Iterator[bytes]:
    """Each row as one line; a server-side cursor keeps memory small."""
    rows = connection.execution_options(yield_per=_at_once(table)).execute(sa.select(table))
    for row in rows.mappings():
        yield json.dumps({name: _written(value) for name, value in row.items()}, ensure_ascii=False).encode() + b"\n"


def replace_all(engine: Engine, folder: Path, revision: str) -> None:
    """Drop what is there, make the tables of `revision`, fill them and bring them up to date, in one transaction."""
    database.write(engine, _replaced, folder=folder, revision=revision)


def _replaced(session: Session, *, folder: Path, revision: str) -> None:
    connection = session.connection()
    old = MetaData()
    old.reflect(connection)
    old.drop_all(connection)
    schema.upgrade(connection, revision)
    for table in in_order(connection):
        _set_own_references(connection, table, "DEFERRABLE")
        connection.exec_driver_sql("SET CONSTRAINTS ALL DEFERRED")
        with (folder / f"{table.name}.jsonl").open(encoding="utf-8") as rows:
            while batch := [_row(table, line) for line in islice(rows, _at_once(table))]:
                connection.execute(table.insert(), batch)
        connection.exec_driver_sql("SET CONSTRAINTS ALL IMMEDIATE")
        _set_own_references(connection, table, "NOT DEFERRABLE")
    schema.upgrade(connection)


def _at_once(table: Table) -> int:
    return _FEW if any(isinstance(column.type, sa.LargeBinary) for column in table.columns) else _BATCH


def _set_own_references(connection: Connection, table: Table, how: str) -> None:
    """A row may refer to one further down in its own table: a team to a leader whose row was written again since."""
    for law in table.foreign_key_constraints:
        if law.referred_table is table:
            connection.exec_driver_sql(f'ALTER TABLE "{table.name}" ALTER CONSTRAINT "{law.name}" {how}')


def _written(value: object) -> object:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, bytes | memoryview):
        return base64.b64encode(value).decode()
    return value


def _row(table: Table, line: str) -> dict[str, Any]:
    return {name: _read(table.c[name].type, value) for name, value in json.loads(line).items()}


def _read(kind: sa.types.TypeEngine[Any], value: Any) -> Any:
    if value is None:
        return None
    if isinstance(kind, sa.DateTime):
        return datetime.fromisoformat(value)
    if isinstance(kind, sa.Date):
        return date.fromisoformat(value)
    if isinstance(kind, sa.Uuid):
        return UUID(value)
    return base64.b64decode(value) if isinstance(kind, sa.LargeBinary) else value
