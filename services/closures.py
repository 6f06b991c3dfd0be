"""Announced stops: announce, extend, lift; what is due inside moves forward, and every version of the notice stays."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam
from sqlmodel import Session

from models import Closure, ClosureNotice, ClosureReason, Hall, HouseRules, Medium, OpenItem, Room, new_id
from services import approvals, clock, hours, journal, moving, timetable
from services.calendars import Calendar, Together
from services.journal import Actor
from services.moving import Moved
from services.refusals import (
    ChangedMeanwhile,
    FactMissing,
    FactWrong,
    NoticeTooShort,
    Refusal,
    ReopeningBeforeStart,
    ReopeningMissing,
)
from services.spans import Span, joined
from services.texts import plain

_hall = Hall.__table__  # type: ignore[attr-defined]
_rules = HouseRules.__table__  # type: ignore[attr-defined]
_room = Room.__table__  # type: ignore[attr-defined]
_service = OpenItem.__table__  # type: ignore[attr-defined]
_closure = Closure.__table__  # type: ignore[attr-defined]
_notice = ClosureNotice.__table__  # type: ignore[attr-defined]

WITHOUT_NOTICE = frozenset({ClosureReason.FORCE_MAJEURE, ClosureReason.CALLED_AWAY})
"""Reasons nobody can announce seven days ahead (公共文化体育设施条例 §18; rules.md §4)."""


@dataclass(frozen=True, slots=True)
class Plan:
    """A stop as it is to be announced: of the hall, of a room, or of one service in it."""

    reason_code: ClosureReason
    starts_at: datetime
    expected_reopen_at: datetime | None
    contact: str
    signer: str
    reason: str = ""
    room_id: UUID | None = None
    open_item_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Preview:
    """What announcing would do; nothing is written. `reopens_at` is what the screens will show."""

    refusals: tuple[Refusal, ...]
    reopens_at: datetime | None
    moved: tuple[Moved, ...]

    @property
    def loans(self) -> tuple[Moved, ...]:
        """What is due inside."""
        return tuple(one for one in self.moved if not one.is_pickup)

    @property
    def pickups(self) -> tuple[Moved, ...]:
        """What is kept for somebody and would be picked up inside."""
        return tuple(one for one in self.moved if one.is_pickup)


@dataclass(frozen=True, slots=True)
class Announced:
    """One published version of a notice, and what it moved."""

    closure_id: UUID
    number: int
    version: int
    flagged: bool
    expected_reopen_at: datetime
    reopens_at: datetime | None
    moved: tuple[Moved, ...]


@dataclass(frozen=True, slots=True)
class _Scope:
    """What a stop closes: these rooms, for all they do or for one class of things (None inside: for nothing that is lent)."""

    hall_id: UUID
    rooms: tuple[UUID, ...]
    whole: bool = True
    lends: Medium | None = None

    def stops(self, item_class: Medium | None) -> bool:
        return self.whole or (self.lends is not None and item_class is self.lends)


def preview(session: Session, *, hall_id: UUID, plan: Plan, at: datetime) -> Preview:
    """Look before announcing: every reason to refuse, the opening that will be shown, and what would move."""
    refusals = tuple(_reasons(session, hall_id, plan, at))
    if plan.expected_reopen_at is None or plan.expected_reopen_at <= plan.starts_at:
        return Preview(refusals, None, ())
    scope = _scope(session, hall_id, plan.room_id, plan.open_item_id)
    span = Span(plan.starts_at, plan.expected_reopen_at)
    return Preview(refusals, _reopening(session, scope, span), _inside(session, scope, span, at, lock=False))


def announce(
    session: Session,
    *,
    plan: Plan,
    at: datetime,
    gesture: UUID,
    by: Actor,
    short_notice_reason: str = "",
    approver_id: UUID | None = None,
) -> Announced:
    """Publish a stop; loans and pickups due inside move to the first open day, once.

    Raises, in order: ReopeningMissing, ReopeningBeforeStart, FactMissing (contact, signer), FactWrong (room, service) and
    NoticeTooShort, which an approver may set aside with a reason; the notice is then flagged for inspection.
    """
    timetable.queue_up(session, by.hall_id)
    if closure_id := _done(session, by, gesture):
        return _announced(session, closure_id, 1)
    timetable.hold_hours(session, by.hall_id)
    flagged = False
    for refusal in _reasons(session, by.hall_id, plan, at):
        if not isinstance(refusal, NoticeTooShort) or not plain(short_notice_reason, 200):
            raise refusal
        _require_approver(session, plan, approver_id or by.staff_id, by, at)
        flagged = True
    closure_id = new_id()
    session.execute(
        sa.insert(_closure),
        {
            "id": closure_id, "hall_id": by.hall_id, "number": _next_number(session, by.hall_id), "room_id": plan.room_id,
            "open_item_id": plan.open_item_id, "reason_code": plan.reason_code, "starts_at": plan.starts_at,
            "expected_reopen_at": plan.expected_reopen_at, "reopened_at": None,
        },
    )  # fmt: skip
    reason = plain(short_notice_reason, 200) if flagged else ""
    _publish(session, closure_id, 1, plan, at, by, flag_reason=reason)
    _move(session, closure_id, 1, by.hall_id, at)
    _write_down(session, "closure_announce", closure_id, at, gesture, by, flag_reason=reason)
    return _announced(session, closure_id, 1)


def extend(
    session: Session,
    *,
    closure_id: UUID,
    expected_reopen_at: datetime | None,
    reason: str,
    contact: str,
    signer: str,
    at: datetime,
    gesture: UUID,
    by: Actor,
) -> Announced:
    """Publish a later reopening as a new version; the old notice is kept, and what is due until then moves.

    Raises ChangedMeanwhile (lifted already), ReopeningMissing, FactWrong (not later than announced, or past) and FactMissing.
    """
    timetable.queue_up(session, by.hall_id)
    if done := journal.before(session, hall_id=by.hall_id, gesture=_key(gesture)).done:
        return _announced(session, closure_id, done["version"])
    timetable.hold_hours(session, by.hall_id)
    old = _in_force(session, by.hall_id, closure_id)
    version = _version(session, closure_id)
    if old.reopened_at is not None:
        raise ChangedMeanwhile
    if expected_reopen_at is None:
        raise ReopeningMissing
    if expected_reopen_at <= max(old.expected_reopen_at, at):
        raise FactWrong(field="expected_reopen_at")
    plan = Plan(old.reason_code, old.starts_at, expected_reopen_at, contact, signer, reason, old.room_id, old.open_item_id)
    _refuse_unsigned(plan)
    session.execute(sa.update(_closure).where(_closure.c.id == closure_id).values(expected_reopen_at=expected_reopen_at))
    _publish(session, closure_id, version + 1, plan, at, by)
    _move(session, closure_id, version + 1, by.hall_id, at)
    _write_down(session, "closure_extend", closure_id, at, gesture, by, version=version + 1)
    return _announced(session, closure_id, version + 1)


def lift(session: Session, *, closure_id: UUID, at: datetime, gesture: UUID, by: Actor) -> None:
    """Reopen now, before, at or after the announced time; before the start this calls the stop off.

    No due day is pulled back; what fell due while it reopened late moves.

    Raises ChangedMeanwhile when it was lifted already.
    """
    timetable.queue_up(session, by.hall_id)
    if _done(session, by, gesture):
        return
    timetable.hold_hours(session, by.hall_id)
    old = _in_force(session, by.hall_id, closure_id)
    done = session.execute(sa.update(_closure).where(_closure.c.id == closure_id, _closure.c.reopened_at.is_(None)).values(reopened_at=at))
    if done.rowcount != 1:  # type: ignore[attr-defined]
        raise ChangedMeanwhile
    if at > old.expected_reopen_at:
        # Reopened late: what fell due since the announced time fell due behind a shut door. The next version's number is free for it.
        _move(session, closure_id, _version(session, closure_id) + 1, by.hall_id, at)
    _write_down(session, "closure_lift", closure_id, at, gesture, by)


def versions(session: Session, *, hall_id: UUID, closure_id: UUID) -> tuple[ClosureNotice, ...]:
    """Read every version of a closure's notice, the first one first; each can still be printed."""
    question = sa.select(ClosureNotice).where(_notice.c.hall_id == hall_id, _notice.c.closure_id == closure_id)
    return tuple(session.execute(question.order_by(_notice.c.version)).scalars())


