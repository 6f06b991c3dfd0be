"""Announced stops: announce, extend, lift; what is due inside moves forward, and every version of the notice stays."""

from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam
from sqlmodel import Session

from models import Closure, ClosureHours, ClosureNotice, Way, new_id
from services import approvals, clock, closure_answers, hours, journal, moving, numbers, timetable
from services.closure_answers import Answers, Given, Inside
from services.closure_plans import SET_ASIDE, Plan, inside, reasons, refuse_unsigned, reopening, scope_of
from services.journal import Actor
from services.moving import Moved
from services.refusals import ChangedMeanwhile, FactWrong, NoticeTooShort, Refusal, ReopeningMissing
from services.spans import Span, joined
from services.texts import plain

_closure = Closure.__table__  # type: ignore[attr-defined]
_notice = ClosureNotice.__table__  # type: ignore[attr-defined]
_hours = ClosureHours.__table__  # type: ignore[attr-defined]


NOTHING_INSIDE: Answers = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Preview:
    """What announcing would do; nothing is written. `reopens_at` is what the screens will show."""

    refusals: tuple[Refusal, ...]
    reopens_at: datetime | None
    moved: tuple[Moved, ...]
    inside: tuple[Inside, ...] = ()

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
    answered: tuple[Given, ...] = ()


def preview(session: Session, *, hall_id: UUID, plan: Plan, at: datetime) -> Preview:
    """Look before announcing: every reason to refuse, the opening that will be shown, and what would move."""
    refusals = tuple(reasons(session, hall_id, plan, at))
    if plan.expected_reopen_at is None or plan.expected_reopen_at <= plan.starts_at:
        return Preview(refusals, None, ())
    scope = scope_of(session, hall_id, plan.room_id, plan.open_item_id)
    span = Span(plan.starts_at, plan.expected_reopen_at)
    moved = inside(session, scope, span, plan.kept, at, lock=False)
    found = closure_answers.inside(session, scope=scope, span=span, kept=plan.kept, at=at, propose=True)
    return Preview(refusals, reopening(session, scope, span, plan.kept), moved, found)


def later_inside(session: Session, *, closure_id: UUID, expected_reopen_at: datetime, at: datetime, by: Actor) -> tuple[Inside, ...]:
    """List the events and bookings that a later reopening would fall upon; nothing is written. Raises FactWrong (no such closure)."""
    row = _in_force(session, by.hall_id, closure_id)
    if expected_reopen_at <= max(row.starts_at, at):
        return ()
    return _inside(session, row, closure_id, Span(row.starts_at, expected_reopen_at), at, propose=True)


