"""Putting right what was registered: a title's facts, a copy's place and how it came; the journal keeps what stood before."""

from dataclasses import asdict, dataclass
from datetime import datetime
from enum import Enum
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam
from sqlmodel import Session

from models import Accession, Item, Medium, Room, Title, UnifiedNumber
from services import accession, books, isbn, journal, shelves, spelling
from services.accession import TitleForm
from services.journal import Actor
from services.refusals import ChangedMeanwhile, FactMissing, FactWrong, NotAllowed, UnknownCode
from services.shelves import Copy
from services.texts import fact

_title = Title.__table__  # type: ignore[attr-defined]
_item = Item.__table__  # type: ignore[attr-defined]
_room = Room.__table__  # type: ignore[attr-defined]
_accession = Accession.__table__  # type: ignore[attr-defined]
_unified = UnifiedNumber.__table__  # type: ignore[attr-defined]

_COLUMNS: Final = (
    "name", "author", "publisher", "year", "isbn", "class_code", "class_number", "gb14885", "audience", "adults_only",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class TitleFacts:
    """What may be put right in a title; the call number follows the class."""

    name: str
    author: str
    publisher: str
    year: int | None
    isbn: str
    unified: str
    class_code: str
    class_number: str
    gb14885: str
    audience: str
    adults_only: bool


@dataclass(frozen=True, slots=True)
class TitleSheet:
    """A title with its copies, as the keeper sees it."""

    title_id: UUID
    medium: Medium
    call_number: str
    facts: TitleFacts
    isbn_wrong: bool
    copies: tuple[Copy, ...]


@dataclass(frozen=True, slots=True)
class CopyFacts:
    """What may be put right in a copy: its place, and how it came; sums in fen."""

    room_id: UUID
    shelf: str
    reference_only: bool
    source: str
    batch: str
    purchase_fen: int | None
    donor: str


def title(session: Session, *, title_id: UUID, by: Actor) -> TitleSheet:
    """Give a title's sheet. Raises NotAllowed, UnknownCode."""
    if not by.is_staff:
        raise NotAllowed
    row = _row_of(session, _a_title, title_id, by)
    return TitleSheet(
        row.id, row.medium, row.call_number, _facts(row), bool(row.isbn) and not isbn.is_right(row.isbn),
        tuple(shelves.copies(session, title_id=title_id, by=by)),
    )  # fmt: skip


def copy(session: Session, *, item_id: UUID, by: Actor) -> CopyFacts:
    """Give what may be put right in a copy. Raises NotAllowed, UnknownCode."""
    if not by.is_staff:
        raise NotAllowed
    return _copy_facts(_row_of(session, _a_copy, item_id, by))


def correct_title(
    session: Session, *, title_id: UUID, seen: TitleFacts, facts: TitleFacts, as_printed: bool, at: datetime, gesture: UUID, by: Actor
) -> str:
    """Write a title's facts anew and give its call number: in another class it gets the next free one there.

    Raises NotAllowed, UnknownCode, ChangedMeanwhile (it is no longer what was `seen`), and what `accession` refuses;
    an ISBN with a wrong check digit stays only `as_printed`.
    """
    if not by.is_staff:
        raise NotAllowed
    effect = journal.gesture_key(gesture, "correct_title", title_id)
    row = _row_of(session, _a_title_locked, title_id, by)
    if done := journal.before(session, hall_id=by.hall_id, gesture=effect).done:
        return str(done["call_number"])
    if _facts(row) != seen:
        raise ChangedMeanwhile
    new = _checked(row.medium, facts, seen, as_printed=as_printed)
    changed = _differences(seen, new)
    number = str(row.call_number)
    if "class_code" in changed or "class_number" in changed:
        number = accession.next_call_number(session, hall_id=by.hall_id, class_code=new.class_code, class_number=new.class_number)
        changed["call_number"] = [row.call_number, number]
    if changed:
        values = {name: getattr(new, name) for name in _COLUMNS} | {"call_number": number} | spelling.found_by(new.name, new.author)
        session.execute(sa.update(_title).where(_title.c.id == title_id).values(**values))
        _keep_unified(session, title_id, new.unified, by)
    said = {"call_number": number, "changed": changed}
    journal.record(session, by, "title_correct", at=at, subject="title", subject_id=title_id, gesture=effect, facts=said)
    return number


def correct_copy(session: Session, *, item_id: UUID, seen: CopyFacts, facts: CopyFacts, at: datetime, gesture: UUID, by: Actor) -> None:
    """Write a copy's place and origin anew; equipment changes its room by being handed over.

    Raises NotAllowed, UnknownCode, ChangedMeanwhile, FactMissing (source), FactWrong.
    """
    if not by.is_staff:
        raise NotAllowed
    effect = journal.gesture_key(gesture, "correct_copy", item_id)
    row = _row_of(session, _a_copy_locked, item_id, by)
    if journal.before(session, hall_id=by.hall_id, gesture=effect).done is not None:
        return
    if _copy_facts(row) != seen:
        raise ChangedMeanwhile
    new = _checked_copy(session, facts, by)
    if row.item_class is Medium.EQUIPMENT and new.room_id != seen.room_id:
        raise FactWrong(field="room")
    changed = _differences(seen, new)
    if changed:
        place = {"home_room_id": new.room_id, "shelf": new.shelf, "reference_only": new.reference_only, "source": new.source}
        session.execute(sa.update(_item).where(_item.c.id == item_id).values(**place))
        _keep_origin(session, item_id, new, by, known=row.known is not None)
    journal.record(session, by, "copy_correct", at=at, subject="item", subject_id=item_id, gesture=effect, facts={"changed": changed})


_a_title = (
    sa.select(_title, _unified.c.code.label("unified"))
    .outerjoin(_unified, _unified.c.title_id == _title.c.id)
    .where(_title.c.id == bindparam("id"), _title.c.hall_id == bindparam("hall_id"))
)
_a_title_locked = _a_title.with_for_update(of=_title, key_share=True)
_a_copy = (
    sa.select(
        _item.c.item_class, _item.c.home_room_id, _item.c.shelf, _item.c.reference_only, _item.c.source,
        _accession.c.item_id.label("known"), _accession.c.batch, _accession.c.purchase_price_fen, _accession.c.donor,
    )
    .outerjoin(_accession, _accession.c.item_id == _item.c.id)
    .where(_item.c.id == bindparam("id"), _item.c.hall_id == bindparam("hall_id"))
)  # fmt: skip
_a_copy_locked = _a_copy.with_for_update(of=_item, key_share=True)


def _row_of(session: Session, question: sa.Select[Any], row_id: UUID, by: Actor) -> Any:
    row = session.execute(question, {"id": row_id, "hall_id": by.hall_id}).one_or_none()
    if row is None:
        raise UnknownCode
    return row


def _facts(row: Any) -> TitleFacts:
    return TitleFacts(**{name: getattr(row, name) for name in _COLUMNS}, unified=row.unified or "")


def _copy_facts(row: Any) -> CopyFacts:
    return CopyFacts(row.home_room_id, row.shelf, row.reference_only, row.source, row.batch or "", row.purchase_price_fen, row.donor or "")


def _checked(medium: Medium, facts: TitleFacts, seen: TitleFacts, *, as_printed: bool) -> TitleFacts:
    form = accession.checked_title(TitleForm(medium=medium, **{name: getattr(facts, name) for name in _COLUMNS}))
    if form.isbn and form.isbn != seen.isbn and not (isbn.is_right(form.isbn) or as_printed):
        raise FactWrong(field="isbn")
    unified = books.plain_unified(facts.unified)
    if facts.unified.strip() and not unified:
        raise FactWrong(field="unified")
    if form.year is not None and form.year != seen.year and not books.is_year(form.year):
        raise FactWrong(field="year")
    return TitleFacts(**{name: getattr(form, name) for name in _COLUMNS}, unified=unified)


def _checked_copy(session: Session, facts: CopyFacts, by: Actor) -> CopyFacts:
    if session.execute(sa.select(_room.c.id).where(_room.c.id == facts.room_id, _room.c.hall_id == by.hall_id)).one_or_none() is None:
        raise FactMissing(field="room")
    if facts.purchase_fen is not None and not 0 <= facts.purchase_fen <= books.DEAREST:
        raise FactWrong(field="purchase_price")
    return CopyFacts(
        facts.room_id, fact(facts.shelf, "shelf", 40), facts.reference_only, fact(facts.source, "source", 40, needed=True),
        fact(facts.batch, "batch", 40), facts.purchase_fen, fact(facts.donor, "donor", 60),
    )  # fmt: skip


def _differences(seen: TitleFacts | CopyFacts, new: TitleFacts | CopyFacts) -> dict[str, list[Any]]:
    old, now = asdict(seen), asdict(new)
    return {name: [_said(old[name]), _said(now[name])] for name in old if old[name] != now[name]}


def _said(value: Any) -> Any:
    return str(value) if isinstance(value, UUID | Enum) else value


def _keep_unified(session: Session, title_id: UUID, code: str, by: Actor) -> None:
    session.execute(sa.delete(_unified).where(_unified.c.title_id == title_id, _unified.c.code != code))
    there = session.execute(sa.select(_unified.c.title_id).where(_unified.c.title_id == title_id)).first()
    if code and there is None:
        session.execute(sa.insert(_unified), {"title_id": title_id, "hall_id": by.hall_id, "code": code})


def _keep_origin(session: Session, item_id: UUID, new: CopyFacts, by: Actor, *, known: bool) -> None:
    came = {"batch": new.batch, "purchase_price_fen": new.purchase_fen, "donor": new.donor}
    if known:
        session.execute(sa.update(_accession).where(_accession.c.item_id == item_id).values(**came))
    else:
        session.execute(sa.insert(_accession), {"item_id": item_id, "hall_id": by.hall_id, **came})
