"""Everything a database holds, to be held against what it held before."""

import hashlib
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Engine
from sqlmodel import SQLModel

from tests.databases import filled

_ALL = {table.name: sa.select(table) for table in SQLModel.metadata.sorted_tables}


def everything(engine: Engine) -> dict[str, list[str]]:
    """Every row of every table, in one order."""
    with engine.connect() as connection:
        asked = filled(connection)
        return {
            name: sorted(repr(tuple(row)) for row in connection.execute(question)) if name in asked else []
            for name, question in _ALL.items()
        }


def changes(before: dict[str, list[str]], after: dict[str, list[str]]) -> dict[str, Any]:
    """What differs, by table: readable where a test fails."""
    return {
        name: {"gone": sorted(set(before[name]) - set(after[name])), "new": sorted(set(after[name]) - set(before[name]))}
        for name in before
        if before[name] != after[name]
    }


def mark(engine: Engine) -> str:
    """The same in one line, where it is asked many times."""
    return hashlib.sha256(repr(everything(engine)).encode()).hexdigest()
