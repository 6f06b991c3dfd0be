"""Festivals and celebration days: true lunar dates and solar terms after GB/T 33661 for Beijing time, 1950–2100, and the fixed days."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import Final

from borax.calendars.lunardate import LCalendars, LunarDate, TermUtils

YEARS: Final = range(1950, 2101)
"""Years held against a second program in the tests."""


class DayKind(StrEnum):
    """Where a day of the year comes from."""

    LUNAR = "lunar"
    TERM = "term"
    FIXED = "fixed"


class Festival(StrEnum):
    """A traditional festival or a day of celebration; its name is a word of the locale (`festival.…`)."""

    LABA = "laba"
    LITTLE_NEW_YEAR = "little_new_year"
    NEW_YEARS_EVE = "new_years_eve"
    SPRING_FESTIVAL = "spring_festival"
    START_OF_SPRING = "start_of_spring"
    LANTERN = "lantern"
    LEI_FENG = "lei_feng"
    WOMEN = "women"
    DRAGON_HEAD = "dragon_head"
    QINGMING = "qingming"
    DOUBLE_THIRD = "double_third"
    BOOK_DAY = "book_day"
    LABOUR = "labour"
    YOUTH = "youth"
    DRAGON_BOAT = "dragon_boat"
    CHILDREN = "children"
    PARTY = "party"
    ARMY = "army"
    QIXI = "qixi"
    ZHONGYUAN = "zhongyuan"
    TEACHERS = "teachers"
    HARVEST = "harvest"
    MID_AUTUMN = "mid_autumn"
    NATIONAL = "national"
    DOUBLE_NINTH = "double_ninth"
    CONSTITUTION = "constitution"
    MEMORIAL = "memorial"
    WINTER_SOLSTICE = "winter_solstice"


_LUNAR: Final = {
    Festival.LANTERN: (1, 15), Festival.DRAGON_HEAD: (2, 2), Festival.DOUBLE_THIRD: (3, 3), Festival.DRAGON_BOAT: (5, 5),
    Festival.QIXI: (7, 7), Festival.ZHONGYUAN: (7, 15), Festival.MID_AUTUMN: (8, 15), Festival.DOUBLE_NINTH: (9, 9),
    Festival.LABA: (12, 8), Festival.LITTLE_NEW_YEAR: (12, 24), Festival.SPRING_FESTIVAL: (1, 1),
}  # fmt: skip
# The harvest festival is kept on the autumn equinox (国务院, 2018).
_TERMS: Final = {
    Festival.START_OF_SPRING: "立春", Festival.QINGMING: "清明", Festival.HARVEST: "秋分", Festival.WINTER_SOLSTICE: "冬至",
}  # fmt: skip
_FIXED: Final = {
    Festival.LEI_FENG: (3, 5), Festival.WOMEN: (3, 8), Festival.BOOK_DAY: (4, 23), Festival.LABOUR: (5, 1), Festival.YOUTH: (5, 4),
    Festival.CHILDREN: (6, 1), Festival.PARTY: (7, 1), Festival.ARMY: (8, 1), Festival.TEACHERS: (9, 10), Festival.NATIONAL: (10, 1),
    Festival.CONSTITUTION: (12, 4), Festival.MEMORIAL: (12, 13),
}  # fmt: skip


@dataclass(frozen=True, slots=True, order=True)
class FestivalDay:
    """A festival on its day of one year."""

    day: date
    festival: Festival
    kind: DayKind


@dataclass(frozen=True, slots=True)
class Moon:
    """A lunar date; `leap` is the second month of that number."""

    year: int
    month: int
    day: int
    leap: bool = False


@lru_cache(maxsize=16)
def of_year(year: int) -> tuple[FestivalDay, ...]:
    """Give the festivals of a calendar year in order. Raises ValueError outside 1950–2100."""
    _refuse_unknown(year)
    days = [FestivalDay(date(year, *day), festival, DayKind.FIXED) for festival, day in _FIXED.items()]
    days += [FestivalDay(term_day(year, term), festival, DayKind.TERM) for festival, term in _TERMS.items()]
    for lunar_year in (year - 1, year):
        for festival, (month, day) in _LUNAR.items():
            days.append(FestivalDay(solar_day(Moon(lunar_year, month, day)), festival, DayKind.LUNAR))
    # 除夕 is the day before, whether the twelfth month is a short one (二十九) or a long one.
    days.append(FestivalDay(solar_day(Moon(year, 1, 1)) - timedelta(days=1), Festival.NEW_YEARS_EVE, DayKind.LUNAR))
    return tuple(sorted(day for day in days if day.day.year == year))


def between(first: date, last: date) -> tuple[FestivalDay, ...]:
    """Give the festivals from one day to another, both included."""
    years = range(first.year, last.year + 1)
    return tuple(day for year in years for day in of_year(year) if first <= day.day <= last)


def around(day: date, reach: int) -> tuple[FestivalDay, ...]:
    """Give the festivals within some days before and after a day."""
    return between(day - timedelta(days=reach), day + timedelta(days=reach))


def in_year(festival: Festival, year: int) -> date | None:
    """Give the day of a festival in a calendar year: of two (腊八 in 2022) the first, and none where it falls just outside (2023)."""
    return next((one.day for one in of_year(year) if one.festival is festival), None)


def lunar(day: date) -> Moon:
    """Read a day on the lunar calendar."""
    moon = LunarDate.from_solar(day)
    return Moon(moon.year, moon.month, moon.day, bool(moon.leap))


def solar_day(moon: Moon) -> date:
    """Give the day of a lunar date. Raises ValueError for a month that has no such day, or no such leap month."""
    if moon.leap and LCalendars.leap_month(moon.year) != moon.month:
        raise ValueError(moon)
    if not 1 <= moon.day <= month_length(moon.year, moon.month, leap=moon.leap):
        raise ValueError(moon)
    made: date = LunarDate(moon.year, moon.month, moon.day, int(moon.leap)).to_solar_date()
    return made


def month_length(year: int, month: int, *, leap: bool = False) -> int:
    """Give 29 for a short lunar month (小月), 30 for a long one."""
    return int(LCalendars.ndays(year, month, int(leap)))


def term_day(year: int, term: str) -> date:
    """Give the day of a solar term (`清明`) in a calendar year."""
    made: date = TermUtils.nth_term_day(year, TermUtils.name2index(term))
    return made


def _refuse_unknown(year: int) -> None:
    if year not in YEARS:
        raise ValueError(year)
