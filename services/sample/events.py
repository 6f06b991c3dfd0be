"""The sample's events: a year of them with records, what comes in the next weeks, who signed up, and a programme."""

import csv
from collections import defaultdict
from datetime import date, datetime, timedelta
from random import Random
from typing import Any, Final
from uuid import UUID

from sqlmodel import SQLModel

from models import (
    ActivityRecord,
    ActKind,
    AgeBand,
    Art,
    Event,
    EventChange,
    EventChangeKind,
    EventKind,
    EventRules,
    PlanLine,
    ProgrammeAct,
    RoomUse,
    SignUp,
    SignUpState,
    Sitting,
    TakenNumber,
    ThemedTask,
    UseKind,
)
from services import clock, codes, planner
from services.sample.people import People
from services.sample.stock import FOLDER
from services.settings import SAMPLE_CODE
from services.spans import Span

_ARTS: Final = {"书画": Art.CALLIGRAPHY_PAINTING, "曲艺": Art.QUYI, "器乐": Art.INSTRUMENT, "舞蹈": Art.DANCE}
_BACK, _AHEAD = timedelta(days=366), timedelta(days=110)
_ANNOUNCED: Final = timedelta(days=20)
_GUESTS: Final = ("张远", "李归", "王小满", "陈返乡", "刘佳", "周末", "杨帆", "何田", "黄河清", "吴穗")
_GROUPS: Final = ("一组", "二组", "三组", "四组", "五组")
_SOON: Final = (
    # Days ahead, start, minutes, title, kind, room, seats, share taken in per cent, lessons, topic, audience
    (2, 19 * 60, 110, "露天电影《我和我的父辈》", EventKind.FILM, "R-SQ", None, 0, 1, "", "全体"),
    (3, 15 * 60, 75, "冬闲绘本故事会", EventKind.READING, "R-CUL", 20, 85, 1, "全民阅读", "儿童（监护人陪同）"),
    (4, 9 * 60, 90, "少儿书法班", EventKind.TRAINING, "R-ACT", 16, 125, 8, "书画", "学生"),
    (9, 14 * 60 + 30, 120, "益阳弹词赏析", EventKind.LECTURE, "R-ACT", 60, 40, 1, "非遗", "全体"),
)
_NUMBERS: Final = (
    ("开场鼓《洞庭丰年》", ActKind.INSTRUMENT, "文艺腰鼓队", 6), ("花鼓戏《刘海砍樵》选段", ActKind.OPERA, "花鼓戏班", 9),
    ("少儿朗诵《过年》", ActKind.RECITAL, "留守儿童阅读小组", 5), ("广场舞《洞庭鱼米乡》", ActKind.DANCE, "文艺腰鼓队", 6),
    ("益阳弹词《村里新事》", ActKind.QUYI, "何家班", 8), ("小品《还书》", ActKind.SKETCH, "返乡青年", 12),
)  # fmt: skip


