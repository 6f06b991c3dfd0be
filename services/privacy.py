"""Forgetting: 180 days after the return (policy), or when somebody asks, the thread from a loan to its patron is cut; counts stay."""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session

from models import (
    Card,
    CardEnd,
    FaultReport,
    Hold,
    HouseRules,
    JournalRow,
    KeypadTry,
    Loan,
    Patron,
    SignInTry,
    StaffSession,
    Suspension,
    TeamMember,
)
from models.circulation import HOLD_ACTIVE
from services import booking_traces, clock, holds, journal, sign_ups, suggestions
from services.journal import Actor
from services.refusals import CardUnknown, LoanOpen, NotAllowed

_loan = Loan.__table__  # type: ignore[attr-defined]
_hold = Hold.__table__  # type: ignore[attr-defined]
_patron = Patron.__table__  # type: ignore[attr-defined]
_card = Card.__table__  # type: ignore[attr-defined]
_suspension = Suspension.__table__  # type: ignore[attr-defined]
_report = FaultReport.__table__  # type: ignore[attr-defined]
_journal = JournalRow.__table__  # type: ignore[attr-defined]
_member = TeamMember.__table__  # type: ignore[attr-defined]
_rules = HouseRules.__table__  # type: ignore[attr-defined]
_keypad = KeypadTry.__table__  # type: ignore[attr-defined]
_tries = SignInTry.__table__  # type: ignore[attr-defined]
_sessions = StaffSession.__table__  # type: ignore[attr-defined]

BLANKED: Final = "已脱敏"
# What a person's row says of them; kind, sex and the day of registration stay for the counts.
_NOBODY: Final = {
    "name": BLANKED, "initials": "", "birth_date": None, "phone": "", "phone_end": "", "pin_hash": "", "villager_group": "",
    "guardian_name": "", "guardian_relation": "", "guardian_phone": "", "consent_day": None, "leader_id": None,
}  # fmt: skip
_AT_ONCE: Final = 500
_TRACES_KEPT: Final = timedelta(days=30)


def unlink_old(session: Session, *, hall_id: UUID, at: datetime) -> int:
    """Cut the thread for up to 500 loans, holds, bookings, sign-ups and suggestions each that ended long enough ago.

    Gives how many were cut.
    """
    days = session.execute(sa.select(_rules.c.unlink_after_days).where(_rules.c.hall_id == hall_id)).scalar_one()
    before = at - timedelta(days=days)
    cut = 0
    for table in (_loan, _hold):
        old = (
            sa.select(table.c.id)
            .where(table.c.hall_id == hall_id, table.c.ended_at < before, table.c.unlinked_at.is_(None))
            .order_by(table.c.ended_at)
            .limit(_AT_ONCE)
        )
        ids = list(session.execute(old).scalars())
        _cut(session, table, ids, at)
        cut += len(ids)
    booked = booking_traces.unlink_old(session, hall_id=hall_id, before=before, at=at, most=_AT_ONCE)
    _blank_reasons(session, booked)
    cut += len(booked)
    for unlink in (sign_ups.unlink_old, suggestions.unlink_old):
        cut += unlink(session, hall_id=hall_id, before=before, at=at, most=_AT_ONCE)
    return cut


def erase(session: Session, *, patron_id: UUID, at: datetime, gesture: UUID, by: Actor) -> None:
    """Forget somebody who asks for it: no name, number or past is left, and what they waited for goes to the next.

    Raises NotAllowed (not staff), CardUnknown (nobody, or forgotten already), LoanOpen (also of a team they answer for).
    """
    if not by.is_staff:
        raise NotAllowed
    effect = journal.gesture_key(gesture, "erase", patron_id)
    mine = sa.select(_patron.c.erased_at).where(_patron.c.id == patron_id, _patron.c.hall_id == by.hall_id).with_for_update()
    row = session.execute(mine).one_or_none()
    if journal.before(session, hall_id=by.hall_id, gesture=effect).done is not None:
        return
    if row is None or row.erased_at is not None:
        raise CardUnknown
    refuse_while_open(session, by.hall_id, patron_id)
    let_go_of_holds(session, patron_id=patron_id, at=at, gesture=gesture, by=by)
    sign_ups.leave_all(session, patron_id=patron_id, at=at, gesture=gesture, by=by)
    booking_traces.leave_all(session, patron_id=patron_id, reason=BLANKED, at=at, gesture=gesture, by=by)
    _forget_cards(session, patron_id, at)
    session.execute(sa.update(_suspension).where(_suspension.c.patron_id == patron_id).values(reason=BLANKED))
    unlink_patron(session, hall_id=by.hall_id, patron_id=patron_id, at=at)
    sign_ups.unlink_patron(session, hall_id=by.hall_id, patron_id=patron_id, at=at)
    _blank_reasons(session, booking_traces.unlink_patron(session, hall_id=by.hall_id, patron_id=patron_id, at=at))
    suggestions.unlink_patron(session, hall_id=by.hall_id, patron_id=patron_id, at=at)
    forget_names(session, patron_id=patron_id, at=at)
    journal.record(session, by, "erase", at=at, subject="patron", subject_id=patron_id, gesture=effect)


