"""The lunar day in words, for the head of every screen."""

from datetime import date
from functools import lru_cache
from typing import Final

from borax.calendars.lunardate import LunarDate

# Days whose lunar date the almanac knows; GB/T 33661 as computed by borax, held against a second program in the tests.
FIRST_DAY: Final = date(1900, 1, 31)
LAST_DAY: Final = date(2100, 12, 31)

_MONTHS = ("正月", "二月", "三月", "四月", "五月", "六月", "七月", "八月", "九月", "十月", "冬月", "腊月")
_TENS = ("初", "十", "廿", "三")
_ONES = "十一二三四五六七八九"


@lru_cache(maxsize=64)
def lunar_day(day: date) -> str:
    """Say a day's lunar month and day: `三月廿七`, `闰六月初一`; empty outside 1900–2100."""
    if not FIRST_DAY <= day <= LAST_DAY:
        return ""
    moon = LunarDate.from_solar(day)
    return f"{'闰' if moon.leap else ''}{_MONTHS[moon.month - 1]}{_day_name(moon.day)}"


def _day_name(day: int) -> str:
    if day in {10, 20, 30}:
        return {10: "初十", 20: "二十", 30: "三十"}[day]
    return _TENS[day // 10] + _ONES[day % 10]
