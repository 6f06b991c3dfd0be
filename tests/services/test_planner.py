"""The planner: last year's plan on this year's dates."""

from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from models import Art, Event, EventKind, PlanLine, Sitting
from services import clock, database, planner
from services.events import Draft
from services.planner import same_day
from services.refusals import FactWrong, NotAllowed
from tests.cast import AT, Village, gesture
from tests.services.test_events import count, do, evening, make


@pytest.mark.parametrize(
    ("day", "topic", "year", "then"),
    [
        (date(2026, 2, 18), "春节", 2027, date(2027, 2, 7)),  # 正月初二
        (date(2026, 2, 3), "春节", 2027, date(2027, 1, 23)),  # two weeks before it
        (date(2026, 2, 3), "", 2027, date(2027, 2, 3)),
        (date(2026, 9, 24), "中秋节", 2027, date(2027, 9, 14)),  # the eve of it
        (date(2026, 9, 23), "丰收节", 2027, date(2027, 9, 23)),
        (date(2026, 10, 18), "重阳节", 2027, date(2027, 10, 8)),
        (date(2026, 7, 1), "建党节", 2027, date(2027, 7, 1)),  # a fixed day stays
        (date(2026, 11, 12), "书画", 2027, date(2027, 11, 12)),
        (date(2026, 6, 19), "Dragon Boat Festival", 2027, date(2027, 6, 9)),
        (date(2028, 2, 29), "", 2029, date(2029, 2, 28)),
    ],
)
def test_a_day_goes_with_its_festival(day: date, topic: str, year: int, then: date) -> None:
    assert same_day(day, year, topic) == then


def held(village: Village, title: str, day: date, **facts: Any) -> None:
    """An event of the past, put on the stage as rows: the clock of the services begins with the program."""
    with village.engine.connect() as connection:
        number = int(connection.execute(sa.select(sa.func.count()).select_from(Event)).scalar_one()) + 1
    span = evening(day)
    facts = {"kind": EventKind.FESTIVAL, "in_charge": "周桂生", "seats": 40, **facts}
    event = Event(hall_id=village.hall.id, number=number, title=title, made_at=span.start - timedelta(days=7), **facts)
    room = village.rooms["activity"].id
    village.save(event, Sitting(hall_id=village.hall.id, event_id=event.id, room_id=room, starts_at=span.start, ends_at=span.end, day=day))


def ask(village: Village, question: Any, **facts: Any) -> Any:
    return database.read(village.engine, question, **{"at": AT, "by": village.zhou} | facts)


def test_last_years_plan_comes_back_on_this_years_days(village: Village) -> None:
    """AT is 10 March 2027: 清明 is near, and 三月三 on 9 April; the reading of last October is not."""
    held(village, "清明诵读", date(2026, 4, 3), topic="清明节", counts_as_reading=True)
    held(village, "三月三歌会", date(2026, 4, 19), topic="三月三")
    held(village, "重阳演出", date(2026, 10, 18), topic="重阳节")
    found = ask(village, planner.proposals)
    assert [(one.draft.title, one.day, one.last_day, one.days_left) for one in found] == [
        ("清明诵读", date(2027, 4, 3), date(2026, 4, 3), 24),
        ("三月三歌会", date(2027, 4, 9), date(2026, 4, 19), 30),
    ]
    assert (found[0].starts, found[0].lasts, found[0].room_id) == (19 * 60, 120, village.rooms["activity"].id)
    assert [one.draft.title for one in ask(village, planner.proposals, ahead=30)] == ["清明诵读", "三月三歌会"]
    assert not found[0].pressing
    assert ask(village, planner.proposals, at=clock.instant(date(2027, 3, 27), 600))[0].pressing
    make(village, Draft("清明诵读", EventKind.FESTIVAL, "周桂生"), spans=[evening(date(2027, 4, 4))])
    assert [one.draft.title for one in ask(village, planner.proposals)] == ["三月三歌会"]


def test_the_plan_is_held_against_what_was_held(village: Village) -> None:
    held(village, "元宵灯谜", date(2027, 2, 20))
    held(village, "妇女节", date(2027, 3, 8), kind=EventKind.CELEBRATION)
    make(village, Draft("书法班", EventKind.TRAINING, "周桂生", art=Art.DANCE), spans=[evening(date(2027, 3, 20))])
    for month, kind, target in ((2, EventKind.FESTIVAL, 2), (3, EventKind.TRAINING, 1)):
        do(village, planner.set_line, year=2027, month=month, kind=kind, target=target)
    rows = ask(village, planner.plan, year=2027)
    assert [(row.month, row.kind.value, row.target, row.done) for row in rows] == [
        (2, "festival", 2, 1), (3, "celebration", 0, 1), (3, "training", 1, 0)
    ]  # fmt: skip
    do(village, planner.set_line, year=2027, month=2, kind=EventKind.FESTIVAL, target=0)
    assert ask(village, planner.plan, year=2027)[0].target == 0
    assert ask(village, planner.plan, year=2026) == ()


def test_a_plan_line_set_twice_is_one_and_wrong_ones_are_refused(village: Village) -> None:
    hand = gesture()
    for _ in range(2):
        do(village, planner.set_line, year=2027, month=5, kind=EventKind.SPORT, target=3, gesture=hand)
    assert count(village, PlanLine) == 1
    for wrong, kind in (({"month": 13}, FactWrong), ({"target": 100}, FactWrong), ({"by": village.kiosk}, NotAllowed)):
        with pytest.raises(kind):
            do(village, planner.set_line, **{"year": 2027, "month": 5, "kind": EventKind.SPORT, "target": 3} | wrong)


def test_the_yardsticks_of_reading(village: Village) -> None:
    """Eight titles of the cast came this year, two of them equipment; a reading counts when it was held."""
    held(village, "共读", date(2027, 2, 24), kind=EventKind.READING, counts_as_reading=True)
    held(village, "普法阅读", date(2026, 12, 4), counts_as_reading=True)
    make(village, Draft("故事会", EventKind.READING, "周桂生"), spans=[evening(date(2027, 3, 25))])
    found = ask(village, planner.meters)
    assert (found.titles, found.titles_goal, found.readings, found.readings_goal) == (4, 60, 1, 4)
