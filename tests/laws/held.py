"""The laws of the house, asked of all rows of a database; written against the tables and not against the services."""

from collections import Counter
from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import Engine
from sqlmodel import Session, SQLModel

from models import Condition, HoldState
from services import hours
from tests.databases import filled

Rows = dict[str, dict[Any, Any]]
"""Every row of every table, by table and primary key."""

_TABLES = list(SQLModel.metadata.sorted_tables)
_EVERYTHING = [(table.name, sa.select(*table.primary_key.columns, *table.columns), len(table.primary_key.columns)) for table in _TABLES]
_COLUMNS = {table.name: [column.name for column in table.columns] for table in _TABLES}


def everything(engine: Engine) -> Rows:
    """Read it all; most tables are empty, and one question tells which are not."""
    with engine.connect() as connection:
        asked = filled(connection)
        return {
            name: {(row[0] if keys == 1 else tuple(row[:keys])): tuple(row[keys:]) for row in connection.execute(question)}
            if name in asked
            else {}
            for name, question, keys in _EVERYTHING
        }


def same(before: Rows, after: Rows, why: str) -> None:
    """A refusal, a look, a repeat: not one row is written."""
    changed = {name: sorted(_lines(before[name]) ^ _lines(after[name])) for name in before if before[name] != after[name]}
    assert not changed, f"{why}, and yet wrote: {changed}"


def _lines(rows: dict[Any, Any]) -> set[str]:
    return {repr(row) for row in rows.values()}


def only_added(before: Rows, after: Rows) -> None:
    """What is written down stays: registers are only ever added to, and what is undone is answered by a line of its own."""
    for name in ("journal", "taken_number", "due_move", "closure_notice", "fund_entry"):
        changed = {key for key, row in before[name].items() if repr(after[name].get(key)) != repr(row)}
        assert not changed, f"{name}: a row that was written has changed or gone: {changed}"
    for name in ("item", "title", "loan", "hold", "card", "item_condition", "closure"):
        assert before[name].keys() <= after[name].keys(), f"{name}: a row with history has gone"
    for item, row in dicts(before, "item"):
        now = dict(zip(_COLUMNS["item"], after["item"][item], strict=True))
        assert (row["issuer_code"], row["number"]) == (now["issuer_code"], now["number"]), "a number is for life"
    added = (row for key, row in dicts(after, "journal") if key not in before["journal"])
    undone = {row["subject_id"] for row in added if row["verb"] == "undo"}
    for loan, row in dicts(before, "loan"):
        if loan in undone:
            continue
        if row["ended_at"] is not None:
            assert after["loan"][loan] == before["loan"][loan], "a loan that has ended has changed"
        else:
            now = dict(zip(_COLUMNS["loan"], after["loan"][loan], strict=True))
            assert now["due_day"] >= row["due_day"], "a due date was pulled back"


def dicts(rows: Rows, table: str) -> list[tuple[Any, dict[str, Any]]]:
    """Rows with the names of their columns."""
    return [(key, dict(zip(_COLUMNS[table], row, strict=True))) for key, row in rows[table].items()]


def nothing_is_out_twice(rows: Rows) -> None:
    """Never two open loans of one item; of a counted set never more pieces than it has."""
    out: Counter[UUID] = Counter()
    for _, loan in dicts(rows, "loan"):
        if loan["ended_at"] is None:
            out[loan["item_id"]] += loan["quantity"] - loan["returned"]
    for item, row in dicts(rows, "item"):
        assert out[item] <= row["quantity"], f"{out[item]} of {row['quantity']} are out"


