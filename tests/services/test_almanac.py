"""The lunar day, held against a second program."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from lunar_python import LunarYear, Solar
from lunar_python.util import LunarUtil

from services.almanac import LAST_DAY, lunar_day


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (date(2026, 5, 13), "三月廿七"),
        (date(2027, 2, 6), "正月初一"),
        (date(2030, 2, 3), "正月初一"),
        (date(2025, 7, 25), "闰六月初一"),
        (date(2026, 2, 16), "腊月廿九"),
        (date(2025, 12, 20), "冬月初一"),
        (date(2026, 5, 26), "四月初十"),
    ],
)
def test_known_days(day: date, words: str) -> None:
    assert lunar_day(day) == words


def test_every_day_of_150_years_agrees_with_a_second_program() -> None:
    """Two new moons, in 2089 and 2097, fall within three minutes of midnight: the Earth's own turning decides them, not a program."""
    wrong = {day for day, words in oracle() if day <= LAST_DAY and lunar_day(day) != words}
    assert {(day.year, day.month) for day in wrong} <= {(2089, 9), (2089, 10), (2097, 8), (2097, 9)}
    assert len(wrong) <= 60


def test_days_outside_the_almanac_have_no_lunar_day() -> None:
    assert lunar_day(date(1899, 1, 1)) == ""
    assert lunar_day(date(2101, 1, 1)) == ""


def oracle() -> Iterator[tuple[date, str]]:
    for year in range(1950, 2101):
        for month in LunarYear.fromYear(year).getMonthsInYear():
            noon = Solar.fromJulianDay(month.getFirstJulianDay())
            first = date(noon.getYear(), noon.getMonth(), noon.getDay())
            name = f"{'闰' if month.isLeap() else ''}{LunarUtil.MONTH[abs(month.getMonth())]}月"
            for passed in range(month.getDayCount()):
                yield first + timedelta(days=passed), name + LunarUtil.DAY[passed + 1]
