"""Stocktaking: freeze what should be there, scan what is there, and change nothing until it is closed and signed."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session

from models import (
    Condition,
    Difference,
    Item,
    ItemCondition,
    Loan,
    Room,
    Staff,
    Stocktake,
    StocktakeDifference,
    StocktakeLine,
    StocktakeScan,
    Title,
    new_id,
)
from services import approvals, clock, codes, conditions, finding, journal, numbers
from services.finding import FoundItem
from services.journal import Actor
from services.refusals import ApproverNotAllowed, FactWrong, NotAllowed, Refusal, StocktakeClosed, StocktakeOpen

_take = Stocktake.__table__  # type: ignore[attr-defined]
_line = StocktakeLine.__table__  # type: ignore[attr-defined]
_scan = StocktakeScan.__table__  # type: ignore[attr-defined]
_difference = StocktakeDifference.__table__  # type: ignore[attr-defined]
_item = Item.__table__  # type: ignore[attr-defined]
_title = Title.__table__  # type: ignore[attr-defined]
_room = Room.__table__  # type: ignore[attr-defined]
_loan = Loan.__table__  # type: ignore[attr-defined]
_staff = Staff.__table__  # type: ignore[attr-defined]
_condition = ItemCondition.__table__  # type: ignore[attr-defined]

SAMPLE: Final = 10
_LONGEST: Final = 120
_AWAY: Final = (Condition.WITHDRAWN, Condition.LOST)
_IS_AWAY: Final = sa.exists().where(
    _condition.c.hall_id == _item.c.hall_id,
    _condition.c.item_id == _item.c.id,
    _condition.c.condition.in_(_AWAY),
    _condition.c.ended_at.is_(None),
)
_OPEN_LOAN: Final = sa.exists().where(_loan.c.hall_id == _item.c.hall_id, _loan.c.item_id == _item.c.id, _loan.c.ended_at.is_(None))


class Mark(StrEnum):
    """What one scan came to."""

    SEEN = "seen"
    AGAIN = "again"
    MISPLACED = "misplaced"
    LENT = "lent"
    SURPLUS = "surplus"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Marked:
    """The answer to one scan."""

    mark: Mark
    code: str
    name: str = ""
    place: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One difference between shelf and register, in words."""

    kind: Difference
    item_id: UUID | None
    code: str
    name: str
    place: str
    found: str
    lost: bool = False


@dataclass(frozen=True, slots=True)
class Sheet:
    """A stocktake as it stands now, or as it was signed."""

    id: UUID
    number: int
    room_id: UUID | None
    room: str
    share: int
    started_at: datetime
    closed_at: datetime | None
    expected: int
    seen: int
    on_loan: int
    again: int
    people: str
    keeper: str
    approver: str
    lines: tuple[Line, ...]

    @property
    def missing(self) -> int:
        """How many were neither seen nor lent."""
        return sum(line.kind is Difference.MISSING for line in self.lines)

    @property
    def lost(self) -> int:
        """How many were declared lost."""
        return sum(line.lost for line in self.lines)