def let_go_of_holds(session: Session, *, patron_id: UUID, at: datetime, gesture: UUID, by: Actor) -> None:
    """What somebody waited for goes to the next."""
    waiting = sa.select(_hold.c.id).where(_hold.c.hall_id == by.hall_id, _hold.c.patron_id == patron_id, HOLD_ACTIVE)
    for hold_id in session.execute(waiting.order_by(_hold.c.title_id)).scalars().all():
        holds.cancel(session, hold_id=hold_id, at=at, gesture=gesture, by=by)


def refuse_while_open(session: Session, hall_id: UUID, patron_id: UUID) -> None:
    """Raises LoanOpen while somebody, or a team they answer for, has something."""
    teams = sa.select(_patron.c.id).where(_patron.c.hall_id == hall_id, _patron.c.leader_id == patron_id)
    theirs = sa.or_(_loan.c.patron_id == patron_id, _loan.c.patron_id.in_(teams))
    have = session.execute(
        sa.select(sa.func.count()).select_from(_loan).where(_loan.c.hall_id == hall_id, _loan.c.ended_at.is_(None), theirs)
    ).scalar_one()
    if have:
        raise LoanOpen(have=have)


def forget_names(session: Session, *, patron_id: UUID, at: datetime) -> None:
    """Blank somebody's row, and their name in the teams they belonged to."""
    session.execute(sa.update(_member).where(_member.c.patron_id == patron_id).values(name=BLANKED, part=""))
    still = sa.and_(_member.c.patron_id == patron_id, _member.c.to_day.is_(None))
    today = clock.local_day(at)
    session.execute(sa.update(_member).where(still).values(to_day=sa.case((_member.c.from_day > today, _member.c.from_day), else_=today)))
    session.execute(sa.update(_patron).where(_patron.c.id == patron_id).values(**_NOBODY, erased_at=at))


def _forget_cards(session: Session, patron_id: UUID, at: datetime) -> None:
    """The card opens nothing any more; its number stays taken, and what was tried with it is forgotten."""
    cards = session.execute(sa.select(_card.c.id, _card.c.number).where(_card.c.patron_id == patron_id)).all()
    ended = sa.update(_card).where(_card.c.patron_id == patron_id, _card.c.ended_at.is_(None))
    session.execute(ended.values(ended_at=at, ended_as=CardEnd.CANCELLED))
    session.execute(sa.delete(_keypad).where(_keypad.c.card_number.in_([card.number for card in cards])))
    _blank_reasons(session, [card.id for card in cards])


def unlink_patron(session: Session, *, hall_id: UUID, patron_id: UUID, at: datetime) -> int:
    """The same for one patron, whatever the age; for erasure. What is still open stays: the caller has refused before."""
    cut = 0
    for table in (_loan, _hold):
        mine = sa.select(table.c.id).where(table.c.hall_id == hall_id, table.c.patron_id == patron_id, table.c.ended_at.is_not(None))
        ids = list(session.execute(mine).scalars())
        _cut(session, table, ids, at)
        cut += len(ids)
    return cut


def _cut(session: Session, table: sa.Table, ids: list[UUID], at: datetime) -> None:
    session.execute(sa.update(table).where(table.c.id.in_(ids)).values(patron_id=None, unlinked_at=at))
    session.execute(sa.update(_report).where(_report.c.loan_id.in_(ids), _report.c.note != "").values(note=BLANKED))
    _blank_reasons(session, ids)


def _blank_reasons(session: Session, ids: list[UUID]) -> None:
    # The journal never names a patron, but what staff wrote as a reason might.
    session.execute(sa.update(_journal).where(_journal.c.subject_id.in_(ids), _journal.c.reason != "").values(reason=BLANKED))


def drop_traces(session: Session, *, at: datetime) -> None:
    """Wrong tries and ended sign-ins are of use for some days only; card numbers and addresses stand in them."""
    before = at - _TRACES_KEPT
    for table, moment in ((_keypad, _keypad.c.at), (_tries, _tries.c.at), (_sessions, _sessions.c.seen_at)):
        session.execute(sa.delete(table).where(moment < before))