def announce(
    session: Session,
    *,
    plan: Plan,
    at: datetime,
    gesture: UUID,
    by: Actor,
    short_notice_reason: str = "",
    approver_id: UUID | None = None,
    answers: Answers = NOTHING_INSIDE,
) -> Announced:
    """Publish a stop; loans and pickups due inside move to the first open day, once, and events and bookings as was answered for each.

    Raises, in order: ReopeningMissing, ReopeningBeforeStart, FactMissing (contact, signer), FactWrong (room, service, slots),
    NoticeTooShort and HolidayClosed, which an approver may set aside with a reason, the notice is then flagged for inspection,
    HolidayShorter, InsideUnanswered, and what speaks against a move (RoomTaken, SlotTaken, RoomClosed, ThingKept, …).
    """
    timetable.queue_up(session, by.hall_id)
    if closure_id := _done(session, by, gesture):
        return _announced(session, closure_id, 1)
    timetable.hold_hours(session, by.hall_id)
    aside = []
    for refusal in reasons(session, by.hall_id, plan, at):
        if not isinstance(refusal, SET_ASIDE) or not plain(short_notice_reason, 200):
            raise refusal
        _require_approver(session, plan, approver_id or by.staff_id, by, at)
        aside.append(refusal.code)
    found = _found(session, by.hall_id, plan, at)
    closure_answers.refuse_unanswered(found, answers, plan.reason_code)
    closure_id = new_id()
    session.execute(
        sa.insert(_closure),
        {
            "id": closure_id, "hall_id": by.hall_id, "number": numbers.running(session, _closure, by.hall_id), "room_id": plan.room_id,
            "open_item_id": plan.open_item_id, "reason_code": plan.reason_code, "starts_at": plan.starts_at,
            "expected_reopen_at": plan.expected_reopen_at, "reopened_at": None,
        },
    )  # fmt: skip
    kept = [{"id": new_id(), "hall_id": by.hall_id, "closure_id": closure_id, "starts": s.start, "ends": s.end} for s in joined(plan.kept)]
    if kept:
        session.execute(sa.insert(_hours), kept)
    reason = plain(short_notice_reason, 200) if aside else ""
    _publish(session, closure_id, 1, plan, at, by, flag_reason=reason)
    _move(session, closure_id, 1, by.hall_id, at)
    _answer(session, closure_id, 1, found, answers, plan.reason, at, gesture, by)
    _write_down(session, "closure_announce", closure_id, at, gesture, by, aside=",".join(aside), flag_reason=reason)
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
    answers: Answers = NOTHING_INSIDE,
) -> Announced:
    """Publish a later reopening as a new version; the old notice is kept, and what is due until then moves.

    Raises ChangedMeanwhile (lifted already), ReopeningMissing, FactWrong (not later than announced, or past), FactMissing, and
    InsideUnanswered for events and bookings that are newly covered.
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
    refuse_unsigned(plan)
    found = _inside(session, old, closure_id, Span(old.starts_at, expected_reopen_at), at)
    closure_answers.refuse_unanswered(found, answers, old.reason_code)
    session.execute(sa.update(_closure).where(_closure.c.id == closure_id).values(expected_reopen_at=expected_reopen_at))
    _publish(session, closure_id, version + 1, plan, at, by)
    _move(session, closure_id, version + 1, by.hall_id, at)
    _answer(session, closure_id, version + 1, found, answers, reason, at, gesture, by)
    _write_down(session, "closure_extend", closure_id, at, gesture, by, version=version + 1)
    return _announced(session, closure_id, version + 1)


def lift(session: Session, *, closure_id: UUID, at: datetime, gesture: UUID, by: Actor) -> tuple[Given, ...]:
    """Reopen now, before, at or after the announced time; before the start this calls the stop off.

    No due day is pulled back; what fell due while it reopened late moves. Gives the events and bookings it had called off that
    would still be to come: nothing brings them back but the keeper.

    Raises ChangedMeanwhile when it was lifted already.
    """
    timetable.queue_up(session, by.hall_id)
    if _done(session, by, gesture):
        return stay_cancelled(session, closure_id=closure_id, at=at, by=by)
    timetable.hold_hours(session, by.hall_id)
    old = _in_force(session, by.hall_id, closure_id)
    done = session.execute(sa.update(_closure).where(_closure.c.id == closure_id, _closure.c.reopened_at.is_(None)).values(reopened_at=at))
    if done.rowcount != 1:  # type: ignore[attr-defined]
        raise ChangedMeanwhile
    if at > old.expected_reopen_at:
        # Reopened late: what fell due since the announced time fell due behind a shut door. The next version's number is free for it.
        _move(session, closure_id, _version(session, closure_id) + 1, by.hall_id, at)
    _write_down(session, "closure_lift", closure_id, at, gesture, by)
    return stay_cancelled(session, closure_id=closure_id, at=at, by=by)


def stay_cancelled(session: Session, *, closure_id: UUID, at: datetime, by: Actor) -> tuple[Given, ...]:
    """Give what a closure has called off of that which would still be to come."""
    given = closure_answers.given(session, hall_id=by.hall_id, closure_id=closure_id)
    return tuple(one for one in given if one.way is Way.CANCELLED and one.old.end > at)


def versions(session: Session, *, hall_id: UUID, closure_id: UUID) -> tuple[ClosureNotice, ...]:
    """Read every version of a closure's notice, the first one first; each can still be printed."""
    question = sa.select(ClosureNotice).where(_notice.c.hall_id == hall_id, _notice.c.closure_id == closure_id)
    return tuple(session.execute(question.order_by(_notice.c.version)).scalars())