def start(session: Session, *, room_id: UUID | None, share: int, at: datetime, gesture: UUID, by: Actor) -> UUID:
    """Freeze the list of what should be there: all that has not left the stock and is not lost, or a random share of it.

    Raises NotAllowed, FactWrong (share, room), StocktakeOpen, ClockWrong.
    """
    effect = journal.gesture_key(gesture, "stocktake")
    before = journal.before(session, hall_id=by.hall_id, gesture=effect)
    if before.done is not None:
        return UUID(before.done["stocktake_id"])
    journal.refuse_wrong_clock(before.newest_at, at)
    _refuse_wrong_start(session, room_id, share, by)
    things = _should_be_there(session, by.hall_id, room_id)
    if share < 100:  # noqa: PLR2004  per cent
        things = sorted(secrets.SystemRandom().sample(things, -(-len(things) * share // 100)))
    take_id, number = new_id(), numbers.running(session, _take, by.hall_id)
    session.execute(sa.insert(_take), {
        "id": take_id, "hall_id": by.hall_id, "number": number, "room_id": room_id, "share": share, "started_at": at,
        "started_by": by.staff_id, "expected": len(things), "seen": 0, "on_loan": 0, "lost": 0, "people": "",
    })  # fmt: skip
    if things:
        session.execute(sa.insert(_line), [{"stocktake_id": take_id, "item_id": item_id, "hall_id": by.hall_id} for item_id in things])
    facts = {"stocktake_id": str(take_id), "number": number, "expected": len(things)}
    journal.record(session, by, "stocktake_start", at=at, subject="stocktake", subject_id=take_id, gesture=effect, facts=facts)
    return take_id


def scan(session: Session, *, stocktake_id: UUID, code: str, room_id: UUID | None, at: datetime, gesture: UUID, by: Actor) -> Marked:
    """Write down that a code was under the scanner in a room; whatever it is, nothing else is changed.

    The same gesture is the same scan. Raises NotAllowed, StocktakeClosed.
    """
    _locked(session, stocktake_id, by, share=True)
    code = "".join(sign for sign in code if sign.isprintable()).strip()[:_LONGEST]
    try:
        found = finding.find(session, hall_id=by.hall_id, text=code)
    except Refusal:
        found = None
    item_id = found.item_id if isinstance(found, FoundItem) else None
    scan_id = journal.gesture_key(gesture, "stocktake", code)
    if session.execute(sa.select(_scan.c.id).where(_scan.c.id == scan_id)).first() is None:
        session.execute(sa.insert(_scan), {
            "id": scan_id, "hall_id": by.hall_id, "stocktake_id": stocktake_id, "item_id": item_id, "code": code, "room_id": room_id,
            "at": at, "staff_id": by.staff_id,
        })  # fmt: skip
    return Marked(Mark.UNKNOWN, code) if item_id is None else _mark(session, stocktake_id, item_id, room_id, scan_id)


def open_now(session: Session, *, by: Actor) -> UUID | None:
    """Give the stocktake that is not closed: any tablet goes on with it, also after a power cut."""
    return session.execute(sa.select(_take.c.id).where(_take.c.hall_id == by.hall_id, _take.c.closed_at.is_(None))).scalar_one_or_none()


def past(session: Session, *, by: Actor, most: int = 20) -> list[UUID]:
    """Give the closed ones, the newest first."""
    closed = sa.select(_take.c.id).where(_take.c.hall_id == by.hall_id, _take.c.closed_at.is_not(None))
    return list(session.execute(closed.order_by(_take.c.number.desc()).limit(most)).scalars())


def sheet(session: Session, *, stocktake_id: UUID, by: Actor) -> Sheet:
    """Give a stocktake: what closing would write down now, or what was signed. Raises StocktakeClosed for none of this hall."""
    row = _row(session, stocktake_id, by)
    names = dict(session.execute(sa.select(_staff.c.id, _staff.c.name).where(_staff.c.hall_id == by.hall_id)).all())
    room = session.execute(sa.select(_room.c.name).where(_room.c.id == row.room_id)).scalar_one_or_none() or ""
    signed = names.get(row.closed_by, ""), names.get(row.approver_id, "")
    head = (row.id, row.number, row.room_id, room, row.share, row.started_at, row.closed_at, row.expected)
    counted = sa.select(sa.func.count() - sa.func.count(_scan.c.item_id.distinct())).where(_scan.c.item_id.is_not(None))
    again = int(session.execute(counted.where(_scan.c.stocktake_id == stocktake_id)).scalar_one())
    if row.closed_at is not None:
        return Sheet(*head, row.seen, row.on_loan, again, row.people, *signed, tuple(_signed_lines(session, stocktake_id)))
    looked = _look(session, by.hall_id, stocktake_id)
    people = "、".join(sorted(names.get(one, "") for one in looked.people))
    return Sheet(*head, looked.seen, looked.on_loan, again, people, *signed, looked.lines)


def close(session: Session, *, stocktake_id: UUID, lost: bool, approver_id: UUID | None, at: datetime, gesture: UUID, by: Actor) -> Sheet:
    """Write the list of differences and sign it; with an approver a shortage becomes lost. What was thought lost and is there is found.

    Raises NotAllowed, StocktakeClosed, ApproverNotAllowed, ClockWrong.
    """
    effect = journal.gesture_key(gesture, "stocktake_close", stocktake_id)
    before = journal.before(session, hall_id=by.hall_id, gesture=effect)
    if before.done is not None:
        return sheet(session, stocktake_id=stocktake_id, by=by)
    journal.refuse_wrong_clock(before.newest_at, at)
    row = _locked(session, stocktake_id, by)
    open_sheet = sheet(session, stocktake_id=stocktake_id, by=by)
    lost = lost and open_sheet.missing > 0
    if lost and approver_id is None:
        raise ApproverNotAllowed
    for line in sorted(open_sheet.lines, key=lambda line: line.item_id.bytes if line.item_id else b""):
        _settle(session, line, row.number, lost=lost, approver_id=approver_id, at=at, gesture=gesture, by=by)
    _write(session, open_sheet, lost=lost, approver_id=approver_id, at=at, by=by)
    facts = {"number": row.number, "missing": open_sheet.missing, "lost": open_sheet.missing if lost else 0}
    journal.record(session, by, "stocktake_close", at=at, subject="stocktake", subject_id=stocktake_id, gesture=effect, facts=facts)
    return sheet(session, stocktake_id=stocktake_id, by=by)


def _refuse_wrong_start(session: Session, room_id: UUID | None, share: int, by: Actor) -> None:
    if not by.is_staff:
        raise NotAllowed
    if share not in {SAMPLE, 100}:
        raise FactWrong(field="share")
    known = sa.select(_room.c.id).where(_room.c.id == room_id, _room.c.hall_id == by.hall_id)
    if room_id is not None and session.execute(known).first() is None:
        raise FactWrong(field="room")
    number = session.execute(sa.select(_take.c.number).where(_take.c.hall_id == by.hall_id, _take.c.closed_at.is_(None))).scalar()
    if number is not None:
        raise StocktakeOpen(number=number)


def _should_be_there(session: Session, hall_id: UUID, room_id: UUID | None) -> list[UUID]:
    scope = (_item.c.hall_id == hall_id, *((_item.c.home_room_id == room_id,) if room_id else ()))
    return list(session.execute(sa.select(_item.c.id).where(*scope, ~_IS_AWAY).order_by(_item.c.id)).scalars())


def _mark(session: Session, stocktake_id: UUID, item_id: UUID, room_id: UUID | None, scan_id: UUID) -> Marked:
    earlier = sa.exists().where(_scan.c.stocktake_id == stocktake_id, _scan.c.item_id == item_id, _scan.c.id != scan_id)
    row = session.execute(
        sa.select(
            _item.c.number, _item.c.home_room_id, _item.c.shelf, _item.c.counted, _title.c.name, _title.c.call_number,
            _room.c.name.label("room"), _OPEN_LOAN.label("lent"), _IS_AWAY.label("away"), earlier.label("earlier"),
        )
        .join(_title, _title.c.id == _item.c.title_id)
        .join(_room, _room.c.id == _item.c.home_room_id)
        .where(_item.c.id == item_id)
    ).one()  # fmt: skip
    if row.lent and not row.counted:
        mark = Mark.LENT
    elif room_id is not None and room_id != row.home_room_id:
        mark = Mark.MISPLACED
    elif row.away:
        mark = Mark.SURPLUS
    else:
        mark = Mark.AGAIN if row.earlier else Mark.SEEN
    return Marked(mark, codes.clear(row.number), row.name, _place(row.room, row.shelf, row.call_number))


@dataclass(frozen=True, slots=True)
class _Look:
    seen: int
    on_loan: int
    people: frozenset[UUID | None]
    lines: tuple[Line, ...]


def _look(session: Session, hall_id: UUID, stocktake_id: UUID) -> _Look:
    """Hold every scan against the frozen list."""
    rooms = dict(session.execute(sa.select(_room.c.id, _room.c.name).where(_room.c.hall_id == hall_id)).all())
    scans = session.execute(sa.select(_scan).where(_scan.c.stocktake_id == stocktake_id).order_by(_scan.c.at, _scan.c.id)).all()
    where = {row.item_id: row.room_id for row in scans if row.item_id}
    expected = set(session.execute(sa.select(_line.c.item_id).where(_line.c.stocktake_id == stocktake_id)).scalars())
    seen = expected & where.keys()
    things = _things(session, hall_id, stocktake_id)
    lines, on_loan = [], 0
    for item in things:
        kind = _kind(item, where)
        on_loan += item.lent and not item.counted and item.id not in where
        if kind is not None:
            found = rooms.get(where.get(item.id), "")
            place = _place(rooms[item.home_room_id], item.shelf, item.call_number)
            lines.append(Line(kind, item.id, item.number, item.name, place, found))
    strays = {row.code: row for row in scans if row.item_id is None}
    lines += [Line(Difference.UNKNOWN, None, code, "", "", rooms.get(row.room_id, "")) for code, row in strays.items()]
    order = list(Difference)
    lines.sort(key=lambda line: (order.index(line.kind), line.place, line.code))
    return _Look(len(seen), on_loan, frozenset(row.staff_id for row in scans), tuple(lines))


def _kind(item: sa.Row[Any], where: dict[UUID, UUID | None]) -> Difference | None:
    if item.id not in where:
        return None if item.lent or item.away else Difference.MISSING
    if item.lent and not item.counted:
        return Difference.LENT
    if where[item.id] not in {None, item.home_room_id}:
        return Difference.MISPLACED
    return Difference.SURPLUS if item.away else None


def _things(session: Session, hall_id: UUID, stocktake_id: UUID) -> Sequence[sa.Row[Any]]:
    """Give everything expected, and everything that was seen besides."""
    wanted = sa.union(
        sa.select(_line.c.item_id).where(_line.c.stocktake_id == stocktake_id),
        sa.select(_scan.c.item_id).where(_scan.c.stocktake_id == stocktake_id, _scan.c.item_id.is_not(None)),
    )
    return session.execute(
        sa.select(
            _item.c.id, _item.c.number, _item.c.home_room_id, _item.c.shelf, _item.c.counted, _title.c.name, _title.c.call_number,
            _OPEN_LOAN.label("lent"), _IS_AWAY.label("away"),
        )
        .join(_title, _title.c.id == _item.c.title_id)
        .where(_item.c.hall_id == hall_id, _item.c.id.in_(wanted))
    ).all()  # fmt: skip


def _settle(
    session: Session, line: Line, number: int, *, lost: bool, approver_id: UUID | None, at: datetime, gesture: UUID, by: Actor
) -> None:
    """Do what the list says: a shortage is lost, what was thought lost is there."""
    if line.item_id is None:
        return
    if line.kind is not Difference.MISSING:
        conditions.found(session, item_id=line.item_id, at=at, by=by)
    elif lost and approver_id is not None:
        room = session.execute(sa.select(_item.c.home_room_id).where(_item.c.id == line.item_id)).scalar_one()
        approvals.require(session, staff_id=approver_id, hall_id=by.hall_id, room_id=room, day=clock.local_day(at))
        conditions.mark(session, item_id=line.item_id, condition=Condition.LOST, reason=f"盘点 {number}", at=at, gesture=gesture, by=by)


def _write(session: Session, done: Sheet, *, lost: bool, approver_id: UUID | None, at: datetime, by: Actor) -> None:
    rows = [
        {
            "id": new_id(), "hall_id": by.hall_id, "stocktake_id": done.id, "position": position, "kind": line.kind,
            "item_id": line.item_id, "code": line.code, "name": line.name, "place": line.place, "found": line.found,
            "lost": lost and line.kind is Difference.MISSING,
        }
        for position, line in enumerate(done.lines, start=1)
    ]  # fmt: skip
    if rows:
        session.execute(sa.insert(_difference), rows)
    session.execute(
        sa.update(_take)
        .where(_take.c.id == done.id)
        .values(
            closed_at=max(at, done.started_at), closed_by=by.staff_id, approver_id=approver_id if lost else None, seen=done.seen,
            on_loan=done.on_loan, lost=done.missing if lost else 0, people=done.people[:200],
        )
    )  # fmt: skip


def _signed_lines(session: Session, stocktake_id: UUID) -> list[Line]:
    rows = session.execute(sa.select(_difference).where(_difference.c.stocktake_id == stocktake_id).order_by(_difference.c.position))
    return [Line(row.kind, row.item_id, row.code, row.name, row.place, row.found, row.lost) for row in rows]


def _row(session: Session, stocktake_id: UUID, by: Actor) -> sa.Row[Any]:
    row = session.execute(sa.select(_take).where(_take.c.id == stocktake_id, _take.c.hall_id == by.hall_id)).one_or_none()
    if row is None:
        raise StocktakeClosed
    return row


def _locked(session: Session, stocktake_id: UUID, by: Actor, *, share: bool = False) -> sa.Row[Any]:
    """Lock it: scans share it, so that many tablets scan at once; closing waits for them, and they for it."""
    if not by.is_staff:
        raise NotAllowed
    question = sa.select(_take).where(_take.c.id == stocktake_id, _take.c.hall_id == by.hall_id, _take.c.closed_at.is_(None))
    row = session.execute(question.with_for_update(read=share)).one_or_none()
    if row is None:
        raise StocktakeClosed
    return row


def _place(room: str, shelf: str, call_number: str) -> str:
    return " ".join(part for part in (room, shelf, call_number) if part)[:100]
