"""From what was scanned or typed to the card or the thing it means (rules.md §2)."""

from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam
from sqlmodel import Session

from models import Card, FormerCode, Hall, Item, ItemAlias
from services import codes
from services.refusals import CardUnknown, ForeignCode, NumberAmbiguous, UnknownCode

_card = Card.__table__  # type: ignore[attr-defined]
_item = Item.__table__  # type: ignore[attr-defined]
_alias = ItemAlias.__table__  # type: ignore[attr-defined]
_hall = Hall.__table__  # type: ignore[attr-defined]
_former = FormerCode.__table__  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class FoundCard:
    """A card's QR: this very issue of it, in force or not."""

    card_id: UUID


@dataclass(frozen=True, slots=True)
class FoundItem:
    """A thing that is held here."""

    item_id: UUID


@dataclass(frozen=True, slots=True)
class TypedCard:
    """A card's number without its secret: the second fact is still to be asked for."""

    number: str


Found = FoundCard | FoundItem | TypedCard

_card_by_qr = sa.select(_card.c.id).where(
    _card.c.hall_id == bindparam("hall_id"),
    _card.c.issuer_code == bindparam("issuer"),
    _card.c.number == bindparam("number"),
    _card.c.secret == bindparam("secret"),
)
_item_by_qr = sa.select(_item.c.id, _item.c.hall_id).where(
    _item.c.issuer_code == bindparam("issuer"), _item.c.number == bindparam("number")
)
_items_by_number = sa.select(_item.c.id, _item.c.issuer_code).where(
    _item.c.number == bindparam("number"), _item.c.hall_id == bindparam("hall_id")
)
_item_by_alias = sa.select(_alias.c.item_id).where(_alias.c.hall_id == bindparam("hall_id"), _alias.c.code == bindparam("code"))
_own_codes = sa.union_all(
    sa.select(_hall.c.code).where(_hall.c.id == bindparam("hall_id")),
    sa.select(_former.c.code).where(_former.c.hall_id == bindparam("hall_id")),
)


def find(session: Session, *, hall_id: UUID, text: str) -> Found:
    """What a scan means here.

    Raises UnknownCode, ForeignCode (a thing that is not held here, whatever its prefix), CardUnknown, and
    NumberAmbiguous when a typed number names two things.
    """
    code = codes.read(text)
    if code.alias is not None:
        return _by_alias(session, hall_id, code.alias)
    if code.is_card:
        return _by_card(session, hall_id, code)
    if code.issuer is None:
        return _by_typed_number(session, hall_id, code.number)
    return _by_qr(session, hall_id, code.issuer, code.number)


def _by_card(session: Session, hall_id: UUID, code: codes.Code) -> Found:
    if code.secret is None:
        return TypedCard(code.number)
    card_id = session.execute(
        _card_by_qr, {"hall_id": hall_id, "issuer": code.issuer, "number": code.number, "secret": code.secret}
    ).scalar_one_or_none()
    if card_id is None:
        raise CardUnknown
    return FoundCard(card_id)


def _by_qr(session: Session, hall_id: UUID, issuer: str, number: str) -> FoundItem:
    row = session.execute(_item_by_qr, {"issuer": issuer, "number": number}).one_or_none()
    if row is not None and row.hall_id == hall_id:
        return FoundItem(row.id)
    if row is None and issuer in session.execute(_own_codes, {"hall_id": hall_id}).scalars():
        raise UnknownCode
    raise ForeignCode


def _by_typed_number(session: Session, hall_id: UUID, number: str) -> FoundItem:
    rows = session.execute(_items_by_number, {"number": number, "hall_id": hall_id}).all()
    if len(rows) > 1:
        # Typed digits mean our own code first; a former code of ours is as much ours, so that leaves a doubt.
        own = session.execute(sa.select(_hall.c.code).where(_hall.c.id == hall_id)).scalar_one()
        if not any(row.issuer_code == own for row in rows):
            raise NumberAmbiguous
        rows = [row for row in rows if row.issuer_code == own]
    if not rows:
        raise UnknownCode
    return FoundItem(rows[0].id)


def _by_alias(session: Session, hall_id: UUID, text: str) -> FoundItem:
    item_id = session.execute(_item_by_alias, {"hall_id": hall_id, "code": text}).scalar_one_or_none()
    if item_id is None:
        raise UnknownCode
    return FoundItem(item_id)
