"""The sample's bookings: a dance team every week, a school's reading hour, a choir, and a meeting that somebody approved."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlmodel import SQLModel

from models import Booking, BookingEnd, BookingRules, PatronKind, Purpose, RoomUse, UseKind
from services import clock
from services.calendars import Calendar
from services.sample.people import People
from services.spans import Span

_BACK, _AHEAD = 8, 5
_WAITS: Final = timedelta(minutes=15)
_TEAM: Final = "文艺腰鼓队"
# Weekday, start, minutes, room, purpose, group, contact, phone, heads
_WEEKLY: Final = (
    (1, 19 * 60, 90, "R-ACT", Purpose.REHEARSAL, _TEAM, "", "", 20),
    (3, 19 * 60, 120, "R-ACT", Purpose.TRAINING, "二组舞蹈队", "刘小芬", "13900007712", 24),
    (4, 15 * 60, 60, "R-CUL", Purpose.READING, "村小学三年级", "吴老师", "13900007735", 32),
    (5, 19 * 60, 90, "R-SQ", Purpose.SPORT, "晚霞健身队", "何玉兰", "13900007741", 40),
    (6, 9 * 60, 120, "R-ACT", Purpose.PERFORMANCE, "花鼓戏班", "曹师傅", "13900007758", 15),
)  # fmt: skip
_MEETING: Final = (3, 9 * 60 + 30, 90, "R-ACT", Purpose.MEETING, "三组村民小组", "徐组长", "13900007763", 45)


class Diary:
    """Lays bookings where a room is open and nothing stands."""

    def __init__(
        self, hall_id: UUID, at: datetime, rooms: dict[str, UUID], doors: Mapping[str, Calendar], laid: Iterable[SQLModel], staff_id: UUID
    ) -> None:
        self.hall_id, self.at, self.rooms, self.doors, self.staff_id = hall_id, at, rooms, doors, staff_id
        self.taken: dict[UUID, list[Span[datetime]]] = defaultdict(list)
        for use in laid:
            if isinstance(use, RoomUse):
                self.taken[use.room_id].append(Span(use.starts_at, use.ends_at))
        self.rows: list[SQLModel] = [BookingRules(hall_id=hall_id)]
        self.number = 0

    def put(self, day: date, starts: int, minutes: int, code: str, *, came: bool = True, **facts: Any) -> None:
        """Lay one, unless its room is closed or taken then."""
        span = Span(clock.instant(day, starts), clock.instant(day, starts + minutes))
        room_id = self.rooms[code]
        opened = any(stretch.start <= span.start and span.end <= stretch.end for stretch in self.doors[code].spans_on(day))
        if not opened or any(span.overlaps(other) for other in self.taken[room_id]):
            return
        self.number += 1
        self.taken[room_id].append(span)
        ends: dict[str, Any] = {}
        if span.start < self.at:
            lost_at = span.start + _WAITS
            missed = not came and lost_at <= self.at
            ends = {"ended_at": lost_at, "ended_as": BookingEnd.NO_SHOW} if missed else {"came_at": span.start + timedelta(minutes=4)}
        booking = Booking(
            hall_id=self.hall_id, number=self.number, room_id=room_id, starts_at=span.start, ends_at=span.end, day=day,
            made_at=min(self.at, span.start) - timedelta(days=6), staff_id=self.staff_id, **facts, **ends,
        )  # fmt: skip
        use = RoomUse(
            hall_id=self.hall_id, room_id=room_id, kind=UseKind.BOOKING, source_id=booking.id, starts_at=span.start, ends_at=span.end,
            taken_at=booking.made_at, freed_at=booking.ended_at, staff_id=self.staff_id,
        )  # fmt: skip
        self.rows += [booking, use]


def booked(diary: Diary, people: People) -> list[SQLModel]:
    """Lay weeks behind and ahead; some came, one did not."""
    team = next((patron.id for patron in people.patrons if patron.kind is PatronKind.TEAM and patron.name == _TEAM), None)
    today = clock.local_day(diary.at)
    monday = today - timedelta(days=today.weekday())
    for week in range(-_BACK, _AHEAD):
        for weekday, starts, minutes, code, purpose, group, contact, phone, heads in _WEEKLY:
            who: dict[str, Any] = (
                {"team_id": team} if group == _TEAM and team else {"group_name": group, "contact": contact, "phone": phone}
            )
            day = monday + timedelta(weeks=week, days=weekday)
            diary.put(day, starts, minutes, code, came=(week + weekday) % 5 != 0, purpose=purpose, people=heads, **who)
    _, starts, minutes, code, purpose, group, contact, phone, heads = _MEETING
    facts: dict[str, Any] = {"purpose": purpose, "group_name": group, "contact": contact, "phone": phone, "people": heads}
    for ahead in range(2, 9):
        # The first morning the hall is open and free.
        before = diary.number
        note = "讨论水渠清淤"
        diary.put(today + timedelta(days=ahead), starts, minutes, code, flagged=True, approver_id=diary.staff_id, note=note, **facts)
        if diary.number > before:
            break
    return diary.rows
