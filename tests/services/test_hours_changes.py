"""Hours set on the tablet: notice, preview, what is due, what is on, the way back, and every minute of a year after many changes."""

import time
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlmodel import Session

from models import DayOffKind, DueMove, JournalRow, Loan, Opening, OpeningSlot, RoomFunction, RoomUse, Season, StatutoryDay, UseKind
from services import clock, database, hours, hours_changes, hours_plans
from services.calendars import Slot
from services.hours_changes import Changed
from services.hours_plans import Change, DayHours, Layer, Preview
from services.refusals import (
    ApproverNotAllowed,
    ChangedMeanwhile,
    DayPassed,
    FactMissing,
    FactWrong,
    HolidayClosed,
    NoOpenDay,
    NotAllowed,
    NoticeTooShort,
)
from services.spans import Span
from tests.cast import AT, Village, gesture
from tests.services.test_calendars import assert_right, hm
from tests.services.test_closures import lend, row
from tests.services.test_events import count

TODAY = date(2027, 3, 10)  # a Wednesday
SOON = TODAY + timedelta(days=7)
EVENING = (hm("09:00-12:00"), hm("18:00-21:00"))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=clock.SHANGHAI).astimezone(UTC)


def of(village: Village, layer: Layer = Layer.WEEK, first: date = SOON, room: str = "library", **facts: Any) -> Change:
    return Change(village.rooms[room].id, layer, first, **facts)


def do(village: Village, change: Change, **facts: Any) -> Changed:
    return database.write(
        village.engine, hours_changes.change, change=change, **{"at": AT, "gesture": gesture(), "by": village.zhou} | facts
    )


def undo(village: Village, **facts: Any) -> None:
    facts = {"room_id": village.rooms["library"].id, "at": AT, "gesture": gesture(), "by": village.zhou} | facts
    database.write(village.engine, hours_changes.undo, **facts)


def look(village: Village, change: Change, reason: str = "") -> Preview:
    return database.read(village.engine, hours_plans.preview, hall_id=village.hall.id, change=change, reason=reason, at=AT)


def slots(village: Village, day: date, room: str = "library") -> tuple[Slot, ...]:
    return database.read(village.engine, lambda session: hours.calendar_of(session, village.rooms[room].id).slots_on(day))


def rows_of(village: Village) -> list[Any]:
    tables = (Season, Opening, OpeningSlot, Loan, DueMove, JournalRow)
    with Session(village.engine) as session:
        return [session.execute(sa.select(sa.func.count()).select_from(table)).scalar_one() for table in tables]


USUAL = (hm("09:00-12:00"), hm("14:30-17:30"))


# -- what holds when ------------------------------------------------------------------------------------------------------


def test_a_new_week_holds_from_its_day_on_and_the_past_stays(village: Village) -> None:
    do(village, of(village, week={2: EVENING, 3: ()}))
    assert slots(village, SOON - timedelta(days=7)) == USUAL
    assert slots(village, SOON) == EVENING
    assert slots(village, SOON + timedelta(days=1)) == ()
    assert slots(village, SOON + timedelta(days=2)) == USUAL
    assert slots(village, SOON + timedelta(days=700)) == EVENING
    assert slots(village, SOON, "activity") == USUAL
    # The same day again is the same week, corrected; a later one follows it.
    do(village, of(village, week={3: USUAL}))
    do(village, of(village, first=SOON + timedelta(days=14), week={2: USUAL}))
    assert [slots(village, SOON + timedelta(days=days)) for days in (0, 1, 7, 14)] == [EVENING, USUAL, EVENING, USUAL]
    assert count(village, Season) == 2


