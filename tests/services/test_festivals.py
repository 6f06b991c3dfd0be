"""Festivals and solar terms: every row of the house's table, and a second program for 150 years."""

import csv
from collections import Counter
from datetime import date, timedelta

import pytest
from lunar_python import Lunar, Solar

from services import festivals
from services.festivals import YEARS, Festival, Moon, in_year, lunar, month_length, of_year, solar_day, term_day
from services.founding import START
from services.words import words

TERMS = ("小寒", "大寒", "立春", "雨水", "惊蛰", "春分", "清明", "谷雨", "立夏", "小满", "芒种", "夏至", "小暑", "大暑", "立秋", "处暑", "白露", "秋分", "寒露", "霜降", "立冬", "小雪", "大雪", "冬至")  # fmt: skip


def table() -> list[dict[str, str]]:
    with (START / "festivals.csv").open(encoding="utf-8") as rows:
        return list(csv.DictReader(rows))


@pytest.mark.parametrize("row", table(), ids=lambda row: f"{row['date']} {row['name']}")
def test_every_row_of_the_table_is_found_on_its_day(row: dict[str, str]) -> None:
    say = words("zh-CN").say
    day = date.fromisoformat(row["date"])
    assert row["name"] in {say(f"festival.{one.festival}") for one in of_year(day.year) if one.day == day}


def test_the_days_other_programs_get_wrong() -> None:
    assert in_year(Festival.SPRING_FESTIVAL, 2027) == date(2027, 2, 6)
    assert in_year(Festival.SPRING_FESTIVAL, 2030) == date(2030, 2, 3)


def test_2033_has_a_leap_eleventh_month() -> None:
    assert lunar(date(2033, 12, 22)) == Moon(2033, 11, 1, leap=True)
    assert solar_day(Moon(2033, 11, 1, leap=True)) == date(2033, 12, 22)
    assert in_year(Festival.SPRING_FESTIVAL, 2034) == date(2034, 2, 19)
    with pytest.raises(ValueError, match="month=8"):
        solar_day(Moon(2033, 8, 1, leap=True))


def test_a_short_month_has_no_thirtieth() -> None:
    assert month_length(2025, 12) == 29
    assert in_year(Festival.NEW_YEARS_EVE, 2026) == date(2026, 2, 16)
    with pytest.raises(ValueError, match="day=30"):
        solar_day(Moon(2025, 12, 30))


def test_new_years_day_of_150_years_agrees_with_a_second_program() -> None:
    for year in YEARS:
        solar = Lunar.fromYmd(year, 1, 1).getSolar()
        assert in_year(Festival.SPRING_FESTIVAL, year) == date(solar.getYear(), solar.getMonth(), solar.getDay())


def test_lunar_festivals_of_150_years_agree_with_a_second_program() -> None:
    """But for the moons of 2089 and 2097 that fall within minutes of midnight."""
    there_and_here = {"腊八节": Festival.LABA, "元宵节": Festival.LANTERN, "端午节": Festival.DRAGON_BOAT, "七夕节": Festival.QIXI, "中秋节": Festival.MID_AUTUMN, "重阳节": Festival.DOUBLE_NINTH, "除夕": Festival.NEW_YEARS_EVE}  # fmt: skip
    wrong = set()
    for year in YEARS:
        for one in of_year(year):
            if one.festival in there_and_here.values():
                theirs = Solar.fromYmd(one.day.year, one.day.month, one.day.day).getLunar().getFestivals()
                if one.festival not in {there_and_here.get(name) for name in theirs}:
                    wrong.add((year, one.festival))
    assert {year for year, _ in wrong} <= {2089, 2097}


def test_solar_terms_of_150_years_agree_with_a_second_program() -> None:
    for year in YEARS:
        theirs = Lunar.fromYmd(year, 6, 1).getJieQiTable()
        for term in TERMS[2:-1]:
            solar = theirs[term]
            assert term_day(year, term) == date(solar.getYear(), solar.getMonth(), solar.getDay()), (year, term)


def test_every_festival_comes_once_a_year_but_for_laba() -> None:
    for year in YEARS:
        odd = {one: count for one, count in Counter(day.festival for day in of_year(year)).items() if count != 1}
        missing = set(Festival) - {day.festival for day in of_year(year)}
        assert set(odd) | missing <= {Festival.LABA}
    assert in_year(Festival.LABA, 2022) == date(2022, 1, 10)
    assert in_year(Festival.LABA, 2023) is None


def test_what_lies_around_a_day() -> None:
    assert [one.festival for one in festivals.around(date(2026, 2, 18), 2)] == [Festival.NEW_YEARS_EVE, Festival.SPRING_FESTIVAL]
    assert festivals.around(date(2026, 11, 12), 3) == ()
    assert [one.festival for one in festivals.between(date(2026, 9, 20), date(2026, 9, 25))] == [Festival.HARVEST, Festival.MID_AUTUMN]


def test_years_nobody_checked_are_refused() -> None:
    for year in (YEARS[0] - 1, YEARS[-1] + 1):
        with pytest.raises(ValueError, match=str(year)):
            of_year(year)
    assert solar_day(lunar(date(2100, 2, 9))) == date(2100, 2, 9)
    assert lunar(date(1950, 1, 1) + timedelta(days=47)) == Moon(1950, 1, 1)
