"""Events: announced with a room and equipment, moved, changed, called off; and nothing overlaps."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from models import Art, Event, EventChange, EventKind, EventThing, JournalRow, Sitting
from services import clock, database, events, recurrence, sign_ups
from services.event_things import Wanted
from services.events import Draft, Look, Made
from services.recurrence import Beat, Rule
from services.refusals import (
    ChangedMeanwhile,
    EventGone,
    FactMissing,
    FactWrong,
    NotAllowed,
    ReasonMissing,
    Refusal,
    RoomTaken,
    RoomTooSmall,
    SeatsGiven,
    ThingKept,
    UnknownCode,
)
from services.sign_ups import Guest
from services.spans import Span
from tests.cast import AT, NEXT_VILLAGE, Village, gesture

DAY = date(2027, 3, 20)
TALK = Draft("稻虾养殖技术讲座", EventKind.LECTURE, "周桂生", seats=40)


def evening(day: date = DAY, hour: int = 19, hours: int = 2) -> Span[datetime]:
    return Span(clock.instant(day, hour * 60), clock.instant(day, (hour + hours) * 60))


def do(village: Village, verb: Any, **facts: Any) -> Any:
    return database.write(village.engine, verb, **{"at": AT, "gesture": gesture(), "by": village.zhou} | facts)


def make(village: Village, draft: Draft = TALK, room: str = "activity", spans: Sequence[Span[datetime]] = (), **facts: Any) -> Made:
    made = do(village, events.make, **{"draft": draft, "room_id": village.rooms[room].id, "spans": spans or [evening()]} | facts)
    assert isinstance(made, Made)
    return made


def sittings(village: Village, event_id: UUID) -> list[Any]:
    with village.engine.connect() as connection:
        found = sa.select(Sitting.__table__).where(Sitting.event_id == event_id).order_by(Sitting.number)  # type: ignore[attr-defined]
        return list(connection.execute(found))


def count(village: Village, table: Any) -> int:
    with village.engine.connect() as connection:
        return int(connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one())


def refused(verb: Any, kind: type[Refusal]) -> dict[str, Any]:
    with pytest.raises(kind) as refusal:
        verb()
    return refusal.value.facts


def test_an_event_takes_its_room_for_its_hours(village: Village) -> None:
    made = make(village)
    assert (made.number, made.sittings, made.skipped) == (1, 1, ())
    (sitting,) = sittings(village, made.event_id)
    assert (sitting.day, sitting.number, sitting.starts_at) == (DAY, 1, clock.instant(DAY, 19 * 60))
    assert refused(lambda: make(village, spans=[evening(hour=20)]), RoomTaken) == {}
    make(village, spans=[evening(hour=21, hours=1)])
    make(village, room="library")
    assert count(village, Event) == 3


def test_a_course_skips_what_is_taken(village: Village) -> None:
    make(village, spans=[evening(DAY + timedelta(days=7))])
    lessons = recurrence.spans(recurrence.days(Rule(Beat.WEEKLY, DAY, count=4)), starts=19 * 60, minutes=90)
    course = Draft("书法班", EventKind.TRAINING, "周桂生", seats=20, art=Art.CALLIGRAPHY_PAINTING, teacher="陈老师")
    refused(lambda: make(village, course, spans=lessons), RoomTaken)
    made = make(village, course, spans=lessons, skip_taken=True)
    assert made.sittings == 3
    assert [clock.local_day(span.start) for span in made.skipped] == [DAY + timedelta(days=7)]
    assert [row.number for row in sittings(village, made.event_id)] == [1, 2, 3]
    refused(lambda: make(village, course, spans=[lessons[0]], skip_taken=True), RoomTaken)


def test_twice_is_once(village: Village) -> None:
    hand = gesture()
    first, second = make(village, gesture=hand), make(village, gesture=hand)
    assert (first.event_id, first.number) == (second.event_id, second.number)
    assert (count(village, Event), count(village, Sitting)) == (1, 1)
    (sitting,) = sittings(village, first.event_id)
    for verb, facts in (
        (events.move, {"sitting_id": sitting.id, "room_id": village.rooms["library"].id, "span": evening()}),
        (events.edit, {"event_id": first.event_id, "draft": TALK}),
        (events.cancel, {"event_id": first.event_id, "reason": "下大雨"}),
    ):
        hand = gesture()
        do(village, verb, **facts, gesture=hand)
        rows = count(village, JournalRow), count(village, EventChange)
        do(village, verb, **facts, gesture=hand)
        assert (count(village, JournalRow), count(village, EventChange)) == rows


@pytest.mark.parametrize(
    ("draft", "kind", "facts"),
    [
        (Draft(" ", EventKind.FILM, "周桂生"), FactMissing, {"field": "event_title"}),
        (Draft("电影", EventKind.FILM, ""), FactMissing, {"field": "event_in_charge"}),
        (Draft("书法班", EventKind.TRAINING, "周桂生"), FactMissing, {"field": "art"}),
        (Draft("专题", EventKind.THEMED, "周桂生"), FactMissing, {"field": "task"}),
        (Draft("电影", EventKind.FILM, "周桂生", seats=0), FactWrong, {"field": "seats"}),
    ],
)
def test_what_is_missing_is_named(village: Village, draft: Draft, kind: type[Refusal], facts: dict[str, str]) -> None:
    assert refused(lambda: make(village, draft), kind) == facts
    assert (count(village, Event), count(village, JournalRow)) == (0, 0)


def test_no_event_in_the_past_in_no_room_or_by_the_kiosk(village: Village) -> None:
    assert refused(lambda: make(village, spans=[evening(date(2027, 3, 9))]), FactWrong) == {"field": "at"}
    assert refused(lambda: make(village, room_id=gesture()), FactWrong) == {"field": "room"}
    refused(lambda: make(village, by=village.kiosk), NotAllowed)


def test_a_reading_counts_as_reading_whatever_is_said(village: Village) -> None:
    made = make(village, Draft("共读一本书", EventKind.READING, "周桂生"))
    with village.engine.connect() as connection:
        assert connection.execute(sa.select(Event.counts_as_reading).where(Event.id == made.event_id)).scalar_one()


def test_moving_to_a_smaller_room_shows_the_overflow_first(village: Village) -> None:
    made = make(village, Draft("村晚", EventKind.FESTIVAL, "周桂生", seats=60))
    for number in range(43):
        sign(village, made.event_id, f"村民{number}")
    (sitting,) = sittings(village, made.event_id)
    library = village.rooms["library"].id
    seen = database.read(village.engine, events.look, room_id=library, spans=[evening()], heads=43, at=AT, by=village.zhou)
    assert seen == Look((), 3, 40)
    move = {"sitting_id": sitting.id, "room_id": library, "span": evening()}
    assert refused(lambda: do(village, events.move, **move), RoomTooSmall) == {"over": 3}
    do(village, events.move, **move, overflow_seen=True, reason="活动厅漏水")
    (moved,) = sittings(village, made.event_id)
    assert moved.room_id == library
    make(village)  # the room it left is free again
    with village.engine.connect() as connection:
        change = connection.execute(sa.select(EventChange.__table__).where(EventChange.kind == "moved")).one()  # type: ignore[attr-defined]
    assert (change.old_room_id, change.old_starts_at, change.reason) == (village.rooms["activity"].id, evening().start, "活动厅漏水")


def test_one_lesson_moves_and_the_others_stay(village: Village) -> None:
    lessons = [evening(DAY + timedelta(days=7 * week)) for week in range(3)]
    made = make(village, spans=lessons)
    second = sittings(village, made.event_id)[1]
    room = village.rooms["activity"].id
    refused(lambda: do(village, events.move, sitting_id=second.id, room_id=room, span=lessons[2]), RoomTaken)
    later = Span(lessons[1].start + timedelta(minutes=30), lessons[1].end + timedelta(minutes=30))
    do(village, events.move, sitting_id=second.id, room_id=room, span=later)
    assert [row.starts_at for row in sittings(village, made.event_id)] == [lessons[0].start, later.start, lessons[2].start]
    assert refused(lambda: do(village, events.move, sitting_id=second.id, room_id=room, span=evening(date(2027, 3, 1))), FactWrong) == {
        "field": "at"
    }
    refused(lambda: do(village, events.move, sitting_id=gesture(), room_id=room, span=later), EventGone)


def test_one_lesson_is_left_out_but_never_the_last(village: Village) -> None:
    made = make(village, spans=[evening(), evening(DAY + timedelta(days=7))])
    first, second = sittings(village, made.event_id)
    refused(lambda: do(village, events.cancel_sitting, sitting_id=first.id, reason=" "), ReasonMissing)
    do(village, events.cancel_sitting, sitting_id=first.id, reason="停电")
    make(village)
    refused(lambda: do(village, events.cancel_sitting, sitting_id=first.id, reason="停电"), EventGone)
    refused(lambda: do(village, events.cancel_sitting, sitting_id=second.id, reason="停电"), ChangedMeanwhile)


def test_calling_off_frees_room_and_equipment(village: Village) -> None:
    things = [Wanted(village.item_id("erhu")), Wanted(village.item_id("drums"), 15)]
    made = make(village, things=things)
    assert refused(lambda: make(village, room="library", things=things), ThingKept) == {"name": "二胡"}
    assert refused(lambda: make(village, room="library", things=[Wanted(village.item_id("drums"), 6)]), ThingKept) == {"name": "腰鼓"}
    make(village, room="library", things=[Wanted(village.item_id("drums"), 5)])
    refused(lambda: do(village, events.cancel, event_id=made.event_id, reason=""), ReasonMissing)
    refused(lambda: do(village, events.cancel, event_id=made.event_id, reason="雨", by=village.kiosk), NotAllowed)
    do(village, events.cancel, event_id=made.event_id, reason="下大雨")
    make(village, things=[Wanted(village.item_id("erhu"))])
    refused(lambda: do(village, events.cancel, event_id=made.event_id, reason="下大雨"), EventGone)
    assert count(village, EventThing) == 4


def test_equipment_is_equipment_of_this_hall(village: Village) -> None:
    refused(lambda: make(village, things=[Wanted(village.item_id("huozhe"))]), UnknownCode)
    refused(lambda: make(village, things=[Wanted(gesture())]), UnknownCode)
    assert count(village, Event) == 0


def test_what_is_over_is_not_called_off(village: Village) -> None:
    made = make(village)
    refused(lambda: do(village, events.cancel, event_id=made.event_id, reason="雨", at=evening().end), EventGone)


def test_more_seats_move_the_waiting_list_up_and_fewer_than_given_are_refused(village: Village) -> None:
    made = make(village, Draft("讲座", EventKind.LECTURE, "周桂生", seats=2))
    tickets = [sign(village, made.event_id, f"村民{number}") for number in range(4)]
    assert [ticket.seated for ticket in tickets] == [True, True, False, False]
    assert refused(
        lambda: do(village, events.edit, event_id=made.event_id, draft=Draft("讲座", EventKind.LECTURE, "周桂生", seats=1)), SeatsGiven
    ) == {"have": 2}
    do(village, events.edit, event_id=made.event_id, draft=Draft("讲座", EventKind.LECTURE, "周桂生", seats=3))
    listed = database.read(village.engine, sign_ups.names, event_id=made.event_id, by=village.zhou)
    assert [(name.position, name.state.value) for name in listed] == [(1, "seated"), (2, "seated"), (3, "seated"), (4, "waiting")]


def sign(village: Village, event_id: UUID, name: str) -> Any:
    return do(village, sign_ups.sign_up, event_id=event_id, guest=Guest(name, "二组"), by=village.zhou)


def test_the_next_village_has_its_own_events(village: Village) -> None:
    assert NEXT_VILLAGE
    stranger = type(village.zhou)(village.zhou.kind, gesture(), staff_id=village.zhou.staff_id)
    made = make(village)
    refused(lambda: do(village, events.cancel, event_id=made.event_id, reason="雨", by=stranger), EventGone)
