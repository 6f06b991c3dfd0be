"""Equipment: register numbered things or one counted set, its sheet in the asset register, and putting that right."""

from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam
from sqlmodel import Session

from models import Accession, Asset, Condition, Disposal, EquipmentClass, Item, ItemCondition, Medium, Room, Title, Withdrawal
from services import accession, books, clock, corrections, custody, equipment_classes, journal, parts
from services.accession import ItemForm, TitleForm
from services.books import Entered
from services.corrections import CopyFacts
from services.custody import Stay
from services.journal import Actor
from services.parts import Checked, Part
from services.refusals import ChangedMeanwhile, FactMissing, FactWrong, NotAllowed, UnknownCode
from services.texts import fact

_item = Item.__table__  # type: ignore[attr-defined]
_title = Title.__table__  # type: ignore[attr-defined]
_room = Room.__table__  # type: ignore[attr-defined]
_asset = Asset.__table__  # type: ignore[attr-defined]
_accession = Accession.__table__  # type: ignore[attr-defined]
_class = EquipmentClass.__table__  # type: ignore[attr-defined]
_condition = ItemCondition.__table__  # type: ignore[attr-defined]
_withdrawal = Withdrawal.__table__  # type: ignore[attr-defined]

SOURCES: Final = {"delivered": "配送", "bought": "购买", "donated": "捐赠", "moved_in": "调入"}
"""How equipment came, and the word the paper register has for it."""
MOST: Final = 60
"""Numbered things of one tap."""
_MOST_PIECES: Final = 9_999
_OLDEST: Final = date(1949, 10, 1)


@dataclass(frozen=True, slots=True)
class EquipmentForm:
    """Equipment as it comes: `pieces` numbered things, or one counted set of so many under one number."""

    name: str
    class_code: str
    room_id: UUID
    source: str
    acquired_day: date | None = None
    counted: bool = False
    pieces: int = 1
    unit: str = "件"
    gb14885: str = ""
    brand: str = ""
    model: str = ""
    purchase_fen: int | None = None
    fund: str = ""
    batch: str = ""
    donor: str = ""
    custodian: str = ""
    shelf: str = ""
    stays: bool = False


@dataclass(frozen=True, slots=True)
class AssetFacts:
    """What register 07 adds to a thing, and may be put right."""

    brand: str
    model: str
    fund: str
    acquired_day: date


@dataclass(frozen=True, slots=True)
class AssetSheet:
    """One thing as the asset register has it; sums in fen, `worth_fen` of all pieces as they came (原值)."""

    item_id: UUID
    number: str
    name: str
    call_number: str
    class_code: str
    class_name: str
    gb14885: str
    counted: bool
    pieces: int
    quantity: int
    unit: str
    room_id: UUID
    facts: AssetFacts
    came: CopyFacts
    stays: tuple[Stay, ...]
    parts: tuple[Part, ...]
    checked: Checked | None
    conditions: tuple[tuple[Condition, str], ...]
    disposal: Disposal | None

    @property
    def worth_fen(self) -> int | None:
        """Unit price times the pieces that came."""
        return None if self.came.purchase_fen is None else self.came.purchase_fen * self.pieces


