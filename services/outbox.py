"""What has to be seen outside: asked for in the transaction that changed something, so that no change is forgotten (rules.md §8)."""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam
from sqlmodel import Session

from models import OutboxKind, OutboxRow, new_id

_outbox = OutboxRow.__table__  # type: ignore[attr-defined]

PUBLIC: Final = ("booking", "closure", "event", "holidays", "hours", "room", "sign_up", "sitting", "undo")
"""How the journal's verbs begin that change what the public pages and calendars say."""

_KEPT: Final = timedelta(days=31)

_waiting = sa.select(_outbox.c.id).where(_outbox.c.hall_id == bindparam("hall_id"), _outbox.c.done_at.is_(None))
_oldest = sa.select(sa.func.min(_outbox.c.at)).where(_outbox.c.done_at.is_(None))


def ask(session: Session, *, hall_id: UUID, cause: str, at: datetime) -> None:
    """Ask for the public pages to be written again; part of the use case that changed something."""
    row = {"id": new_id(), "hall_id": hall_id, "kind": OutboxKind.PUBLIC, "cause": cause, "at": at, "done_at": None}
    session.execute(sa.insert(_outbox), row)


def waiting(session: Session, *, hall_id: UUID) -> list[UUID]:
    """Give what was asked for and not carried out yet."""
    return list(session.execute(_waiting, {"hall_id": hall_id}).scalars())


def oldest(session: Session) -> datetime | None:
    """Tell since when something waits."""
    since: datetime | None = session.execute(_oldest).scalar_one()
    return since


def done(session: Session, *, ids: list[UUID], at: datetime) -> None:
    """Note that these were carried out; what was asked for meanwhile still waits."""
    session.execute(sa.update(_outbox).where(_outbox.c.id.in_(ids), _outbox.c.done_at.is_(None)).values(done_at=at))


def forget(session: Session, *, at: datetime) -> int:
    """Drop what was carried out a month ago: the journal knows what happened, these rows only that it was seen outside."""
    old = sa.delete(_outbox).where(_outbox.c.done_at < at - _KEPT)
    return int(session.execute(old).rowcount)  # type: ignore[attr-defined]