def nobody_has_more_than_the_policy(rows: Rows, excused: set[UUID]) -> None:
    """Never more than the policy's number, but where staff set the rule aside or a slip told of what had happened."""
    most = {(policy["borrower_kind"], policy["item_class"]): policy["max_items"] for _, policy in dicts(rows, "policy")}
    have: Counter[tuple[UUID, Any, Any]] = Counter()
    for _, loan in dicts(rows, "loan"):
        if loan["ended_at"] is None:
            have[loan["patron_id"], loan["borrower_kind"], loan["item_class"]] += loan["quantity"] - loan["returned"]
    excused &= {patron for patron, _, _ in have}
    for (patron, kind, item_class), count in have.items():
        assert patron in excused or count <= most.get((kind, item_class), 0), f"{count} {item_class} with a {kind}"


def no_copy_is_kept_for_two(rows: Rows) -> None:
    """Never one copy on the shelf for two, none that is out, and none that cannot be fetched."""
    kept = [hold for _, hold in dicts(rows, "hold") if hold["state"] is HoldState.READY]
    copies = [hold["item_id"] for hold in kept]
    assert len(copies) == len(set(copies)), "one copy is kept for two"
    out = {loan["item_id"] for _, loan in dicts(rows, "loan") if loan["ended_at"] is None}
    assert not out & set(copies), "a copy is out and kept"
    broken = {row["item_id"] for _, row in dicts(rows, "item_condition") if row["ended_at"] is None}
    assert not broken & set(copies), "a copy that cannot be lent is kept"


def no_number_is_used_twice(rows: Rows) -> None:
    """One number, one thing, for life; and every number stands among those given out."""
    numbers = [(item["issuer_code"], item["number"]) for _, item in dicts(rows, "item")]
    assert len(numbers) == len(set(numbers)), "two things have one number"
    assert set(numbers) <= rows["taken_number"].keys(), "a number nobody gave out"
    owners = {(card["issuer_code"], card["number"], card["patron_id"]) for _, card in dicts(rows, "card")}
    assert len(owners) == len({owner[:2] for owner in owners}), "two people have one card number"


def nothing_withdrawn_is_out(rows: Rows) -> None:
    """What left the stock is not lent."""
    gone = {row["item_id"] for _, row in dicts(rows, "item_condition") if row["condition"] is Condition.WITHDRAWN}
    assert not gone & {loan["item_id"] for _, loan in dicts(rows, "loan") if loan["ended_at"] is None}, "a thing that left the stock is out"


def every_effect_stands_in_the_journal_once(rows: Rows) -> None:
    """A loan has one line that began it."""
    begun = Counter(row["subject_id"] for _, row in dicts(rows, "journal") if row["verb"] in {"check_out", "slip"})
    assert all(begun[loan] == 1 for loan in rows["loan"]), "a loan without its line"


def no_due_date_is_a_closed_day(engine: Engine, rows: Rows, now: datetime) -> None:
    """Whatever was lent, renewed, kept, closed or changed: the last day still to come has an open minute."""
    items = dict(dicts(rows, "item"))
    due = [(loan["item_id"], loan["due_day"]) for _, loan in dicts(rows, "loan") if loan["ended_at"] is None and loan["due_at"] > now]
    kept = [
        (hold["item_id"], hold["kept_day"])
        for _, hold in dicts(rows, "hold")
        if hold["state"] is HoldState.READY and hold["kept_until"] > now
    ]
    with Session(engine) as session:
        for item_id, day in {*due, *kept}:
            item = items[item_id]
            # Read anew: what the process keeps of the hours is part of what is tried here.
            calendar = hours._read(session, item["home_room_id"], item["item_class"])
            assert calendar.is_open_day(day), f"{day} is a closed day"


LAWS: tuple[Callable[[Rows], None], ...] = (
    nothing_is_out_twice,
    no_copy_is_kept_for_two,
    no_number_is_used_twice,
    nothing_withdrawn_is_out,
    every_effect_stands_in_the_journal_once,
)


def laws(engine: Engine, rows: Rows, *, now: datetime, excused: set[UUID]) -> None:
    """Ask every law."""
    for law in LAWS:
        law(rows)
    nobody_has_more_than_the_policy(rows, excused)
    no_due_date_is_a_closed_day(engine, rows, now)