# -- what is refused ---------------------------------------------------------------------------------------------------


def _reasons(session: Session, hall_id: UUID, plan: Plan, at: datetime) -> list[Refusal]:
    if plan.expected_reopen_at is None:
        return [ReopeningMissing()]
    if plan.expected_reopen_at <= plan.starts_at or plan.expected_reopen_at <= at:
        return [ReopeningBeforeStart()]
    try:
        _refuse_unsigned(plan)
        _scope(session, hall_id, plan.room_id, plan.open_item_id)
    except Refusal as refusal:
        return [refusal]
    days = session.execute(sa.select(_rules.c.notice_days).where(_rules.c.hall_id == hall_id)).scalar_one()
    ahead = (clock.local_day(plan.starts_at) - clock.local_day(at)).days
    return [NoticeTooShort(days=days)] if plan.reason_code not in WITHOUT_NOTICE and ahead < days else []


def _refuse_unsigned(plan: Plan) -> None:
    for field in ("contact", "signer"):
        if not plain(getattr(plan, field), 40):
            raise FactMissing(field=field)


def _require_approver(session: Session, plan: Plan, staff_id: UUID | None, by: Actor, at: datetime) -> None:
    if staff_id is None:
        raise NoticeTooShort
    for room_id in _scope(session, by.hall_id, plan.room_id, plan.open_item_id).rooms:
        approvals.require(session, staff_id=staff_id, hall_id=by.hall_id, room_id=room_id, day=clock.local_day(at))


# -- what is closed, and what moves ------------------------------------------------------------------------------------


