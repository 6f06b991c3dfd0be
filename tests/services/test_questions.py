"""The questions of a loan find their index in an empty hall as in a full one: no statement walks through a whole table."""

import re
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlalchemy.dialects import sqlite

from services import finding, holds, journal, known, statements

QUESTIONS = {
    "journal": journal._before,
    "card": known._holder,
    "thing": known._thing,
    "loans of a patron": known._open_loans,
    **{f"out now, {'counted' if counted else 'one'}": asked for counted, asked in known._out_now.items()},
    **{f"out and promised, {'counted' if counted else 'one'}": asked for counted, asked in known._out_and_promised.items()},
    "conditions": known._conditions,
    "queue": known._queue,
    "limits": known._limits,
    "copies": holds._copies,
    "holds of a patron": holds._of_patron,
    "statement": statements._holds,
    "card by QR": finding._card_by_qr,
    "item by QR": finding._item_by_qr,
    "item by number": finding._items_by_number,
    "item by alias": finding._item_by_alias,
}
# A hall's database has one hall, so an index that is entered by the hall alone is a walk through the table.
WALK = re.compile(r"^SCAN (?!CONSTANT)|\((hall_id=\?)\)$")
# Small tables, and the one place where the first step of an index is the answer (the newest row of the journal).
FINE = ("house_rules", "policy", " hall ", "ix_journal_at")


@pytest.mark.parametrize("name", QUESTIONS)
def test_no_walk_through_a_table(sqlite_engine: Engine, name: str) -> None:
    text = str(QUESTIONS[name].compile(dialect=sqlite.dialect(paramstyle="named")))
    with sqlite_engine.connect() as connection:
        cursor: Any = connection.connection.cursor()
        cursor.execute(f"EXPLAIN QUERY PLAN {text}", dict.fromkeys(re.findall(r":(\w+)", text), b"1"))
        steps = [row[3] for row in cursor.fetchall()]
    assert [step for step in steps if WALK.search(step) and not any(small in step for small in FINE)] == []