def test_a_season_wins_over_the_week_and_a_date_over_both(village: Village) -> None:
    summer = {"name": "暑假", "last": date(2027, 8, 31)}
    do(village, of(village, Layer.SEASON, date(2027, 7, 1), **summer, week={0: USUAL}))
    do(village, of(village, first=date(2027, 7, 10), week={0: EVENING}))
    do(village, of(village, Layer.DAY, date(2027, 7, 12), name="抗旱", week={0: ()}))
    monday = [slots(village, date(2027, 7, 5) + timedelta(days=7 * number)) for number in (0, 1, 2, 9)]
    assert monday == [USUAL, (), USUAL, EVENING]
    do(village, of(village, Layer.DAY, date(2027, 7, 12), week=None))
    assert slots(village, date(2027, 7, 12)) == USUAL


def test_a_season_that_runs_ends_early_and_its_days_so_far_stay(village: Village) -> None:
    season = {"first": TODAY, "last": TODAY + timedelta(days=30), "name": "春耕"}
    do(village, of(village, Layer.SEASON, **season, week={2: (hm("08:00-12:00"), hm("14:30-18:00"))}))
    later = AT + timedelta(days=7)
    do(village, of(village, Layer.SEASON, **season), at=later, reason="春耕忙完了")
    assert slots(village, TODAY) == (hm("08:00-12:00"), hm("14:30-18:00"))
    assert slots(village, TODAY + timedelta(days=7)) == USUAL
    there = database.read(village.engine, hours_plans.layers, hall_id=village.hall.id, room_id=village.rooms["library"].id, today=TODAY)
    assert [(one.change.layer, one.change.first, one.change.last) for one in there] == [(Layer.SEASON, TODAY, TODAY + timedelta(days=6))]


def test_what_is_laid_over_is_listed_by_its_first_day(village: Village) -> None:
    do(village, of(village, Layer.DAY, SOON, name="赶集", week={2: EVENING}))
    do(village, of(village, first=SOON + timedelta(days=1), week={2: (), 3: EVENING}))
    there = database.read(village.engine, hours_plans.layers, hall_id=village.hall.id, room_id=village.rooms["library"].id, today=TODAY)
    assert [(one.change.layer, one.change.name, one.change.week, one.begun) for one in there] == [
        (Layer.DAY, "赶集", {2: EVENING}, False), (Layer.WEEK, "", {2: (), 3: EVENING}, False),
    ]  # fmt: skip


# -- notice ----------------------------------------------------------------------------------------------------------------


def test_fewer_hours_need_seven_days_and_more_hours_none(village: Village) -> None:
    tomorrow = TODAY + timedelta(days=6)
    shorter = of(village, first=tomorrow, week={1: (hm("09:00-12:00"),)})
    with pytest.raises(NoticeTooShort) as refused:
        do(village, shorter)
    assert refused.value.facts == {"days": 7}
    with pytest.raises(ApproverNotAllowed):
        do(village, shorter, reason="抗旱", approver_id=village.staff["lan"].id)
    longer = of(village, first=TODAY, week={2: (*USUAL, hm("19:00-21:00"))})
    assert look(village, longer).refusals == ()
    assert do(village, longer) == Changed(village.rooms["library"].id, 0, flagged=False)
    assert do(village, shorter, reason="抗旱") == Changed(village.rooms["library"].id, 0, flagged=True)
    newest, first = database.read(
        village.engine, hours_changes.history, hall_id=village.hall.id, room_id=village.rooms["library"].id
    )  # fmt: skip
    assert (newest.flagged, newest.reason, newest.who, newest.first) == (True, "抗旱", "周桂生", tomorrow)
    assert (first.flagged, first.verb) == (False, "hours_week")


def test_over_a_holiday_the_hall_is_not_closed_without_an_approver(village: Village) -> None:
    for room in ("library", "activity"):
        closed = of(village, Layer.DAY, date(2027, 5, 1), room, name="休息", week={5: ()})
        if room == "library":
            do(village, closed, reason="五一轮休")
    village.save(StatutoryDay(hall_id=village.hall.id, day=date(2027, 5, 1), name="劳动节", kind=DayOffKind.DAY_OFF))
    with pytest.raises(HolidayClosed):
        do(village, closed)
    assert do(village, closed, reason="屋面大修").flagged


