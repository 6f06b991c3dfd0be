"""Time that passes: what is true already becomes rows. Run often or seldom, twice or never, nothing goes wrong."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import Engine
from sqlmodel import Session

from models import ActorKind, Hall, Hold, HoldState
from services import backups, database, delivering, help_calls, holds, logs, no_shows, outbox, privacy, reminders
from services.journal import Actor
from services.settings import Settings

_hall = Hall.__table__  # type: ignore[attr-defined]
_hold = Hold.__table__  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class Ticked:
    """What one tick did."""

    holds_expired: int
    rooms_freed: int
    reminders_made: int
    unlinked: int
    backup: Path | None
    published: int = 0


def tick(engine: Engine, settings: Settings, *, at: datetime) -> Ticked:
    """Expire holds, free rooms nobody came to, make reminders, cut old threads, end old calls, back up, publish; each by itself."""
    expired = freed = reminded = unlinked = 0
    for hall_id in database.read(engine, _halls):
        for title_id, volume in database.read(engine, _overdue_on_shelf, hall_id=hall_id, at=at):
            expired += database.write(engine, expire_title, hall_id=hall_id, title_id=title_id, volume=volume, at=at)
        freed += database.write(engine, no_shows.release, hall_id=hall_id, at=at)
        reminded += database.write(engine, reminders.make_due, hall_id=hall_id, at=at)
        while cut := database.write(engine, privacy.unlink_old, hall_id=hall_id, at=at):
            unlinked += cut
        database.write(engine, help_calls.lapse, hall_id=hall_id, at=at)
    database.write(engine, privacy.drop_traces, at=at)
    database.write(engine, outbox.forget, at=at)
    return Ticked(expired, freed, reminded, unlinked, backups.daily(engine, settings, at=at), _published(engine, settings, at))


def _published(engine: Engine, settings: Settings, at: datetime) -> int:
    """A folder that cannot be written keeps nothing else from being done; what waits for it goes on waiting, and doctor says so."""
    try:
        return delivering.deliver(engine, settings.public, at=at)
    except OSError as error:
        logs.trouble(error, "public folder")
        return 0


def expire_title(session: Session, *, hall_id: UUID, title_id: UUID, volume: int, at: datetime) -> int:
    """Expire what nobody came for, one title at a time, and keep the copies for whoever waits next."""
    # Title before item, as everywhere (rules.md §3): somebody at the kiosk may want the same copy now.
    holds.lock_title(session, hall_id, title_id)
    before = _count_expired(session, title_id)
    system = Actor(ActorKind.SYSTEM, hall_id, device="tick")
    holds.settle(session, hall_id=hall_id, title_id=title_id, volume=volume, at=at, by=system)
    return _count_expired(session, title_id) - before


def _halls(session: Session) -> list[UUID]:
    return list(session.execute(sa.select(_hall.c.id)).scalars())


def _overdue_on_shelf(session: Session, *, hall_id: UUID, at: datetime) -> list[Any]:
    waiting = sa.select(_hold.c.title_id, _hold.c.volume).where(
        _hold.c.hall_id == hall_id, _hold.c.state == HoldState.READY, _hold.c.kept_until < at
    )
    return list(session.execute(waiting.distinct()).all())


def _count_expired(session: Session, title_id: UUID) -> int:
    expired = sa.select(sa.func.count()).where(_hold.c.title_id == title_id, _hold.c.state == HoldState.EXPIRED)
    return int(session.execute(expired).scalar_one())
