"""Hours changed on the tablet: with notice or an approver's reason, once for one gesture, and taken back on the same day."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam
from sqlmodel import Session

from models import JournalRow, Staff
from services import approvals, clock, hours, hours_plans, journal, timetable
from services.calendars import HORIZON
from services.hours_plans import Change, Layer
from services.journal import Actor
from services.refusals import ChangedMeanwhile, NotAllowed, ReasonMissing
from services.spans import Span
from services.texts import plain

_journal = JournalRow.__table__  # type: ignore[attr-defined]
_staff = Staff.__table__  # type: ignore[attr-defined]

_VERBS: Final = {Layer.WEEK: "hours_week", Layer.SEASON: "hours_season", Layer.DAY: "hours_exception"}
_SHOWN: Final = 12


@dataclass(frozen=True, slots=True)
class Changed:
    """What a change did."""

    room_id: UUID
    moved: int
    flagged: bool


@dataclass(frozen=True, slots=True)
class Past:
    """A change as the journal keeps it; inspectors see what was flagged, and why."""

    at: datetime
    who: str
    verb: str
    undone: bool
    flagged: bool
    reason: str
    first: date | None


_rows = (
    sa.select(_journal, sa.func.coalesce(_staff.c.name, "").label("who"))
    .outerjoin(_staff, _staff.c.id == _journal.c.staff_id)
    .where(_journal.c.hall_id == bindparam("hall_id"), _journal.c.subject_id == bindparam("room_id"))
    .order_by(_journal.c.at.desc(), _journal.c.id.desc())
)
_of_hours = _rows.where(sa.or_(_journal.c.verb.in_(_VERBS.values()), _journal.c.verb == "undo")).limit(_SHOWN)


def change(
    session: Session, *, change: Change, at: datetime, gesture: UUID, by: Actor, reason: str = "", approver_id: UUID | None = None
) -> Changed:
    """Set hours, or take a layer of them away; what is due on a day that is no longer open moves, as with a closure.

    Raises NotAllowed, FactWrong (room, days, weekday, slots), FactMissing (name), DayPassed; NoticeTooShort and HolidayClosed, which an
    approver may set aside with a reason, the change is then flagged for inspection; HolidayShorter without a reason; NoOpenDay.
    """
    if not by.is_staff:
        raise NotAllowed
    timetable.queue_up(session, by.hall_id)
    effect = journal.gesture_key(gesture, "hours", change.room_id)
    if (done := journal.before(session, hall_id=by.hall_id, gesture=effect).done) is not None:
        return Changed(change.room_id, done["moved"], done["flagged"])
    timetable.hold_hours(session, by.hall_id)
    hours_plans.refuse_impossible(session, by.hall_id, change, at)
    waived = _waived(session, change, reason, approver_id or by.staff_id, at, by)
    moved = timetable.settle(
        session, [change.room_id], _write(session, change, clock.local_day(at), by), at, by, _VERBS[change.layer], change.room_id,
        gesture=effect, facts={"first": str(change.first), "flagged": bool(waived)}, overridden=",".join(waived), reason=plain(reason, 200),
    )  # fmt: skip
    return Changed(change.room_id, len(moved), bool(waived))


def undo(session: Session, *, room_id: UUID, at: datetime, gesture: UUID, by: Actor) -> None:
    """Let the hours be again what they were before the last change of today; no due day is pulled back.

    Raises NotAllowed, ChangedMeanwhile (something else was done with the room since, or a night lies between).
    """
    if not by.is_staff:
        raise NotAllowed
    timetable.queue_up(session, by.hall_id)
    effect = journal.gesture_key(gesture, "undo", room_id)
    if journal.before(session, hall_id=by.hall_id, gesture=effect).done is not None:
        return
    last = session.execute(_rows.limit(1), {"hall_id": by.hall_id, "room_id": room_id}).one_or_none()
    if last is None or last.verb not in _VERBS.values() or clock.local_day(last.at) != clock.local_day(at):
        raise ChangedMeanwhile
    timetable.hold_hours(session, by.hall_id)
    said = []
    for entry in reversed(last.facts["hours"]):
        said += _put_back(session, room_id, entry, by)
    timetable.settle(session, [room_id], said, at, by, "undo", room_id, gesture=effect, facts={"verb": last.verb})


def history(session: Session, *, hall_id: UUID, room_id: UUID) -> tuple[Past, ...]:
    """Give the last changes of a room's hours, the newest first."""
    found = []
    for row in session.execute(_of_hours, {"hall_id": hall_id, "room_id": room_id}):
        undone, first = row.verb == "undo", row.facts.get("first")
        verb = row.facts.get("verb") if undone else row.verb
        if verb in _VERBS.values():
            day = date.fromisoformat(first) if first else None
            found.append(Past(row.at, row.who, verb, undone, bool(row.overridden), row.reason, day))
    return tuple(found)


def _waived(session: Session, change: Change, reason: str, approver: UUID | None, at: datetime, by: Actor) -> list[str]:
    """Give the codes of what is set aside, after asking whether it may be."""
    today = clock.local_day(at)
    before = hours.calendar_of(session, change.room_id)
    changed = hours_plans.days_changed(before, hours_plans.laid(before, change, today), max(change.first, today), HORIZON)
    waived = []
    for refusal in hours_plans.aside(session, by.hall_id, change, changed, reason=reason, at=at):
        if not hours_plans.only_set_aside([refusal]) or not plain(reason, 200):
            raise refusal
        if approver is None:
            raise ReasonMissing
        approvals.require(session, staff_id=approver, hall_id=by.hall_id, room_id=change.room_id, day=today)
        waived.append(refusal.code)
    return waived


def _write(session: Session, change: Change, today: date, by: Actor) -> list[dict[str, Any]]:
    if change.layer is Layer.DAY:
        if change.week is None:
            return [timetable.clear(session, by, change.room_id, {"day": change.first})]
        slots = change.week.get(change.first.weekday(), ())
        return timetable.lay(session, by, change.room_id, [{"day": change.first, "name": plain(change.name, 36), "slots": slots}])
    season_id = timetable.season(session, name=change.name, days=change.days, by=by)
    if change.week is not None:
        week = [{"season_id": season_id, "weekday": weekday, "slots": slots} for weekday, slots in change.week.items()]
        return timetable.lay(session, by, change.room_id, week)
    return _take_away(session, change, season_id, today, by)


def _take_away(session: Session, change: Change, season_id: UUID, today: date, by: Actor) -> list[dict[str, Any]]:
    """Clear every weekday of it; what has run already stays as a season that ended yesterday."""
    said = [timetable.clear(session, by, change.room_id, {"season_id": season_id, "weekday": weekday}) for weekday in range(7)]
    said = [entry for entry in said if entry["was"] is not None]
    if change.first < today:
        cut = timetable.season(session, name=change.name, days=Span(change.first, today), by=by)
        week = [{"season_id": cut, "weekday": int(entry["on"]), "slots": timetable.read(entry["was"])} for entry in said]
        said += timetable.lay(session, by, change.room_id, week)
    return said


def _put_back(session: Session, room_id: UUID, entry: dict[str, Any], by: Actor) -> list[dict[str, Any]]:
    season_id = UUID(entry["season"]) if "season" in entry else None
    dated = "-" in entry["on"]
    opening: dict[str, Any] = {"day": date.fromisoformat(entry["on"])} if dated else {"weekday": int(entry["on"]), "season_id": season_id}
    if entry["was"] is None:
        return [timetable.clear(session, by, room_id, opening)]
    return timetable.lay(session, by, room_id, [{**opening, "name": entry.get("name", ""), "slots": timetable.read(entry["was"])}])