def test_what_cannot_be_is_refused(village: Village) -> None:
    touching = (hm("09:00-12:00"), hm("11:00-13:00"))
    for refusal, change in (
        (FactWrong, Change(gesture(), Layer.WEEK, SOON, week={0: ()})),
        (FactWrong, of(village, week={7: ()})),
        (FactWrong, of(village, week={})),
        (FactWrong, of(village, week={0: touching})),
        (FactWrong, of(village, week={0: (Span(-1, 60),)})),
        (FactWrong, of(village, Layer.SEASON, SOON, last=SOON - timedelta(days=1), name="x", week={0: ()})),
        (FactMissing, of(village, Layer.SEASON, SOON, last=SOON, week={0: ()})),
        (FactMissing, of(village, Layer.DAY, SOON, name=" ", week={2: ()})),
        (DayPassed, of(village, first=TODAY - timedelta(days=1), week={0: ()})),
        (NoOpenDay, of(village, week=dict.fromkeys(range(7), ()))),
    ):
        lend(village, "huozhe", "mei", "2027-03-20") if refusal is NoOpenDay else None
        before = rows_of(village)
        assert refusal in {type(each) for each in look(village, change).refusals}
        with pytest.raises(refusal):
            do(village, change)
        assert rows_of(village) == before
    with pytest.raises(NotAllowed):
        do(village, of(village, week={0: USUAL}), by=village.kiosk)
    # A plain week that holds already is not taken out of the past.
    assert DayPassed in {type(each) for each in look(village, of(village, first=TODAY)).refusals}


# -- the preview -------------------------------------------------------------------------------------------------------------


def test_the_preview_says_what_would_come_and_writes_nothing(village: Village) -> None:
    library = village.rooms["library"].id
    village.save(RoomFunction(hall_id=village.hall.id, room_id=library, name="图书室"))
    loan = lend(village, "huozhe", "mei", "2027-03-17")
    taken = {"room_id": library, "kind": UseKind.EVENT, "taken_at": AT, "hall_id": village.hall.id}
    village.save(
        RoomUse(**taken, source_id=gesture(), starts_at=at("2027-03-17 10:00"), ends_at=at("2027-03-17 11:00"), note="故事会"),
        RoomUse(**taken, source_id=gesture(), starts_at=at("2027-03-18 10:00"), ends_at=at("2027-03-18 11:00"), note="书法"),
        RoomUse(**taken, source_id=gesture(), starts_at=at("2027-03-10 15:00"), ends_at=at("2027-03-10 16:00"), note="今天的"),
    )
    change, before = of(village, week={2: ()}), rows_of(village)
    seen = look(village, change)
    assert rows_of(village) == before
    assert seen.refusals == ()
    assert [one.day.isoformat() for one in seen.this_week] == [f"2027-03-{day:02}" for day in range(8, 15)]
    assert not any(one.differs for one in seen.this_week)
    assert seen.changed[0] == DayHours(SOON, USUAL, ())
    assert all(one.day.weekday() == 2 for one in seen.changed)
    assert [(one.loan_id, one.old_day, one.new_day) for one in seen.moved] == [(loan, SOON, date(2027, 3, 18))]
    assert [use.title for use in seen.outside] == ["故事会"]
    assert (seen.was_planned, seen.planned, seen.yardstick) == (timedelta(hours=36), timedelta(hours=30), 42)
    assert do(village, change).moved == 1
    assert row(village, Loan, loan).due_day == date(2027, 3, 18)
    assert look(village, of(village, week={0: USUAL}, room="activity")).yardstick is None


# -- once, and back ------------------------------------------------------------------------------------------------------------


def test_twice_is_once_and_the_last_change_of_the_day_has_a_way_back(village: Village) -> None:
    once, change = gesture(), of(village, Layer.DAY, SOON, name="赶集", week={2: EVENING})
    assert do(village, change, gesture=once) == do(village, change, gesture=once)
    do(village, of(village, Layer.DAY, SOON, name="改", week={2: ()}))
    back = gesture()
    undo(village, gesture=back)
    undo(village, gesture=back)
    assert slots(village, SOON) == EVENING
    with pytest.raises(ChangedMeanwhile):
        undo(village)
    with pytest.raises(NotAllowed):
        undo(village, by=village.kiosk)


