"""The journal: one row for every effect, with the gesture that caused it and the first receipt."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

import sqlalchemy as sa
from sqlalchemy import bindparam
from sqlmodel import Session

from models import ActorKind, JournalRow, new_id
from services import clock, outbox
from services.refusals import ClockWrong
from services.texts import plain

_journal = JournalRow.__table__  # type: ignore[attr-defined]
TOLERANCE = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts, and on which device; the hall is where."""

    kind: ActorKind
    hall_id: UUID
    staff_id: UUID | None = None
    device: str = ""

    @property
    def is_staff(self) -> bool:
        """Signed in on the tablet."""
        return self.kind is ActorKind.STAFF


@dataclass(frozen=True, slots=True)
class Before:
    """What the journal says before an effect: the newest moment, and the receipt if this gesture has had its effect."""

    newest_at: datetime | None
    done: dict[str, Any] | None


def gesture_key(gesture: UUID, *codes: object) -> UUID:
    """A gesture joined to what it was about: the same hand on another book is another gesture."""
    return uuid5(gesture, "|".join(str(code) for code in codes))


_newest = (
    sa.select(_journal.c.at)
    .where(_journal.c.hall_id == bindparam("hall_id"))
    .order_by(_journal.c.at.desc())
    .limit(1)
    .scalar_subquery()
    .label("newest_at")
)
_done = (
    sa.select(_journal.c.facts)
    .where(_journal.c.hall_id == bindparam("hall_id"), _journal.c.gesture == bindparam("gesture"))
    .scalar_subquery()
    .label("facts")
)
_before = sa.select(_newest, _done)
_insert = sa.insert(_journal)


def before(session: Session, *, hall_id: UUID, gesture: UUID | None) -> Before:
    """Read what has to be known before anything is done."""
    newest_at, facts = session.execute(_before, {"hall_id": hall_id, "gesture": gesture}).one()
    return Before(newest_at, facts)


def clock_is_wrong(newest_at: datetime | None, at: datetime) -> bool:
    """Whether `at` is more than 5 minutes behind the newest row, or before the build (rules.md §3, Clock)."""
    return at < clock.BUILT or (newest_at is not None and at < newest_at - TOLERANCE)


def refuse_wrong_clock(newest_at: datetime | None, at: datetime) -> None:
    """Raises ClockWrong."""
    if clock_is_wrong(newest_at, at):
        raise ClockWrong


def record(
    session: Session,
    by: Actor,
    verb: str,
    *,
    at: datetime,
    subject: str,
    subject_id: UUID,
    gesture: UUID | None = None,
    facts: dict[str, Any] | None = None,
    overridden: str = "",
    reason: str = "",
    clock_doubt: bool = False,
) -> None:
    """Write one effect down. `facts` are what the receipt needs, and never name a patron. What the public sees is asked for with it."""
    session.execute(
        _insert,
        {
            "id": new_id(),
            "hall_id": by.hall_id,
            "at": at,
            "verb": verb,
            "actor_kind": by.kind,
            "staff_id": by.staff_id,
            "device": by.device,
            "gesture": gesture,
            "subject": subject,
            "subject_id": subject_id,
            "facts": facts or {},
            "overridden": overridden,
            "reason": plain(reason, 200),
            "clock_doubt": clock_doubt,
        },
    )
    if verb.startswith(outbox.PUBLIC):
        outbox.ask(session, hall_id=by.hall_id, cause=verb, at=at)
