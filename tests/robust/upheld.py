"""The laws of the house that no single row shows, asked of a whole database after a storm."""

from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from models import Card, Condition, Hold, HoldState, Item, ItemCondition, JournalRow, Loan, Policy
from services import database, hours
from tests.cast import Village

_loan = Loan.__table__  # type: ignore[attr-defined]
_hold = Hold.__table__  # type: ignore[attr-defined]
_item = Item.__table__  # type: ignore[attr-defined]
_card = Card.__table__  # type: ignore[attr-defined]
_policy = Policy.__table__  # type: ignore[attr-defined]
_journal = JournalRow.__table__  # type: ignore[attr-defined]
_condition = ItemCondition.__table__  # type: ignore[attr-defined]

_pieces = sa.func.sum(_loan.c.quantity - _loan.c.returned)
_open = _loan.c.ended_at.is_(None)
_newest_due = (
    sa.select(_loan.c.id, _loan.c.due_day, _loan.c.due_at, _item.c.home_room_id, _item.c.item_class)
    .join(_item, _item.c.id == _loan.c.item_id)
    .where(_open)
)

# What must never be found, by what it would mean.
NEVER: dict[str, sa.Select[Any]] = {
    "more of a thing out than there is": sa.select(_loan.c.item_id)
    .join(_item, _item.c.id == _loan.c.item_id)
    .where(_open)
    .group_by(_loan.c.item_id, _item.c.quantity)
    .having(_pieces > _item.c.quantity),
    "more on a card than the policy allows": sa.select(_loan.c.patron_id, _loan.c.item_class)
    .join(_policy, sa.and_(_policy.c.borrower_kind == _loan.c.borrower_kind, _policy.c.item_class == _loan.c.item_class))
    .where(_open)
    .group_by(_loan.c.patron_id, _loan.c.item_class, _policy.c.max_items)
    .having(_pieces > _policy.c.max_items),
    "a copy kept for one and lent to another": sa.select(_hold.c.id)
    .join(_loan, _loan.c.item_id == _hold.c.item_id)
    .where(_open, _hold.c.state == HoldState.READY),
    "two cards of one person in force": sa.select(_card.c.patron_id)
    .where(_card.c.ended_at.is_(None))
    .group_by(_card.c.patron_id)
    .having(sa.func.count() > 1),
    "a loan without its one line in the journal": sa.select(_loan.c.id).where(
        sa.select(sa.func.count()).where(_journal.c.subject_id == _loan.c.id, _journal.c.verb == "check_out").scalar_subquery() != 1
    ),
    "a thing out that has left the stock": sa.select(_loan.c.id)
    .join(_condition, _condition.c.item_id == _loan.c.item_id)
    .where(_open, _condition.c.condition == Condition.WITHDRAWN),
}


def broken_laws(village: Village) -> dict[str, list[Any]]:
    """What should never be, and is."""
    with village.engine.connect() as connection:
        found = {law: list(connection.execute(question)) for law, question in NEVER.items()}
    found["due on a closed day"] = database.read(village.engine, _due_on_closed_days)
    return {law: rows for law, rows in found.items() if rows}


def _due_on_closed_days(session: Session) -> list[Any]:
    hours._kept.clear()
    due = session.execute(_newest_due).all()
    kept = session.execute(
        sa.select(_hold.c.id, _hold.c.kept_day, _hold.c.kept_until, _item.c.home_room_id, _item.c.item_class)
        .join(_item, _item.c.id == _hold.c.item_id)
        .where(_hold.c.state == HoldState.READY)
    ).all()
    return [row for row in (*due, *kept) if not hours.calendar_of(session, row[3], row[4]).is_open_day(row[1])]