class Year:
    """The events of the sample, laid out so that no two stand in one room at one hour."""

    def __init__(self, hall_id: UUID, at: datetime, rooms: dict[str, UUID], people: People, dice: Random) -> None:
        self.hall_id, self.at, self.rooms, self.people, self.dice = hall_id, at, rooms, people, dice
        self.rows: list[SQLModel] = [EventRules(hall_id=hall_id)]
        self.serials = dice.sample(range(1_000_000), 600)
        self.taken: dict[UUID, list[Span[datetime]]] = defaultdict(list)
        self.number = 0

    def put(self, spans: list[Span[datetime]], room: str, share: int, **facts: Any) -> Event | None:
        """Add one event, unless its room is taken."""
        room_id = self.rooms[room]
        free = [span for span in spans if not any(span.overlaps(other) for other in self.taken[room_id])]
        if not free:
            return None
        self.number += 1
        made_at = min(self.at, free[0].start) - timedelta(days=20)
        event = Event(hall_id=self.hall_id, number=self.number, in_charge="陈桂英", host="村综合文化服务中心", made_at=made_at, **facts)
        self.rows += [event, EventChange(hall_id=self.hall_id, event_id=event.id, kind=EventChangeKind.MADE, at=made_at)]
        self.taken[room_id] += free
        for number, span in enumerate(free, 1):
            day = clock.local_day(span.start)
            sitting = Sitting(
                hall_id=self.hall_id, event_id=event.id, number=number, room_id=room_id, starts_at=span.start, ends_at=span.end, day=day
            )
            self.rows += [sitting, _use(event, sitting)]
            if span.end < self.at - timedelta(days=1):
                self.rows.append(self._record(event, sitting))
        if free[-1].end > self.at:
            self._sign_up(event, share, made_at)
        return event

    def _record(self, event: Event, sitting: Sitting) -> ActivityRecord:
        people = self.dice.randrange(max(6, (event.seats or 60) // 2), (event.seats or 60) + 1)
        most = {"elders": 45, "minors": 40, "women": 65}
        parts: dict[str, Any] = {name: people * self.dice.randrange(10, top) // 100 for name, top in most.items()}
        content, at = f"{event.title}顺利举行，村民踊跃参加。", sitting.ends_at + timedelta(hours=1)
        said: dict[str, Any] = {"content": content, "filled_by": "周桂生", "at": at}
        return ActivityRecord(hall_id=self.hall_id, sitting_id=sitting.id, people=people, **parts, **said)

    def _sign_up(self, event: Event, share: int, since: datetime) -> None:
        patrons = [patron for patron in self.people.patrons if patron.birth_date]
        self.dice.shuffle(patrons)
        for position in range(1, (event.seats or 0) * share // 100 + 1):
            number = codes.Number.of(codes.KIND["ticket"], self.serials.pop()).digits
            seat = position <= (event.seats or 0)
            patron = patrons.pop() if patrons and position % 2 else None
            who: dict[str, Any] = {"patron_id": patron.id, "sex": patron.sex} if patron else {
                "guest_name": self.dice.choice(_GUESTS), "guest_group": self.dice.choice(_GROUPS), "age_band": AgeBand.UNKNOWN,
            }  # fmt: skip
            signed_at = since + timedelta(hours=2 * position)
            state = SignUpState.SEATED if seat else SignUpState.WAITING
            self.rows += [
                TakenNumber(issuer_code=SAMPLE_CODE, number=number),
                SignUp(
                    hall_id=self.hall_id, event_id=event.id, position=position, ticket=number, state=state, signed_at=signed_at,
                    seated_at=signed_at if seat else None, **who,
                ),
            ]  # fmt: skip


def _use(event: Event, sitting: Sitting) -> RoomUse:
    kind = {EventKind.TRAINING: UseKind.LESSON, EventKind.REHEARSAL: UseKind.REHEARSAL}.get(event.kind, UseKind.EVENT)
    whose: dict[str, Any] = {"hall_id": event.hall_id, "room_id": sitting.room_id, "source_id": sitting.id, "taken_at": event.made_at}
    return RoomUse(**whose, kind=kind, starts_at=sitting.starts_at, ends_at=sitting.ends_at)


def year_of(hall_id: UUID, at: datetime, rooms: dict[str, UUID], people: People, dice: Random) -> list[SQLModel]:
    """Everything: the plan of a year on true dates, what comes soon, a task from above, an annual plan."""
    year = Year(hall_id, at, rooms, people, dice)
    today = clock.local_day(at)
    for ahead, starts, minutes, title, kind, room, seats, share, lessons, topic, audience in _SOON:
        first = today + timedelta(days=ahead - (14 if lessons > 1 else 0))
        # The reading room is shut on Mondays.
        first += timedelta(days=room == "R-CUL" and first.weekday() == 0)
        spans = [_span(first + timedelta(weeks=week), starts, minutes) for week in range(lessons)]
        facts = {"art": _ARTS.get(topic), "topic": topic, "audience": audience, "counts_as_reading": kind is EventKind.READING}
        year.put(spans, room, share, title=title, kind=kind, seats=seats, teacher="陈老师" if lessons > 1 else "", **facts)
    for entry in _entries():
        for which in (today.year - 1, today.year, today.year + 1):
            _planned(year, entry, which, today)
    year.rows += _plan(hall_id, at, today)
    return year.rows


def _entries() -> list[dict[str, str]]:
    with (FOLDER / "events.csv").open(encoding="utf-8") as table:
        return list(csv.DictReader(table))


def _planned(year: Year, entry: dict[str, str], which: int, today: date) -> None:
    """One line of the plan, in another year; a course's lessons follow every third day."""
    day = planner.same_day(date.fromisoformat(entry["date"]), which, entry["topic"])
    # What is further off is not announced yet, so that the planner has something to propose.
    if not today - _BACK <= day <= today + (_AHEAD if "村晚" in entry["name"] else _ANNOUNCED):
        return
    starts, ends = (_minute(entry[name]) for name in ("starts", "ends"))
    spans = [_span(day + timedelta(days=3 * lesson), starts, ends - starts) for lesson in range(int(entry["lessons"] or 1))]
    event = year.put(
        spans, entry["place"], 45, title=entry["name"], kind=EventKind(entry["kind"]), art=_ARTS.get(entry["topic"]),
        topic=entry["topic"], seats=None if entry["kind"] == "rehearsal" else int(entry["capacity"]), audience=entry["participants"],
        counts_as_reading=entry["counts_as_reading"] == "yes",
    )  # fmt: skip
    if event is not None and "村晚" in entry["name"]:
        year.rows += [
            ProgrammeAct(hall_id=year.hall_id, event_id=event.id, position=n, title=title, kind=kind, performers=who, minutes=minutes)
            for n, (title, kind, who, minutes) in enumerate(_NUMBERS, 1)
        ]


def _plan(hall_id: UUID, at: datetime, today: date) -> list[SQLModel]:
    by_month: dict[tuple[int, str], int] = defaultdict(int)
    for entry in _entries():
        by_month[planner.same_day(date.fromisoformat(entry["date"]), today.year, entry["topic"]).month, entry["kind"]] += 1
    lines = [
        PlanLine(hall_id=hall_id, year=today.year, month=month, kind=EventKind(kind), target=target, made_at=at)
        for (month, kind), target in by_month.items()
    ]
    task = ThemedTask(
        hall_id=hall_id, number=1, title="“乡村文化过大年”专题活动", text="组织一场群众喜闻乐见的文艺活动，报活动简况和照片。",
        source="区文旅广体局", from_day=today - timedelta(days=6), to_day=today + timedelta(days=50), made_at=at,
    )  # fmt: skip
    soon = ThemedTask(
        hall_id=hall_id, number=2, title="冬春消防宣传活动", text="结合电影放映或广场活动做一次宣传，报场次和人数。",
        source="镇综合文化站", from_day=today - timedelta(days=20), to_day=today + timedelta(days=5), made_at=at,
    )  # fmt: skip
    return [*lines, task, soon]


def _span(day: date, starts: int, minutes: int) -> Span[datetime]:
    return Span(clock.instant(day, starts), clock.instant(day, starts + minutes))


def _minute(time: str) -> int:
    hour, minute = time.split(":")
    return int(hour) * 60 + int(minute)
