"""The parts of a thing (弓, 琴盒, 松香): written down once, counted when it goes out and when it comes back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam
from sqlmodel import Session

from models import CheckMoment, Condition, ItemPart, PartsCheck, PartSeen, new_id
from services import circulation, conditions, journal, known
from services.journal import Actor
from services.lending_rules import AS_IS, Wish
from services.receipts import Receipt, Slip
from services.refusals import ChangedMeanwhile, FactWrong, ItemWithdrawn, NotAllowed
from services.texts import fact, plain

_part = ItemPart.__table__  # type: ignore[attr-defined]
_check = PartsCheck.__table__  # type: ignore[attr-defined]
_seen = PartSeen.__table__  # type: ignore[attr-defined]

MOST: Final = 20
_PIECES: Final = 999
COMPLETE: Final = "配件已齐"
"""What the journal says of a count that ended `parts_missing`."""


@dataclass(frozen=True, slots=True)
class Part:
    """A part that belongs to a thing, and how many pieces of it."""

    part_id: UUID
    name: str
    pieces: int


@dataclass(frozen=True, slots=True)
class Checked:
    """The newest count: when, at which moment, and what was not there, as text."""

    at: datetime
    moment: CheckMoment
    missing: int
    note: str


Seen = dict[UUID, int]


def of(session: Session, *, hall_id: UUID, item_id: UUID) -> tuple[Part, ...]:
    """List a thing's parts in their order."""
    return tuple(Part(*row) for row in session.execute(_parts, {"hall_id": hall_id, "item_id": item_id}))


def last(session: Session, *, hall_id: UUID, item_id: UUID) -> Checked | None:
    """Give the newest count."""
    row = session.execute(_newest, {"hall_id": hall_id, "item_id": item_id}).one_or_none()
    return Checked(*row) if row else None


def write_down(session: Session, *, item_id: UUID, parts: Sequence[tuple[str, int]], at: datetime, gesture: UUID, by: Actor) -> None:
    """Say what belongs to a thing; what is no longer named goes, its counts stay.

    Raises NotAllowed, UnknownCode, FactWrong (parts: too many, twice the same, no pieces), ItemWithdrawn.
    """
    if not by.is_staff:
        raise NotAllowed
    effect = journal.gesture_key(gesture, "parts", item_id)
    stock = known.stock(session, hall_id=by.hall_id, item_id=item_id, lock=True)
    if journal.before(session, hall_id=by.hall_id, gesture=effect).done is not None:
        return
    if Condition.WITHDRAWN in stock.conditions:
        raise ItemWithdrawn
    wanted = [(fact(name, "parts", 40, needed=True), pieces) for name, pieces in parts]
    names = {name for name, _ in wanted}
    if stock.row.counted or len(wanted) > MOST or len(names) < len(wanted) or any(not 1 <= pieces <= _PIECES for _, pieces in wanted):
        raise FactWrong(field="parts")
    there = {part.name: part for part in of(session, hall_id=by.hall_id, item_id=item_id)}
    kept = {name for name, pieces in wanted if name in there and there[name].pieces == pieces}
    gone = [part.part_id for name, part in there.items() if name not in kept]
    if gone:
        session.execute(sa.update(_part).where(_part.c.id.in_(gone)).values(removed_at=at))
    for place, (name, pieces) in enumerate(wanted):
        if name in kept:
            session.execute(sa.update(_part).where(_part.c.id == there[name].part_id).values(position=place))
        else:
            session.execute(sa.insert(_part), {
                "id": new_id(), "hall_id": by.hall_id, "item_id": item_id, "name": name, "pieces": pieces, "position": place,
                "added_at": at,
            })  # fmt: skip
    facts = {"parts": [[name, pieces] for name, pieces in wanted]}
    journal.record(session, by, "parts", at=at, subject="item", subject_id=item_id, gesture=effect, facts=facts)


def check_out(
    session: Session,
    *,
    seen: Seen,
    item_id: UUID,
    card_id: UUID,
    at: datetime,
    gesture: UUID,
    by: Actor,
    wish: Wish = AS_IS,
    overrides: frozenset[str] = frozenset(),
    reason: str = "",
) -> Receipt:
    """Lend a thing whose parts were counted over the desk: what is missing is a reason not to, which staff may set aside.

    Raises what `circulation.check_out` does (nothing is written then), NotAllowed, ChangedMeanwhile (other parts than were shown).
    """
    check_id = check(session, item_id=item_id, seen=seen, moment=CheckMoment.OUT, at=at, gesture=gesture, by=by)
    receipt = circulation.check_out(
        session, item_id=item_id, card_id=card_id, at=at, gesture=gesture, by=by, wish=wish, overrides=overrides, reason=reason
    )
    _belongs_to(session, check_id, receipt.loan_id)
    return receipt