def register(session: Session, *, form: EquipmentForm, at: datetime, gesture: UUID, by: Actor) -> Entered:
    """Enter equipment with its class, its numbers, where it stands and who answers for it.

    Raises NotAllowed, FactMissing (name, class, source) and FactWrong for what cannot be, a class the hall has not among it.
    """
    if not by.is_staff:
        raise NotAllowed
    effect = journal.gesture_key(gesture, "equipment")
    if done := journal.before(session, hall_id=by.hall_id, gesture=effect).done:
        return books.again(done)
    facts, gb14885 = _checked(session, form, at, by)
    title = TitleForm(name=form.name, class_code=form.class_code, medium=Medium.EQUIPMENT, gb14885=form.gb14885.strip().upper() or gb14885)
    made = accession.add_title(session, form=title, at=at, gesture=gesture, by=by)
    numbered = ItemForm(
        title_id=made.title_id, home_room_id=form.room_id, shelf=form.shelf, reference_only=form.stays, counted=form.counted,
        quantity=form.pieces if form.counted else 1, unit=form.unit.strip() or "件", source=SOURCES[form.source],
    )  # fmt: skip
    items = [
        accession.add_item(session, form=numbered, at=at, gesture=journal.gesture_key(gesture, place), by=by)
        for place in range(1 if form.counted else form.pieces)
    ]
    came = {
        "hall_id": by.hall_id, "purchase_price_fen": form.purchase_fen, "batch": form.batch.strip(), "donor": form.donor.strip(),
    }  # fmt: skip
    asset = {"hall_id": by.hall_id, **asdict(facts), "pieces": form.pieces if form.counted else 1}
    session.execute(sa.insert(_accession), [{"item_id": item.item_id, **came} for item in items])
    session.execute(sa.insert(_asset), [{"item_id": item.item_id, **asset} for item in items])
    for item in items:
        custody.begin(session, item_id=item.item_id, room_id=form.room_id, custodian=form.custodian, day=facts.acquired_day, at=at, by=by)
    said = {
        "title_id": str(made.title_id), "name": form.name.strip(), "call_number": made.call_number,
        "items": [str(item.item_id) for item in items], "first": items[0].number, "last": items[-1].number, "new_title": True,
    }  # fmt: skip
    journal.record(session, by, "equipment_register", at=at, subject="title", subject_id=made.title_id, gesture=effect, facts=said)
    return books.again(said)


def sheet(session: Session, *, item_id: UUID, at: datetime, by: Actor) -> AssetSheet:
    """Give a thing's sheet. Raises NotAllowed, UnknownCode (also for a book)."""
    if not by.is_staff:
        raise NotAllowed
    row: Any = session.execute(_sheet, {"item_id": item_id, "hall_id": by.hall_id}).one_or_none()
    if row is None:
        raise UnknownCode
    wrong = session.execute(_wrong, {"item_id": item_id, "hall_id": by.hall_id}).all()
    came = CopyFacts(row.home_room_id, row.shelf, row.reference_only, row.source, row.batch or "", row.purchase_price_fen, row.donor or "")
    return AssetSheet(
        item_id, row.number, row.name, row.call_number, row.class_code, row.class_name or "", row.gb14885, row.counted,
        row.pieces or row.quantity, row.quantity, row.unit, row.home_room_id, _facts(row), came,
        tuple(custody.history(session, item_id=item_id, at=at, by=by)), parts.of(session, hall_id=by.hall_id, item_id=item_id),
        parts.last(session, hall_id=by.hall_id, item_id=item_id), tuple((each.condition, each.reason) for each in wrong), row.disposal,
    )  # fmt: skip


def correct(
    session: Session,
    *,
    item_id: UUID,
    seen: tuple[AssetFacts, CopyFacts],
    facts: tuple[AssetFacts, CopyFacts],
    at: datetime,
    gesture: UUID,
    by: Actor,
) -> None:
    """Write anew what the register says of a thing and how it came; its room changes by handing it over.

    Raises what `corrections.correct_copy` does, ChangedMeanwhile, FactWrong.
    """
    if not by.is_staff:
        raise NotAllowed
    effect = journal.gesture_key(gesture, "correct_asset", item_id)
    locked = sa.select(_item.c.id).where(_item.c.id == item_id, _item.c.hall_id == by.hall_id).with_for_update(key_share=True)
    if session.execute(locked).one_or_none() is None:
        raise UnknownCode
    if journal.before(session, hall_id=by.hall_id, gesture=effect).done is not None:
        return
    if sheet(session, item_id=item_id, at=at, by=by).facts != seen[0]:
        raise ChangedMeanwhile
    new = _checked_facts(facts[0], at)
    corrections.correct_copy(session, item_id=item_id, seen=seen[1], facts=facts[1], at=at, gesture=gesture, by=by)
    if not session.execute(sa.update(_asset).where(_asset.c.item_id == item_id).values(**asdict(new))).rowcount:  # type: ignore[attr-defined]
        pieces = sa.select(_item.c.quantity).where(_item.c.id == item_id).scalar_subquery()
        session.execute(sa.insert(_asset).values(item_id=item_id, hall_id=by.hall_id, **asdict(new), pieces=pieces))
    old, now = asdict(seen[0]), asdict(new)
    changed = {name: [str(old[name]), str(now[name])] for name in old if old[name] != now[name]}
    journal.record(session, by, "asset_correct", at=at, subject="item", subject_id=item_id, gesture=effect, facts={"changed": changed})


