"""Forgetting who borrowed: 180 days after the return (policy) the thread from a loan to its patron is cut; the counts stay."""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session

from models import Hold, HouseRules, JournalRow, KeypadTry, Loan, SignInTry, StaffSession

_loan = Loan.__table__  # type: ignore[attr-defined]
_hold = Hold.__table__  # type: ignore[attr-defined]
_journal = JournalRow.__table__  # type: ignore[attr-defined]
_rules = HouseRules.__table__  # type: ignore[attr-defined]
_keypad = KeypadTry.__table__  # type: ignore[attr-defined]
_tries = SignInTry.__table__  # type: ignore[attr-defined]
_sessions = StaffSession.__table__  # type: ignore[attr-defined]

BLANKED: Final = "已脱敏"
_AT_ONCE: Final = 500
_TRACES_KEPT: Final = timedelta(days=30)


def unlink_old(session: Session, *, hall_id: UUID, at: datetime) -> int:
    """Cut the thread for up to 500 loans and 500 holds that ended long enough ago; gives how many were cut."""
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
    return cut


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
    # The journal never names a patron, but what staff wrote as a reason might.
    session.execute(sa.update(_journal).where(_journal.c.subject_id.in_(ids), _journal.c.reason != "").values(reason=BLANKED))


def drop_traces(session: Session, *, at: datetime) -> None:
    """Wrong tries and ended sign-ins are of use for some days only; card numbers and addresses stand in them."""
    before = at - _TRACES_KEPT
    for table, moment in ((_keypad, _keypad.c.at), (_tries, _tries.c.at), (_sessions, _sessions.c.seen_at)):
        session.execute(sa.delete(table).where(moment < before))
