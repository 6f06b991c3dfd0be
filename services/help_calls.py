"""叫人 (visit 10): one tap at a kiosk, and every keeper's tablet shows it; whoever answers first is the one who comes."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam
from sqlmodel import Session

from models import CallEnd, HelpCall, OpeningLog, Staff, new_id
from services import clock, hours, journal
from services.journal import Actor
from services.refusals import HelpAnswered, HelpOver, NotAllowed
from services.texts import plain

_call = HelpCall.__table__  # type: ignore[attr-defined]
_staff = Staff.__table__  # type: ignore[attr-defined]
_log = OpeningLog.__table__  # type: ignore[attr-defined]

PATIENCE: Final = timedelta(minutes=3)
"""After that the kiosk shows the telephone number in large."""
LAPSES: Final = timedelta(minutes=30)
"""Nobody still stands there: the next tap is another call."""
_TOLD: Final = timedelta(seconds=20)


@dataclass(frozen=True, slots=True)
class Helper:
    """Whom the screen names: the person in charge or the deputy of today, with the number to ring."""

    name: str
    phone: str


@dataclass(frozen=True, slots=True)
class Call:
    """One call as it stands: who was named, and who comes, if somebody does."""

    call_id: UUID
    at: datetime
    device: str
    screen: str
    called: str
    phone: str
    ended_as: CallEnd | None
    comes: str

    @property
    def late_at(self) -> datetime:
        """When nobody may be expected any more."""
        return self.at + PATIENCE


_mine = (_call.c.hall_id == bindparam("hall_id"), _call.c.device == bindparam("device"), _call.c.ended_at.is_(None))
_standing = sa.select(_call.c.id, _call.c.at).where(*_mine).with_for_update()
_columns = [_call.c[name] for name in ("id", "at", "device", "screen", "called", "ended_as")]
_told = sa.select(*_columns, _call.c.ended_by, _staff.c.name.label("comes")).outerjoin(_staff, _staff.c.id == _call.c.ended_by)
_one = _told.where(_call.c.hall_id == bindparam("hall_id"), _call.c.id == bindparam("call_id"))
_open = _told.where(
    _call.c.hall_id == bindparam("hall_id"), sa.text("help_call.ended_at IS NULL"), _call.c.at > bindparam("since")
).order_by(_call.c.at)
_just_answered = _told.where(
    _call.c.hall_id == bindparam("hall_id"), _call.c.day == bindparam("day"), _call.c.ended_as == CallEnd.ANSWERED,
    _call.c.ended_at > bindparam("since"),
).order_by(_call.c.at)  # fmt: skip
# Whoever opened a room today stands in it; the hall's own room first.
_at_the_door = (
    sa.select(_log.c.on_duty)
    .where(_log.c.hall_id == bindparam("hall_id"), _log.c.day == bindparam("day"), _log.c.closed_at.is_(None))
    .order_by(_log.c.opened_at)
)


def call(session: Session, *, screen: str, at: datetime, gesture: UUID, by: Actor) -> UUID:
    """Call somebody to this kiosk; pressed again while nobody has come it is the same call. Never refused, whatever the clock says."""
    standing = session.execute(_standing, {"hall_id": by.hall_id, "device": by.device}).one_or_none()
    if standing is not None and at < standing.at + LAPSES:
        return UUID(str(standing.id))
    if standing is not None:
        _end(session, standing.id, CallEnd.LAPSED, at, None)
    effect = journal.gesture_key(gesture, "help_call")
    before = journal.before(session, hall_id=by.hall_id, gesture=effect)
    if before.done is not None:
        return UUID(before.done["call_id"])
    call_id, who = new_id(), helper(session, hall_id=by.hall_id, at=at)
    row = {"id": call_id, "hall_id": by.hall_id, "at": at, "day": clock.local_day(at), "device": by.device, "screen": plain(screen, 24)}
    ended = {"ended_at": None, "ended_as": None, "ended_by": None}
    session.execute(sa.insert(_call), {**row, "called": plain(who.name, 40) if who else "", **ended})
    doubt = journal.clock_is_wrong(before.newest_at, at)
    facts = {"call_id": str(call_id)}
    journal.record(
        session, by, "help_call", at=at, subject="help_call", subject_id=call_id, gesture=effect, facts=facts, clock_doubt=doubt
    )
    return call_id


def answer(session: Session, *, call_id: UUID, at: datetime, by: Actor) -> None:
    """来了: the first who says so goes. Raises NotAllowed, HelpAnswered (somebody else goes), HelpOver (not needed any more)."""
    if not by.is_staff:
        raise NotAllowed
    if _end(session, call_id, CallEnd.ANSWERED, at, by):
        journal.record(session, by, "help_answer", at=at, subject="help_call", subject_id=call_id)
        return
    row = session.execute(_one, {"hall_id": by.hall_id, "call_id": call_id}).one_or_none()
    if row is None or row.ended_as is not CallEnd.ANSWERED:
        raise HelpOver
    if row.ended_by != by.staff_id:
        raise HelpAnswered(name=row.comes)


def withdraw(session: Session, *, call_id: UUID, at: datetime, by: Actor) -> None:
    """不用了, tapped at the kiosk that called; one that is over stays as it ended."""
    mine = sa.select(_call.c.id).where(_call.c.id == call_id, _call.c.hall_id == by.hall_id, _call.c.device == by.device)
    if session.execute(mine).first() and _end(session, call_id, CallEnd.WITHDRAWN, at, by):
        journal.record(session, by, "help_withdraw", at=at, subject="help_call", subject_id=call_id)


def lapse(session: Session, *, hall_id: UUID, at: datetime) -> int:
    """End what nobody has answered for half an hour; gives how many."""
    old = (_call.c.hall_id == hall_id, _call.c.ended_at.is_(None), _call.c.at <= at - LAPSES)
    done = session.execute(sa.update(_call).where(*old).values(ended_at=at, ended_as=CallEnd.LAPSED))
    return int(done.rowcount)  # type: ignore[attr-defined]


def standing(session: Session, *, call_id: UUID, at: datetime, by: Actor) -> Call:
    """How a call stands now. Raises HelpOver when there is none."""
    row = session.execute(_one, {"hall_id": by.hall_id, "call_id": call_id}).one_or_none()
    if row is None:
        raise HelpOver
    who = helper(session, hall_id=by.hall_id, at=at)
    return _as_call(row, at, who)


def open_calls(session: Session, *, hall_id: UUID, at: datetime) -> tuple[Call, ...]:
    """What a tablet shows: every call nobody has answered, and those just answered, so that the second tablet sees who goes."""
    waiting = session.execute(_open, {"hall_id": hall_id, "since": at - LAPSES}).all()
    facts = {"hall_id": hall_id, "day": clock.local_day(at), "since": at - _TOLD}
    return tuple(_as_call(row, at, None) for row in (*waiting, *session.execute(_just_answered, facts)))


def helper(session: Session, *, hall_id: UUID, at: datetime) -> Helper | None:
    """Who is on duty: whoever opened today, else who answers for the first service room. None when nobody is entrusted."""
    door = hours.hall_status(session, hall_id, at)
    opened = session.execute(_at_the_door, {"hall_id": hall_id, "day": clock.local_day(at)}).scalars().first()
    people = [person for room in door.rooms for person in room.people]
    named = next((person for person in people if person.name == opened), door.in_charge or next(iter(people), None))
    return Helper(named.name, named.phone) if named else None


def _end(session: Session, call_id: UUID, how: CallEnd, at: datetime, by: Actor | None) -> bool:
    """End a call that is open; the clock may have been set back since, and a span goes forward."""
    ours = (_call.c.id == call_id, _call.c.ended_at.is_(None), *(() if by is None else (_call.c.hall_id == by.hall_id,)))
    ended_at = sa.case((_call.c.at > at, _call.c.at), else_=at)
    values = {"ended_at": ended_at, "ended_as": how, "ended_by": by.staff_id if by else None}
    return int(session.execute(sa.update(_call).where(*ours).values(**values)).rowcount) == 1  # type: ignore[attr-defined]


def _as_call(row: Any, at: datetime, who: Helper | None) -> Call:
    lapsed = row.ended_as is None and at >= row.at + LAPSES
    ended_as = CallEnd.LAPSED if lapsed else row.ended_as
    return Call(row.id, row.at, row.device, row.screen, row.called, who.phone if who else "", ended_as, row.comes or "")