# -- what moves, and who approves ---------------------------------------------------------------------------------------


def _require_approver(session: Session, plan: Plan, staff_id: UUID | None, by: Actor, at: datetime) -> None:
    if staff_id is None:
        raise NoticeTooShort
    for room_id in scope_of(session, by.hall_id, plan.room_id, plan.open_item_id).rooms:
        approvals.require(session, staff_id=staff_id, hall_id=by.hall_id, room_id=room_id, day=clock.local_day(at))


def _move(session: Session, closure_id: UUID, version: int, hall_id: UUID, at: datetime) -> None:
    row = _in_force(session, hall_id, closure_id)
    scope = scope_of(session, hall_id, row.room_id, row.open_item_id)
    span = Span(row.starts_at, row.reopened_at or row.expected_reopen_at)
    moved = inside(session, scope, span, hours.kept_in(session, closure_id), at, lock=True)
    moving.move(session, hall_id=hall_id, moved=moved, at=at, closure_id=closure_id, version=version)


def _found(session: Session, hall_id: UUID, plan: Plan, at: datetime) -> tuple[Inside, ...]:
    assert plan.expected_reopen_at is not None
    scope = scope_of(session, hall_id, plan.room_id, plan.open_item_id)
    return closure_answers.inside(session, scope=scope, span=Span(plan.starts_at, plan.expected_reopen_at), kept=plan.kept, at=at)


def _inside(
    session: Session, row: Any, closure_id: UUID, span: Span[datetime], at: datetime, *, propose: bool = False
) -> tuple[Inside, ...]:
    scope, kept = scope_of(session, row.hall_id, row.room_id, row.open_item_id), hours.kept_in(session, closure_id)
    return closure_answers.inside(session, scope=scope, span=span, kept=kept, at=at, closure_id=closure_id, propose=propose)


def _answer(
    session: Session,
    closure_id: UUID,
    version: int,
    found: tuple[Inside, ...],
    answers: Answers,
    reason: str,
    at: datetime,
    gesture: UUID,
    by: Actor,
) -> None:
    # Where no reason was written the notice's number stands for it.
    why = plain(reason, 200) or f"№{_in_force(session, by.hall_id, closure_id).number}"
    facts: dict[str, Any] = {"version": version, "found": found, "answers": answers, "reason": why, "at": at, "gesture": gesture, "by": by}
    closure_answers.act(session, closure_id=closure_id, **facts)


# -- rows --------------------------------------------------------------------------------------------------------------


def _key(gesture: UUID) -> UUID:
    return journal.gesture_key(gesture, "closure")


def _done(session: Session, by: Actor, gesture: UUID) -> UUID | None:
    done = journal.before(session, hall_id=by.hall_id, gesture=_key(gesture)).done
    return UUID(done["closure_id"]) if done else None


def _write_down(
    session: Session,
    verb: str,
    closure_id: UUID,
    at: datetime,
    gesture: UUID,
    by: Actor,
    *,
    version: int = 1,
    aside: str = "",
    flag_reason: str = "",
) -> None:
    facts = {"closure_id": str(closure_id), "version": version}
    journal.record(
        session, by, verb, at=at, subject="closure", subject_id=closure_id, gesture=_key(gesture), facts=facts,
        overridden=aside, reason=flag_reason,
    )  # fmt: skip


def _in_force(session: Session, hall_id: UUID, closure_id: UUID) -> Any:
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
    scope = scope_of(session, row.hall_id, row.room_id, row.open_item_id)
    reopens_at = reopening(session, scope, Span(row.starts_at, row.expected), hours.kept_in(session, closure_id))
    moved = moving.moves_of(session, closure_id=closure_id, version=version)
    answered = tuple(one for one in closure_answers.given(session, hall_id=row.hall_id, closure_id=closure_id) if one.version == version)
    return Announced(closure_id, row.number, version, row.flagged, row.expected, reopens_at, moved, answered)
