"""Opening the hall with one tap, what was not kept (C7), the hours meter, and who came."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlmodel import Session, SQLModel

from models import AreaKind, ClosureReason, Counted, Duty, JournalRow, OpeningLog, PersonInCharge, Room, RoomFunction
from services import clock, closures, database, door_counts, opening_log, opening_register, openings_kept
from services.closure_plans import Plan
from services.door_counts import Tally
from services.openings_kept import Anomaly, Kind
from services.refusals import ChangedMeanwhile, ClockWrong, FactWrong, HallUnattended, NotAllowed, ReasonMissing
from tests.cast import Village, gesture

DAY = date(2027, 3, 10)


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=clock.SHANGHAI).astimezone(UTC)


def today(time: str) -> datetime:
    return local(f"{DAY} {time}")


def do(village: Village, verb: Any, at: datetime, **facts: Any) -> Any:
    return database.write(village.engine, verb, at=at, **({"gesture": gesture(), "by": village.zhou} | facts))


def door(village: Village, at: datetime) -> opening_log.Door:
    return database.read(village.engine, opening_log.door, at=at, by=village.zhou)


def kept(village: Village, first: date, last: date, at: datetime) -> tuple[Anomaly, ...]:
    return database.read(village.engine, openings_kept.anomalies, hall_id=village.hall.id, first=first, last=last, at=at)


def count(village: Village, table: type[SQLModel]) -> int:
    with Session(village.engine) as session:
        return int(session.execute(sa.select(sa.func.count()).select_from(table)).scalar_one())


@pytest.fixture
def attended(village: Village) -> Village:
    """Somebody answers for the activity room too."""
    room = village.rooms["activity"].id
    village.save(PersonInCharge(hall_id=village.hall.id, room_id=room, name="李小兰", from_day=date(2026, 1, 1)))
    return village


def both_rooms(village: Village) -> tuple[UUID, UUID]:
    return village.rooms["library"].id, village.rooms["activity"].id


# -- one tap -----------------------------------------------------------------------------------------------------------


def test_one_tap_opens_the_hall_and_one_closes_it(attended: Village) -> None:
    pressed = gesture()
    assert [room.due for room in door(attended, today("07:59")).rooms] == [False, False]
    assert len(door(attended, today("08:45")).due) == 2
    assert [do(attended, opening_log.open_hall, today("08:58"), gesture=pressed) for _ in range(2)] == [2, 2]
    now = door(attended, today("10:00"))
    assert (now.opened_at, now.due) == (today("08:58"), ())
    assert [room.on_duty for room in now.rooms] == ["周桂生", "李小兰"]
    assert do(attended, opening_log.open_rooms, today("10:00"), rooms=both_rooms(attended)) == 0
    assert do(attended, opening_log.close, today("12:01")) == 2
    assert door(attended, today("12:02")).opened_at is None
    assert count(attended, OpeningLog) == 2


def test_one_room_opens_and_closes_alone(attended: Village) -> None:
    library, activity = both_rooms(attended)
    do(attended, opening_log.open_rooms, today("09:00"), rooms=(library,))
    do(attended, opening_log.open_rooms, today("09:30"), rooms=(activity,))
    assert do(attended, opening_log.close, today("10:00"), rooms=(library,)) == 1
    assert [room.opened_at for room in door(attended, today("10:01")).rooms] == [None, today("09:30")]


def test_nothing_opens_without_a_person_in_charge_or_a_deputy_on_duty(village: Village) -> None:
    library, activity = both_rooms(village)
    with pytest.raises(HallUnattended) as refused:
        do(village, opening_log.open_rooms, today("09:00"), rooms=(library, activity))
    assert refused.value.facts == {"room": "多功能活动厅"}
    assert (count(village, OpeningLog), count(village, JournalRow)) == (0, 0)
    assert do(village, opening_log.open_hall, today("09:00")) == 1  # the library alone: Old Zhou is there
    with pytest.raises(HallUnattended):
        do(village, opening_log.open_hall, today("09:01"))
    deputy = PersonInCharge(hall_id=village.hall.id, room_id=activity, duty=Duty.DEPUTY, name="王志明", from_day=DAY, to_day=DAY)
    village.save(deputy)
    assert do(village, opening_log.open_hall, today("09:02")) == 1
    tomorrow = timedelta(days=1)
    do(village, opening_log.open_rooms, today("09:00") + tomorrow, rooms=(library,))
    with pytest.raises(HallUnattended):  # the deputy's day is over
        do(village, opening_log.open_hall, today("09:05") + tomorrow)


def test_who_may_not_and_what_cannot_be_is_refused(attended: Village) -> None:
    with pytest.raises(NotAllowed):
        do(attended, opening_log.open_hall, today("09:00"), by=attended.kiosk)
    with pytest.raises(FactWrong):  # nothing is due at night
        do(attended, opening_log.open_hall, today("22:00"))
    with pytest.raises(FactWrong):
        do(attended, opening_log.open_rooms, today("09:00"), rooms=(gesture(),))
    do(attended, opening_log.open_hall, today("09:00"))
    with pytest.raises(ClockWrong):
        do(attended, opening_log.close, today("08:00"))


def test_a_closing_that_was_forgotten_is_added_with_its_true_time(attended: Village) -> None:
    library, _ = both_rooms(attended)
    do(attended, opening_log.open_rooms, today("09:00"), rooms=(library,))
    tomorrow = today("09:00") + timedelta(days=1)
    (left,) = door(attended, tomorrow).left_open
    assert (left.room, left.day, left.proposed_at) == ("文化旅游功能室", DAY, today("17:30"))
    assert sorted(one.kind for one in kept(attended, DAY, DAY, tomorrow)) == [Kind.NOT_CLOSED, Kind.NOT_OPENED, Kind.NOT_OPENED]
    facts = {"log_id": left.log_id, "closed_at": today("17:35"), "reason": "走得急，忘了点"}
    for wrong, refusal in (
        ({"reason": " "}, ReasonMissing),
        ({"closed_at": today("08:00")}, FactWrong),
        ({"log_id": gesture()}, ChangedMeanwhile),
    ):
        with pytest.raises(refusal):
            do(attended, opening_log.close_late, tomorrow, **(facts | wrong))
    do(attended, opening_log.close_late, tomorrow, **facts)
    with pytest.raises(ChangedMeanwhile):
        do(attended, opening_log.close_late, tomorrow, **facts)
    assert door(attended, tomorrow).left_open == ()
    assert do(attended, opening_log.open_hall, tomorrow) == 2


def test_an_opening_that_nobody_tapped_is_added_with_a_reason(attended: Village) -> None:
    library, _ = both_rooms(attended)
    facts = {"room_id": library, "opened_at": today("09:05"), "closed_at": today("11:55"), "reason": "停电，平板没电"}
    for wrong, refusal in (
        ({"reason": ""}, ReasonMissing), ({"room_id": gesture()}, FactWrong), ({"closed_at": today("09:00")}, FactWrong),
        ({"closed_at": today("23:00")}, FactWrong), ({"opened_at": today("09:05") - timedelta(days=3)}, FactWrong),
    ):  # fmt: skip
        with pytest.raises(refusal):
            do(attended, opening_log.enter, today("18:00"), **(facts | wrong))
    do(attended, opening_log.enter, today("18:00"), **facts)
    with pytest.raises(FactWrong):  # the same hours twice
        do(attended, opening_log.enter, today("18:00"), **(facts | {"opened_at": today("10:00")}))
    lines = database.read(attended.engine, opening_register.lines, hall_id=attended.hall.id, first=DAY, last=DAY, at=today("18:00"))
    assert (lines[0].room_day.real, lines[0].room_day.reason) == (((today("09:05"), today("11:55")),), "停电，平板没电")


# -- what was not kept -------------------------------------------------------------------------------------------------


def test_c7_not_opened_and_not_announced_is_an_anomaly(village: Village) -> None:
    first = date(2026, 3, 11)
    village.save(
        OpeningLog(
            hall_id=village.hall.id, room_id=village.rooms["library"].id, day=first, opened_at=local("2026-03-11 09:02"), on_duty="周桂生",
            closed_at=local("2026-03-11 17:31"),
        ),
        # The activity room is not the matter here.
        RoomFunction(hall_id=village.hall.id, room_id=village.rooms["library"].id, name="图书室"),
    )  # fmt: skip
    found = [one for one in kept(village, date(2026, 3, 1), date(2026, 3, 12), local("2026-03-13 08:00")) if one.room == "文化旅游功能室"]
    assert [(one.planned.start, one.kind) for one in found] == [
        (local("2026-03-12 14:30"), Kind.NOT_OPENED), (local("2026-03-12 09:00"), Kind.NOT_OPENED),
    ]  # fmt: skip
    said = {"room_id": found[0].room_id, "starts": (found[0].planned.start,)}
    with pytest.raises(ReasonMissing):
        do(village, opening_log.explain, local("2027-03-13 08:00"), **said, reason="")
    with pytest.raises(FactWrong):
        do(village, opening_log.explain, local("2027-03-13 08:00"), **(said | {"room_id": gesture()}), reason="去镇里")
    do(village, opening_log.explain, local("2027-03-13 08:00"), **said, reason="去镇里交表")
    again = kept(village, date(2026, 3, 12), date(2026, 3, 12), local("2026-03-13 08:00"))
    assert [one.reason for one in again if one.room_id == found[0].room_id] == ["去镇里交表", ""]


@pytest.mark.parametrize(
    ("opened", "closed", "kind"),
    [
        ("09:15", "12:00", None), ("09:16", "12:00", Kind.LATE), ("08:30", "11:45", None), ("08:30", "11:44", Kind.EARLY),
        ("12:30", "14:00", Kind.NOT_OPENED),
    ],
)  # fmt: skip
def test_a_quarter_of_an_hour_is_forgiven(attended: Village, opened: str, closed: str, kind: Kind | None) -> None:
    library, activity = both_rooms(attended)
    do(attended, opening_log.open_rooms, today(opened), rooms=(library,))
    do(attended, opening_log.close, today(closed))
    mine = [one.kind for one in kept(attended, DAY, DAY, today("14:40")) if one.room_id == library]
    assert mine == ([kind] if kind else [])
    assert [one.kind for one in kept(attended, DAY, DAY, today("14:46")) if one.room_id == activity] == [Kind.NOT_OPENED, Kind.NOT_OPENED]


def test_shut_in_between_is_an_anomaly_and_still_open_is_none(attended: Village) -> None:
    library, _ = both_rooms(attended)
    for opens, closes in (("09:00", "10:00"), ("10:30", None)):
        do(attended, opening_log.open_rooms, today(opens), rooms=(library,))
        if closes:
            do(attended, opening_log.close, today(closes))
    found = [one.kind for one in kept(attended, DAY, DAY, today("11:00")) if one.room_id == library]
    assert found == [Kind.INTERRUPTED]


def test_what_was_announced_in_time_is_no_anomaly_and_what_was_not_is(attended: Village) -> None:
    """A notice excuses nothing before it was published, nor after the reopening it promised."""
    plan = Plan(ClosureReason.CALLED_AWAY, today("08:00"), today("14:30"), "000-0000000", "周桂生")
    do(attended, closures.announce, today("10:00"), plan=plan)
    library = [one for one in kept(attended, DAY, DAY, today("17:30")) if one.room == "文化旅游功能室"]
    assert [(one.planned.start, one.planned.end, one.kind) for one in library] == [
        (today("14:30"), today("17:30"), Kind.NOT_OPENED), (today("09:00"), today("10:00"), Kind.NOT_OPENED),
    ]  # fmt: skip


# -- hours and people --------------------------------------------------------------------------------------------------


def test_planned_and_real_hours_add_up_to_a_meter(attended: Village) -> None:
    library, _ = both_rooms(attended)
    attended.save(RoomFunction(hall_id=attended.hall.id, room_id=library, name="图书室"))
    do(attended, opening_log.open_rooms, today("08:30"), rooms=(library,))
    do(attended, opening_log.close, today("12:00"))
    do(attended, opening_log.open_rooms, today("14:30"), rooms=(library,))
    monday = DAY - timedelta(days=2)
    first, second = database.read(attended.engine, openings_kept.week, hall_id=attended.hall.id, monday=monday, at=today("16:00"))
    assert (first.planned, first.real, first.yardstick) == (timedelta(hours=36), timedelta(hours=5), 42)
    assert (second.planned, second.real, second.yardstick) == (timedelta(hours=36), timedelta(), None)


def come(village: Village, who: Counted, number: int = 1, **facts: Any) -> Tally:
    return do(
        village, door_counts.count, **({"at": today("10:00"), "who": who, "number": number, "room_id": village.rooms["library"].id} | facts)
    )


def test_taps_at_the_door_add_up_and_reading_stands_beside(village: Village) -> None:
    pressed = gesture()
    come(village, Counted.ELDER, gesture=pressed)
    assert come(village, Counted.ELDER, gesture=pressed) == Tally(elder=1)
    come(village, Counted.MINOR, 12)
    come(village, Counted.READING, 3)
    tally = come(village, Counted.MINOR, -2)
    assert (tally, tally.total) == (Tally(elder=1, minor=10, reading=3), 11)
    (line,) = (
        line
        for line in database.read(village.engine, opening_register.lines, hall_id=village.hall.id, first=DAY, last=DAY, at=today("18:00"))
        if line.room_day.room_id == village.rooms["library"].id
    )
    assert line.came == tally
    assert database.read(village.engine, door_counts.by_hour, hall_id=village.hall.id, first=DAY, last=DAY) == {10: 11}


def test_less_than_nobody_never_came(village: Village) -> None:
    come(village, Counted.WOMAN, 2)
    office = Room(hall_id=village.hall.id, code="R-OFF", name="办公室", area_kind=AreaKind.OFFICE)
    village.save(office)
    for wrong in (
        {"number": -3},
        {"number": 0},
        {"number": 501},
        {"room_id": gesture()},
        {"room_id": office.id},
        {"day": DAY + timedelta(days=1)},
    ):
        with pytest.raises(FactWrong):
            come(village, Counted.WOMAN, **wrong)
    with pytest.raises(NotAllowed):
        come(village, Counted.WOMAN, by=village.kiosk)
    assert come(village, Counted.WOMAN, -2, day=DAY).total == 0
