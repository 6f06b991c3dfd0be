"""Called away: when one is back, offered as a few moments to tap; what lies in closed hours becomes the next opening."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session

from models import Hall, Staff
from services import clock, hours
from services.journal import Actor

_hall = Hall.__table__  # type: ignore[attr-defined]
_staff = Staff.__table__  # type: ignore[attr-defined]
_NOON = 12 * 60
_QUARTER = timedelta(minutes=15)


class Return(StrEnum):
    """The moments people mean when they say they will be back."""

    HOUR = "hour"
    AFTERNOON = "afternoon"
    TOMORROW = "tomorrow"


@dataclass(frozen=True, slots=True)
class Chip:
    """One moment to tap: what was meant, and the opening it comes to."""

    back: Return
    meant_at: datetime
    reopens_at: datetime


@dataclass(frozen=True, slots=True)
class Signature:
    """Who answers for a notice: whom to ring up, and who signs it."""

    contact: str
    signer: str


def chips(session: Session, *, at: datetime, by: Actor) -> tuple[Chip, ...]:
    """Give the moments that make sense now; two that come to the same opening are one."""
    whole, today = hours.whole_hall(session, by.hall_id), clock.local_day(at)
    noon, midnight = clock.instant(today, _NOON), clock.instant(today, 24 * 60)
    meant = {Return.HOUR: _rounded(at + timedelta(hours=1)), Return.AFTERNOON: max(at, noon), Return.TOMORROW: midnight}
    found: list[Chip] = []
    for back, moment in meant.items():
        opens = whole.next_opening(moment)
        beyond = back is Return.AFTERNOON and (at >= noon or opens is None or opens >= midnight)
        if opens is not None and not beyond and opens not in {chip.reopens_at for chip in found}:
            found.append(Chip(back, moment, opens))
    return tuple(found)


def proposed(session: Session, *, hall_id: UUID, moment: datetime, room_id: UUID | None = None) -> datetime | None:
    """Give the moment itself when it lies in opening hours, else the next opening; None when a year brings none."""
    openings = hours.calendar_of(session, room_id) if room_id else hours.whole_hall(session, hall_id)
    return openings.next_opening(moment)


def signature(session: Session, *, at: datetime, by: Actor) -> Signature:
    """Offer whose telephone stands on the notice, and the name of whoever is signed in."""
    people = [one for those in hours.people_on(session, by.hall_id, clock.local_day(at)).values() for one in those]
    phone = next((one.phone for one in people if one.phone), "")
    hall = session.execute(sa.select(_hall.c.phone).where(_hall.c.id == by.hall_id)).scalar_one()
    name = session.execute(sa.select(_staff.c.name).where(_staff.c.id == by.staff_id)).scalar_one_or_none()
    return Signature(contact=str(hall or phone), signer=str(name or ""))


def _rounded(at: datetime) -> datetime:
    """Nobody is back at 10:07:31."""
    past = timedelta(minutes=at.minute % 15, seconds=at.second, microseconds=at.microsecond)
    return at - past + _QUARTER if past else at
