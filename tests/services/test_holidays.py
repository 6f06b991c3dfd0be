"""Days off by law: announced or not yet, entered in one go, corrected, and kept on the record."""

from datetime import date

import pytest
from sqlmodel import Session, select

from models import DayOffKind, JournalRow
from services import database, holidays
from services.holidays import Holiday
from services.refusals import FactMissing, FactWrong, NotAllowed
from services.spans import Span
from tests.cast import AT, Village

SPRING = {"first": date(2027, 2, 5), "last": date(2027, 2, 13), "name": "春节", "kind": DayOffKind.DAY_OFF}


def enter(village: Village, **facts: object) -> None:
    database.write(village.engine, holidays.enter, **({"at": AT, "by": village.zhou} | SPRING | facts))


def year_of(village: Village, year: int) -> holidays.Year:
    return database.read(village.engine, holidays.year, hall_id=village.hall.id, year=year)


def test_a_new_hall_knows_what_was_announced(village: Village) -> None:
    village.save(*holidays.start(village.hall.id))
    year = year_of(village, 2026)
    assert year.announced
    assert [(one.name, len(one.days)) for one in year.holidays] == [
        ("元旦", 3), ("春节", 9), ("清明节", 3), ("劳动节", 5), ("端午节", 3), ("中秋节", 3), ("国庆节", 7),
    ]  # fmt: skip
    assert date(2026, 2, 14) in year.work_days
    assert not year_of(village, 2027).announced


def test_a_holiday_is_entered_in_one_go_and_written_over(village: Village) -> None:
    enter(village)
    enter(village, first=date(2027, 2, 14), last=date(2027, 2, 14), name="调休上班", kind=DayOffKind.WORK_DAY)
    enter(village, first=date(2027, 2, 13), last=date(2027, 2, 13), name="元宵", kind=DayOffKind.DAY_OFF)
    year = year_of(village, 2027)
    assert year.holidays == (Holiday("春节", date(2027, 2, 5), date(2027, 2, 12)), Holiday("元宵", date(2027, 2, 13), date(2027, 2, 13)))
    assert year.work_days == (date(2027, 2, 14),)
    with Session(village.engine) as session:
        written = session.exec(select(JournalRow).where(JournalRow.verb == "holidays").order_by(JournalRow.id)).all()  # type: ignore[arg-type]
    assert written[-1].facts["was"] == ["2027-02-13 春节 day_off"]


def test_days_taken_out_are_days_like_others(village: Village) -> None:
    enter(village)
    database.write(village.engine, holidays.clear, first=SPRING["first"], last=SPRING["last"], at=AT, by=village.zhou)
    assert not year_of(village, 2027).announced


def test_a_holiday_is_found_whole_by_any_of_its_days(village: Village) -> None:
    enter(village)
    for span, found in (
        (Span(date(2027, 2, 13), date(2027, 2, 20)), 1),
        (Span(date(2027, 2, 14), date(2027, 2, 20)), 0),
        (Span(date(2027, 2, 1), date(2027, 2, 6)), 1),
    ):
        touched = database.read(village.engine, holidays.touched, hall_id=village.hall.id, span=span)
        assert [len(one.days) for one in touched] == [9] * found


def test_impossible_days_and_strangers_are_refused(village: Village) -> None:
    with pytest.raises(FactMissing):
        enter(village, name=" ")
    for last in (date(2027, 2, 4), date(2027, 2, 20)):
        with pytest.raises(FactWrong):
            enter(village, last=last)
    with pytest.raises(NotAllowed):
        enter(village, by=village.kiosk)
    with pytest.raises(NotAllowed):
        database.write(village.engine, holidays.clear, first=SPRING["first"], last=SPRING["last"], at=AT, by=village.kiosk)
    assert not year_of(village, 2027).announced
