"""What the charts show: the figures of registers 10 and 11, summed by week or month, by hour and by kind."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlmodel import Session

from models import EventKind
from services import clock, door_counts, opening_register, openings_kept
from services.journal import Actor
from services.refusals import NotAllowed
from services.registers import activities

_WEEKS, _DAYS = 12, 7


@dataclass(frozen=True, slots=True)
class Stretch:
    """The days that are looked at, the last one not in it; summed by week, else by month."""

    since: date
    until: date
    by_week: bool = False

    def begin_of(self, day: date) -> date:
        """Give the first day of the week or month in which a day lies."""
        return day - timedelta(days=day.weekday()) if self.by_week else day.replace(day=1)

    def begins(self) -> tuple[date, ...]:
        """Give the first day of each week or month, in order."""
        days = (self.since + timedelta(days=ahead) for ahead in range((self.until - self.since).days))
        return tuple(dict.fromkeys(map(self.begin_of, days)))


@dataclass(frozen=True, slots=True)
class Hours:
    """Hours planned and hours really open in a week or month that begins on a day; rounded once, and summed before that."""

    begins: date
    planned: float
    real: float


@dataclass(frozen=True, slots=True)
class Charts:
    """All that is drawn. `came` is everybody; of `later`, counted after the day, nobody knows the hour."""

    rooms: tuple[tuple[UUID, str], ...]
    planned: float
    real: float
    hours: tuple[Hours, ...]
    by_hour: tuple[tuple[int, int], ...]
    came: int
    later: int
    by_kind: tuple[tuple[EventKind, int], ...]


def weeks(today: date) -> Stretch:
    """The last twelve weeks, this one included."""
    monday = today - timedelta(days=today.weekday())
    return Stretch(monday - timedelta(days=(_WEEKS - 1) * _DAYS), monday + timedelta(days=_DAYS), by_week=True)


def year(number: int) -> Stretch:
    """A year, by its months."""
    return Stretch(date(number, 1, 1), date(number + 1, 1, 1))


def look(session: Session, *, stretch: Stretch, room_id: UUID | None = None, at: datetime, by: Actor) -> Charts:
    """Sum up a stretch of days; the hours of one room, or of all of them together. Raises NotAllowed."""
    if not by.is_staff:
        raise NotAllowed
    last = min(stretch.until - timedelta(days=1), clock.local_day(at))
    lines = opening_register.lines(session, hall_id=by.hall_id, first=stretch.since, last=last, at=at)
    rooms = {line.room_day.room_id: line.room_day.room for line in lines}
    # A room that has no day in this stretch is not offered, and cannot be what is looked at.
    room_id = room_id if room_id in rooms else None
    days = [line.room_day for line in lines if room_id in {None, line.room_day.room_id}]
    came = sum(line.came.total for line in lines)
    # The register begins with the hall, and so do its charts.
    first = min((line.room_day.day for line in lines), default=stretch.since)
    hours = door_counts.by_hour(session, hall_id=by.hall_id, first=first, last=last)
    kinds = dict(session.execute(activities.by_kind, {"hall_id": by.hall_id, "since": stretch.since, "until": stretch.until}).all())
    return Charts(
        tuple(rooms.items()), _in_hours(day.planned_time for day in days), _in_hours(openings_kept.real_time(day, at) for day in days),
        _hours(stretch, days, at), _without_gaps(hours), came, came - sum(hours.values()),
        tuple((kind, kinds[kind]) for kind in EventKind if kind in kinds),
    )  # fmt: skip


def _hours(stretch: Stretch, days: list[openings_kept.RoomDay], at: datetime) -> tuple[Hours, ...]:
    planned: dict[date, list[timedelta]] = defaultdict(list)
    real: dict[date, list[timedelta]] = defaultdict(list)
    for day in days:
        planned[stretch.begin_of(day.day)].append(day.planned_time)
        real[stretch.begin_of(day.day)].append(openings_kept.real_time(day, at))
    return tuple(Hours(begins, _in_hours(planned[begins]), _in_hours(real[begins])) for begins in stretch.begins())


def _in_hours(lengths: Iterable[timedelta]) -> float:
    return round(sum(lengths, timedelta()) / timedelta(hours=1), 1)


def _without_gaps(hours: dict[int, int]) -> tuple[tuple[int, int], ...]:
    """Every hour from the first in which somebody came to the last."""
    return tuple((hour, hours.get(hour, 0)) for hour in range(min(hours), max(hours) + 1)) if hours else ()