def _scope(session: Session, hall_id: UUID, room_id: UUID | None, open_item_id: UUID | None) -> _Scope:
    rooms = (
        session.execute(sa.select(_room.c.id).where(_room.c.hall_id == hall_id).order_by(_room.c.position, _room.c.code)).scalars().all()
    )
    if room_id is None and open_item_id is None:
        return _Scope(hall_id, tuple(rooms))
    if room_id is None or room_id not in rooms:
        raise FactWrong(field="room")
    if open_item_id is None:
        return _Scope(hall_id, (room_id,))
    question = sa.select(_service.c.lends).where(_service.c.id == open_item_id, _service.c.room_id == room_id)
    service = session.execute(question).one_or_none()
    if service is None:
        raise FactWrong(field="service")
    return _Scope(hall_id, (room_id,), whole=False, lends=service.lends)


def _inside(session: Session, scope: _Scope, span: Span[datetime], at: datetime, *, lock: bool) -> tuple[Moved, ...]:
    def as_it_will_be(room_id: UUID, item_class: Medium) -> Calendar:
        calendar = hours.calendar_of(session, room_id, item_class)
        return replace(calendar, closures=joined((*calendar.closures, span))) if scope.stops(item_class) else calendar

    return moving.overtaken(
        session, hall_id=scope.hall_id, rooms=scope.rooms, calendar_for=as_it_will_be, since=span.start, at=at, lock=lock
    )


def _reopening(session: Session, scope: _Scope, span: Span[datetime]) -> datetime | None:
    calendars = (hours.calendar_of(session, room_id, scope.lends) for room_id in scope.rooms)
    closed = tuple(replace(calendar, closures=joined((*calendar.closures, span))) for calendar in calendars)
    return Together(closed).next_opening(span.end)


def _move(session: Session, closure_id: UUID, version: int, hall_id: UUID, at: datetime) -> None:
    row = _in_force(session, hall_id, closure_id)
    scope = _scope(session, hall_id, row.room_id, row.open_item_id)
    moved = _inside(session, scope, Span(row.starts_at, row.reopened_at or row.expected_reopen_at), at, lock=True)
    moving.move(session, hall_id=hall_id, moved=moved, at=at, closure_id=closure_id, version=version)


# -- rows --------------------------------------------------------------------------------------------------------------


def _key(gesture: UUID) -> UUID:
    return journal.gesture_key(gesture, "closure")


def _done(session: Session, by: Actor, gesture: UUID) -> UUID | None:
    done = journal.before(session, hall_id=by.hall_id, gesture=_key(gesture)).done
    return UUID(done["closure_id"]) if done else None


def _write_down(
    session: Session, verb: str, closure_id: UUID, at: datetime, gesture: UUID, by: Actor, *, version: int = 1, flag_reason: str = ""
) -> None:
    facts = {"closure_id": str(closure_id), "version": version}
    aside = NoticeTooShort.code if flag_reason else ""
    journal.record(
        session, by, verb, at=at, subject="closure", subject_id=closure_id, gesture=_key(gesture), facts=facts,
        overridden=aside, reason=flag_reason,
    )  # fmt: skip


def _next_number(session: Session, hall_id: UUID) -> int:
    highest = session.execute(sa.select(sa.func.max(_closure.c.number)).where(_closure.c.hall_id == hall_id)).scalar()
    return int(highest or 0) + 1


def _in_force(session: Session, hall_id: UUID, closure_id: UUID) -> sa.Row[tuple[object, ...]]:
    row = session.execute(sa.select(_closure).where(_closure.c.id == closure_id, _closure.c.hall_id == hall_id)).one_or_none()
    if row is None:
        raise FactWrong(field="closure")
    return row


def _version(session: Session, closure_id: UUID) -> int:
    return int(session.execute(sa.select(sa.func.max(_notice.c.version)).where(_notice.c.closure_id == closure_id)).scalar_one())


def _publish(session: Session, closure_id: UUID, version: int, plan: Plan, at: datetime, by: Actor, *, flag_reason: str = "") -> None:
    session.execute(
        sa.insert(_notice),
        {
            "id": new_id(), "hall_id": by.hall_id, "closure_id": closure_id, "version": version, "published_at": at,
            "expected_reopen_at": plan.expected_reopen_at, "reason": plain(plan.reason, 400),
            "contact": plain(plan.contact, 40), "signer": plain(plan.signer, 40),
            "staff_id": by.staff_id, "flagged": bool(flag_reason), "flag_reason": plain(flag_reason, 200),
        },
    )  # fmt: skip


_version_row = (
    sa.select(_closure, _notice.c.version, _notice.c.flagged, _notice.c.expected_reopen_at.label("expected"))
    .join(_notice, _notice.c.closure_id == _closure.c.id)
    .where(_closure.c.id == bindparam("closure_id"), _notice.c.version == bindparam("version"))
)


def _announced(session: Session, closure_id: UUID, version: int) -> Announced:
    row = session.execute(_version_row, {"closure_id": closure_id, "version": version}).one()
    scope = _scope(session, row.hall_id, row.room_id, row.open_item_id)
    reopens_at = _reopening(session, scope, Span(row.starts_at, row.expected))
    moved = moving.moves_of(session, closure_id=closure_id, version=version)
    return Announced(closure_id, row.number, version, row.flagged, row.expected, reopens_at, moved)
