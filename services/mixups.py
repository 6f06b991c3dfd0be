"""Two labels stuck on each other's books: one action puts it right, and what was lent stays what was lent (rules.md §2)."""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam
from sqlmodel import Session

from models import Accession, Hold, HoldState, Item, ItemAlias, Loan, Title
from services import journal
from services.journal import Actor
from services.refusals import FactWrong, ItemNotHere, UnknownCode

_item = Item.__table__  # type: ignore[attr-defined]
_title = Title.__table__  # type: ignore[attr-defined]
_loan = Loan.__table__  # type: ignore[attr-defined]
_hold = Hold.__table__  # type: ignore[attr-defined]
_accession = Accession.__table__  # type: ignore[attr-defined]
_alias = ItemAlias.__table__  # type: ignore[attr-defined]

# What the label was meant to say. The number stays with its label, and so with the loans and faults that were written under it.
_MEANT: Final = ("title_id", "volume", "copy_no", "item_class", "home_room_id", "shelf", "reference_only", "unit", "source", "replaces_id")


def swap_labels(session: Session, *, item_id: UUID, other_id: UUID, at: datetime, gesture: UUID, by: Actor) -> None:
    """Let two numbers change what they mean; ended loans keep the title that was written down when they were lent.

    Raises UnknownCode, FactWrong (the same thing twice, a book and an equipment, a counted set), and ItemNotHere while either is
    lent or put aside: whoever has two swapped labels in hand has both things in hand.
    """
    effect = journal.gesture_key(gesture, "swap", *sorted((item_id, other_id)))
    if journal.before(session, hall_id=by.hall_id, gesture=effect).done:
        return
    if item_id == other_id:
        raise FactWrong(field="labels")
    one, other = both(session, by.hall_id, item_id, other_id)
    if one.number[0] != other.number[0] or one.counted or other.counted:
        raise FactWrong(field="labels")
    if session.execute(_elsewhere, {"hall_id": by.hall_id, "ids": [item_id, other_id]}).first():
        raise ItemNotHere
    _exchange(session, one, other)
    facts = {"numbers": [one.number, other.number], "titles": [str(one.title_id), str(other.title_id)]}
    journal.record(session, by, "labels_swapped", at=at, subject="item", subject_id=item_id, gesture=effect, facts=facts)


_titles_of = (
    sa.select(_title.c.id)
    .where(_title.c.id.in_(sa.select(_item.c.title_id).where(_item.c.id.in_(bindparam("ids", expanding=True)))))
    .order_by(_title.c.id)
    .with_for_update(key_share=True)
)
_items = (
    sa.select(_item)
    .where(_item.c.hall_id == bindparam("hall_id"), _item.c.id.in_(bindparam("ids", expanding=True)))
    .order_by(_item.c.id)
    .with_for_update(key_share=True)
)
_UNSAID: Final[dict[str, Any]] = {"purchase_price_fen": None, "batch": "", "donor": ""}
_elsewhere = sa.union_all(
    sa.select(_loan.c.id).where(
        _loan.c.hall_id == bindparam("hall_id"), _loan.c.item_id.in_(bindparam("ids", expanding=True)), _loan.c.ended_at.is_(None)
    ),
    sa.select(_hold.c.id).where(
        _hold.c.hall_id == bindparam("hall_id"),
        _hold.c.item_id.in_(bindparam("ids", expanding=True)),
        _hold.c.state == HoldState.READY,
    ),
)


def both(session: Session, hall_id: UUID, item_id: UUID, other_id: UUID) -> tuple[Any, Any]:
    """Lock both, titles before items (rules.md §3)."""
    facts = {"hall_id": hall_id, "ids": [item_id, other_id]}
    session.execute(_titles_of, {"ids": facts["ids"]}).all()
    found = {row.id: row for row in session.execute(_items, facts)}
    if len(found) < len((item_id, other_id)):
        raise UnknownCode
    return found[item_id], found[other_id]


def _exchange(session: Session, one: Any, other: Any) -> None:
    old_codes = {
        row.id: row.item_id
        for row in session.execute(sa.select(_alias.c.id, _alias.c.item_id).where(_alias.c.item_id.in_([one.id, other.id])))
    }
    came = {row.item_id: row for row in session.execute(sa.select(_accession).where(_accession.c.item_id.in_([one.id, other.id])))}
    for this, that in ((one, other), (other, one)):
        _came_as(session, this.id, came.get(that.id), stays=this.id in came)
        meant = {field: getattr(that, field) for field in _MEANT}
        session.execute(sa.update(_item).where(_item.c.id == this.id).values(**meant))
        # An old label was never taken off its book, so it goes with the book.
        mine = [alias for alias, item_id in old_codes.items() if item_id == that.id]
        session.execute(sa.update(_alias).where(_alias.c.id.in_(mine)).values(item_id=this.id))


def _came_as(session: Session, item_id: UUID, how: Any, *, stays: bool) -> None:
    """Give a number what the books say of how the other came; where they say nothing, an empty line is as true."""
    facts = {name: getattr(how, name) if how is not None else empty for name, empty in _UNSAID.items()}
    if stays:
        session.execute(sa.update(_accession).where(_accession.c.item_id == item_id).values(**facts))
    elif how is not None:
        session.execute(sa.insert(_accession), {"item_id": item_id, "hall_id": how.hall_id, **facts})
