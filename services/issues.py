"""刊期: on which days the issues of a periodical are expected, what each is called, and when one is missing."""

import calendar
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from models import Frequency

_DAY: Final = timedelta(days=1)
_MONTHS_APART: Final = {
    Frequency.MONTHLY: 1, Frequency.BIMONTHLY: 2, Frequency.QUARTERLY: 3, Frequency.HALF_YEARLY: 6, Frequency.YEARLY: 12,
}  # fmt: skip
_DAYS_APART: Final = {Frequency.TEN_DAYS: 10, Frequency.HALF_MONTHLY: 15}
# How long the post may take before an issue is missed.
_GRACE: Final = {Frequency.DAILY: 3, Frequency.WEEKLY: 7, Frequency.TEN_DAYS: 10, Frequency.HALF_MONTHLY: 10, Frequency.MONTHLY: 15}
_LONG_GRACE: Final = 20


class State(StrEnum):
    """Where an issue stands; `part` when fewer copies came than are subscribed to."""

    EXPECTED = "expected"
    RECEIVED = "received"
    PART = "part"
    MISSING = "missing"
    CLAIMED = "claimed"
    NOT_PUBLISHED = "not_published"
    SOLD_OUT = "sold_out"


@dataclass(frozen=True, slots=True)
class Cycle:
    """How often a periodical appears, and on which days."""

    frequency: Frequency
    weekdays: str = "1"
    day: int = 1
    first_month: int = 1


def days(cycle: Cycle, since: date, until: date) -> list[date]:
    """Give the days issues are expected on, from `since` to before `until`."""
    if cycle.frequency in {Frequency.DAILY, Frequency.WEEKLY}:
        wanted = {int(sign) for sign in cycle.weekdays}
        return [day for day in _each(since, until) if day.isoweekday() in wanted]
    return [day for month in _months(since, until) for day in _of_month(cycle, month) if since <= day < until]


def number(cycle: Cycle, day: date) -> int | None:
    """Count which issue of its year this is; a daily is known by its date."""
    if cycle.frequency is Frequency.DAILY:
        return None
    return len(days(cycle, date(day.year, 1, 1), day + _DAY))


def is_missed(cycle: Cycle, day: date, today: date) -> bool:
    """Whether an issue that has not come is later than the post may be."""
    return day + timedelta(days=_GRACE.get(cycle.frequency, _LONG_GRACE)) < today


def _each(since: date, until: date) -> Iterator[date]:
    return (since + timedelta(days=place) for place in range((until - since).days))


def _months(since: date, until: date) -> Iterator[date]:
    month = since.replace(day=1)
    while month < until:
        yield month
        month = (month + timedelta(days=31)).replace(day=1)


def _of_month(cycle: Cycle, month: date) -> list[date]:
    last = calendar.monthrange(month.year, month.month)[1]
    if apart := _DAYS_APART.get(cycle.frequency):
        first = (cycle.day - 1) % apart + 1
        return sorted({month.replace(day=min(day, last)) for day in range(first, 31, apart)})
    there = (month.month - cycle.first_month) % _MONTHS_APART[cycle.frequency] == 0
    return [month.replace(day=min(cycle.day, last))] if there else []