def check_in(session: Session, *, seen: Seen, item_id: UUID, loan_id: UUID | None, at: datetime, gesture: UUID, by: Actor) -> Slip:
    """Take a thing back and count its parts: what is missing goes with it to the staff list, and nobody pays.

    Raises NotAllowed, UnknownCode, ChangedMeanwhile (other parts than were shown).
    """
    # Counted first: an incomplete thing must not be put on the hold shelf by its return.
    check_id = check(session, item_id=item_id, seen=seen, moment=CheckMoment.BACK, at=at, gesture=gesture, by=by)
    slip = circulation.check_in(session, item_id=item_id, loan_id=loan_id, at=at, gesture=gesture, by=by)
    _belongs_to(session, check_id, slip.loan_id)
    return slip


def check(
    session: Session, *, item_id: UUID, seen: Seen, at: datetime, gesture: UUID, by: Actor, moment: CheckMoment = CheckMoment.HERE
) -> UUID | None:
    """Count the parts: with some missing the thing is `parts_missing` until a count finds all; gives the count, None when repeated.

    Raises NotAllowed, UnknownCode, ItemWithdrawn, ChangedMeanwhile (other parts than were shown), FactWrong.
    """
    if not by.is_staff:
        raise NotAllowed
    effect = journal.gesture_key(gesture, "parts_check", item_id)
    stock = known.stock(session, hall_id=by.hall_id, item_id=item_id, lock=True)
    if journal.before(session, hall_id=by.hall_id, gesture=effect).done is not None:
        return None
    if Condition.WITHDRAWN in stock.conditions:
        raise ItemWithdrawn
    parts = of(session, hall_id=by.hall_id, item_id=item_id)
    if {part.part_id for part in parts} != set(seen):
        raise ChangedMeanwhile
    if any(not 0 <= count <= _PIECES for count in seen.values()):
        raise FactWrong(field="parts")
    short = [(part.name, part.pieces - seen[part.part_id]) for part in parts if seen[part.part_id] < part.pieces]
    note = "、".join(f"{name}×{count}" if count > 1 else name for name, count in short)
    check_id = _write(session, item_id, seen, moment, sum(count for _, count in short), note, at, by)
    _tell_condition(session, stock, note, at, gesture, by)
    facts = {"check_id": str(check_id), "missing": note}
    journal.record(session, by, "parts_check", at=at, subject="item", subject_id=item_id, gesture=effect, facts=facts)
    return check_id


_parts = (
    sa.select(_part.c.id, _part.c.name, _part.c.pieces)
    .where(_part.c.hall_id == bindparam("hall_id"), _part.c.item_id == bindparam("item_id"), _part.c.removed_at.is_(None))
    .order_by(_part.c.position, _part.c.name)
)
_newest = (
    sa.select(_check.c.at, _check.c.moment, _check.c.missing, _check.c.note)
    .where(_check.c.hall_id == bindparam("hall_id"), _check.c.item_id == bindparam("item_id"))
    .order_by(_check.c.at.desc(), _check.c.id.desc())
    .limit(1)
)


def _write(session: Session, item_id: UUID, seen: Seen, moment: CheckMoment, missing: int, note: str, at: datetime, by: Actor) -> UUID:
    check_id = new_id()
    session.execute(sa.insert(_check), {
        "id": check_id, "hall_id": by.hall_id, "item_id": item_id, "moment": moment, "at": at, "staff_id": by.staff_id,
        "missing": missing, "note": plain(note, 200),
    })  # fmt: skip
    rows: list[dict[str, Any]] = [
        {"check_id": check_id, "part_id": part_id, "hall_id": by.hall_id, "seen": count} for part_id, count in seen.items()
    ]
    if rows:
        session.execute(sa.insert(_seen), rows)
    return check_id


def _tell_condition(session: Session, stock: known.Stock, missing: str, at: datetime, gesture: UUID, by: Actor) -> None:
    was = Condition.PARTS_MISSING in stock.conditions
    if missing and not was:
        conditions.begin(session, stock, Condition.PARTS_MISSING, missing, at, gesture, by)
    elif was and not missing:
        conditions.mend(session, item_id=stock.row.id, condition=Condition.PARTS_MISSING, reason=COMPLETE, at=at, gesture=gesture, by=by)


def _belongs_to(session: Session, check_id: UUID | None, loan_id: UUID | None) -> None:
    if check_id is not None and loan_id is not None:
        session.execute(sa.update(_check).where(_check.c.id == check_id).values(loan_id=loan_id))