def test_a_way_back_is_of_the_same_day_and_what_was_not_set_is_not_set_again(village: Village) -> None:
    do(village, of(village, week={2: EVENING, 4: ()}))
    with pytest.raises(ChangedMeanwhile):
        undo(village, at=AT + timedelta(days=1))
    undo(village)
    assert slots(village, SOON) == slots(village, SOON + timedelta(days=2)) == USUAL
    there = database.read(village.engine, hours_plans.layers, hall_id=village.hall.id, room_id=village.rooms["library"].id, today=TODAY)
    assert there == ()
    past = database.read(village.engine, hours_changes.history, hall_id=village.hall.id, room_id=village.rooms["library"].id)
    assert [one.undone for one in past] == [True, False]


# -- every minute ----------------------------------------------------------------------------------------------------------------


def test_every_minute_of_a_year_is_right_after_many_changes(village: Village, monkeypatch: pytest.MonkeyPatch) -> None:
    """Weeks, seasons and dates entered in a random order through the use case, held against one cell for each minute."""
    monkeypatch.setenv("TZ", "America/St_Johns")
    time.tzset()
    dice, room, entered = Random(42), village.rooms["library"].id, list[Change]()  # the same year every time
    for _ in range(14):
        change = _random(dice, room)
        do(village, change, reason="试验")
        entered.append(change)
    calendar = database.read(village.engine, lambda session: hours.calendar_of(session, room))
    days, table = 366, bytearray(368 * 1440)
    for number in range(-1, days):
        for slot in _in_words(entered, TODAY + timedelta(days=number)):
            for minute in range(max(0, number * 1440 + slot.start), number * 1440 + slot.end):
                table[minute] = 1
    table = table[: days * 1440]
    edges = [minute for minute in range(1, len(table)) if table[minute] != table[minute - 1]]
    assert len(edges) > 700
    for minute in {*edges, *(edge - 1 for edge in edges), *(dice.randrange(len(table)) for _ in range(300))}:
        assert_right(calendar, table, TODAY, minute)
    monkeypatch.delenv("TZ")
    time.tzset()


def _random(dice: Random, room: UUID) -> Change:
    layer = dice.choice(list(Layer))
    first = TODAY + timedelta(days=dice.randrange(340))
    last = first + timedelta(days=dice.randrange(1, 60)) if layer is Layer.SEASON else None
    weekdays = [first.weekday()] if layer is Layer.DAY else dice.sample(range(7), dice.randint(1, 7))
    return Change(room, layer, first, last, "试", {weekday: _some(dice) for weekday in weekdays})


def _some(dice: Random) -> tuple[Slot, ...]:
    starts = sorted(dice.sample(range(6 * 60, 24 * 60, 45), dice.randint(0, 3)))
    return tuple(Span(start, start + (dice.randrange(5, 45) if start != starts[-1] else dice.randrange(5, 600))) for start in starts)


def _in_words(entered: list[Change], day: date) -> tuple[Slot, ...]:
    """The rule as it is written: the date, else the season that began last (the shorter of two), else the newest week, else the old one."""
    hours_of_day: tuple[Slot, ...] = () if day.weekday() == 0 else USUAL
    for layer, rank in (
        (Layer.WEEK, lambda c: (c.first,)),
        (Layer.SEASON, lambda c: (c.first, -c.last.toordinal())),
        (Layer.DAY, lambda c: (c.first,)),
    ):
        for change in sorted((one for one in entered if one.layer is layer), key=rank):
            last = {Layer.WEEK: date.max, Layer.SEASON: change.last, Layer.DAY: change.first}[layer]
            if change.first <= day <= last and day.weekday() in (change.week or {}):
                hours_of_day = (change.week or {})[day.weekday()]
    return hours_of_day
