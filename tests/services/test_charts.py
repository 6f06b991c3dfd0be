"""The charts show the registers' own figures: of a random history, by week and by month, whoever counts."""

import random
from datetime import date, timedelta

import pytest

from models import ActivityRecord, Counted, DoorCount, Event, EventKind, OpeningLog, Sitting
from services import charts, clock, database
from services.charts import Charts, Stretch
from services.refusals import NotAllowed
from tests.cast import AT, Village
from tests.registers import read

TODAY = clock.local_day(AT)
DAYS = 70
KINDS = (EventKind.LECTURE, EventKind.FESTIVAL, EventKind.FILM)


def look(village: Village, stretch: Stretch, room: str = "") -> Charts:
    facts = {"stretch": stretch, "room_id": village.rooms[room].id if room else None, "at": AT, "by": village.zhou}
    return database.read(village.engine, charts.look, **facts)  # type: ignore[arg-type]


def history(village: Village, seed: int) -> None:
    """Ten weeks at the door, some of it written down the day after; and what was held."""
    dice, mine = random.Random(seed), {"hall_id": village.hall.id}
    rooms = [room.id for room in village.rooms.values()]
    for back in range(DAYS, 0, -1):
        day = TODAY - timedelta(days=back)
        opened = clock.instant(day, dice.randrange(8 * 60, 10 * 60))
        closed = opened + timedelta(minutes=dice.randrange(30, 200))
        village.save(OpeningLog(**mine, room_id=dice.choice(rooms), day=day, opened_at=opened, closed_at=closed, on_duty="周桂生"))
        for _ in range(dice.randrange(4)):
            later = timedelta(days=dice.choice((0, 0, 1)), minutes=dice.randrange(600))
            counted = {"day": day, "at": opened + later, "who": dice.choice(list(Counted)), "number": dice.randrange(1, 30)}
            village.save(DoorCount(**mine, room_id=dice.choice(rooms), **counted))
    for number in range(1, 9):
        event = Event(**mine, number=number, title="一场", kind=dice.choice(KINDS), in_charge="周桂生", made_at=AT)
        start = clock.instant(TODAY - timedelta(days=dice.randrange(DAYS)), 600)
        when = {"starts_at": start, "ends_at": start + timedelta(hours=1), "day": clock.local_day(start)}
        sitting = Sitting(**mine, event_id=event.id, room_id=rooms[0], **when)
        versions = [ActivityRecord(**mine, sitting_id=sitting.id, version=n, people=9, filled_by="周桂生", at=AT) for n in (1, 2)]
        village.save(event, sitting, *versions[: dice.randrange(3)])


@pytest.mark.parametrize("seed", [1, 2])
def test_the_charts_are_the_registers(village: Village, seed: int) -> None:
    history(village, seed)
    for stretch in (charts.weeks(TODAY), Stretch(TODAY - timedelta(days=50), TODAY + timedelta(days=1))):
        drawn, frame = look(village, stretch), (stretch.since, stretch.until)
        log, records = read(village, "10", *frame), read(village, "11", *frame)
        assert drawn.came == sum(line["到访人次"] for line in log) > 0
        assert sum(count for _, count in drawn.by_hour) + drawn.later == drawn.came
        assert drawn.later > 0
        assert [hour for hour, _ in drawn.by_hour] == list(range(drawn.by_hour[0][0], drawn.by_hour[-1][0] + 1))
        assert sum(count for _, count in drawn.by_kind) == len(records) > 0
        assert [kind for kind, _ in drawn.by_kind] == [kind for kind in EventKind if kind in dict(drawn.by_kind)]
        rooms = [look(village, stretch, room) for room in village.rooms]
        for total in ("planned", "real"):
            whole = getattr(drawn, total)
            assert whole == pytest.approx(sum(getattr(each, total) for each in rooms), abs=0.2)
            assert whole == pytest.approx(sum(getattr(each, total) for each in drawn.hours), abs=0.05 * len(drawn.hours))


def test_weeks_and_months_stand_in_their_order(village: Village) -> None:
    assert charts.weeks(TODAY).begins()[::11] == (date(2026, 12, 21), date(2027, 3, 8))
    assert [begins.month for begins in charts.year(2027).begins()] == list(range(1, 13))
    nothing = look(village, charts.year(2020))
    assert (nothing.came, nothing.by_hour, nothing.by_kind, nothing.planned, nothing.real) == (0, (), (), 0, 0)
    with pytest.raises(NotAllowed):
        database.read(village.engine, charts.look, stretch=charts.year(2027), at=AT, by=village.kiosk)