_sheet = (
    sa.select(
        _item.c.number, _item.c.counted, _item.c.quantity, _item.c.unit, _item.c.home_room_id, _item.c.registered_at, _item.c.shelf,
        _item.c.reference_only, _item.c.source, _title.c.name, _title.c.call_number, _title.c.class_code, _title.c.gb14885,
        _class.c.name.label("class_name"), _asset.c.brand, _asset.c.model, _asset.c.fund, _asset.c.acquired_day, _asset.c.pieces,
        _accession.c.batch, _accession.c.purchase_price_fen, _accession.c.donor, _withdrawal.c.disposal,
    )
    .join(_title, _title.c.id == _item.c.title_id)
    .outerjoin(_class, sa.and_(_class.c.hall_id == _item.c.hall_id, _class.c.code == _title.c.class_code))
    .outerjoin(_asset, _asset.c.item_id == _item.c.id)
    .outerjoin(_accession, _accession.c.item_id == _item.c.id)
    .outerjoin(_withdrawal, sa.and_(_withdrawal.c.hall_id == _item.c.hall_id, _withdrawal.c.item_id == _item.c.id))
    .where(_item.c.id == bindparam("item_id"), _item.c.hall_id == bindparam("hall_id"), _item.c.item_class == Medium.EQUIPMENT)
)  # fmt: skip
_wrong = (
    sa.select(_condition.c.condition, _condition.c.reason)
    .where(_condition.c.hall_id == bindparam("hall_id"), _condition.c.item_id == bindparam("item_id"), _condition.c.ended_at.is_(None))
    .order_by(_condition.c.since_at)
)


def _facts(row: Any) -> AssetFacts:
    """What was entered before there was an asset register came on the day it was entered."""
    return AssetFacts(row.brand or "", row.model or "", row.fund or "", row.acquired_day or clock.local_day(row.registered_at))


def _checked(session: Session, form: EquipmentForm, at: datetime, by: Actor) -> tuple[AssetFacts, str]:
    if not form.name.strip():
        raise FactMissing(field="equipment_name")
    if not form.class_code:
        raise FactMissing(field="class_code")
    gb14885 = equipment_classes.require(session, hall_id=by.hall_id, code=form.class_code)
    if form.source not in SOURCES:
        raise FactMissing(field="source")
    if not 1 <= form.pieces <= (_MOST_PIECES if form.counted else MOST):
        raise FactWrong(field="quantity")
    if form.purchase_fen is not None and not 0 <= form.purchase_fen <= books.DEAREST:
        raise FactWrong(field="purchase_price")
    for name, most in {"batch": 40, "donor": 60, "unit": 8, "custodian": 40}.items():
        fact(getattr(form, name), name, most)
    day = form.acquired_day or clock.local_day(at)
    return _checked_facts(AssetFacts(form.brand, form.model, form.fund, day), at), gb14885


def _checked_facts(facts: AssetFacts, at: datetime) -> AssetFacts:
    if not _OLDEST <= facts.acquired_day <= clock.local_day(at):
        raise FactWrong(field="acquired_day")
    return AssetFacts(fact(facts.brand, "brand", 60), fact(facts.model, "model", 80), fact(facts.fund, "fund", 60), facts.acquired_day)
